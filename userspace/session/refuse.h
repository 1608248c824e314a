// SPDX-License-Identifier: GPL-2.0-or-later
/* How commands report that their arguments or input are unusable. */
#pragma once

#include "base/choices.h"

/* command_needs_stdout() returns EXIT_DONE, or EXIT_UNUSABLE after a line if stdout was closed at the
 * start. */
int command_needs_stdout(const char *command);

/* command_refuse() writes one line to stderr, the command's name first, and returns EXIT_UNUSABLE. */
int command_refuse(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* command_refuse_name() does the same for a value `name` of `option` that is none of `choices`. */
int command_refuse_name(const char *command, const char *option, choice_at *choices, const char *name);
