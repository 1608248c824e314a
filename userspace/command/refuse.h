// SPDX-License-Identifier: GPL-2.0-or-later
/* How commands say that their arguments or input are of no use. */
#pragma once

/* command_refuse() writes the line to stderr, after the command's name, and returns EXIT_UNUSABLE. */
int command_refuse(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
