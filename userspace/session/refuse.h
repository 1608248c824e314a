// SPDX-License-Identifier: GPL-2.0-or-later
/* How commands say that their arguments or input are of no use. */
#pragma once

#include "base/choices.h"

/* command_needs_stdout() returns EXIT_DONE, or EXIT_UNUSABLE after a line where stdout was closed at the
 * start. */
int command_needs_stdout(const char *command);

/* command_refuse() writes the line to stderr, after the command's name, and returns EXIT_UNUSABLE. */
int command_refuse(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* command_refuse_name() does so for a name that is none of `choices`; `option` is what it was given for. */
int command_refuse_name(const char *command, const char *option, choice_at *choices, const char *name);
