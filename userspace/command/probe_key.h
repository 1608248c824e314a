// SPDX-License-Identifier: GPL-2.0-or-later
/* The key of the probes' tags, as every command that sends probes comes to it. */
#pragma once

#include "base/key.h"

/* command_choose_key() is the key that was given, or one that is drawn. EXIT_DONE, or the exit code after one
 * line on stderr. */
int command_choose_key(const char *command, const struct option_key *option, struct siphash_key *key);
