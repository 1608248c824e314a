// SPDX-License-Identifier: GPL-2.0-or-later
/* The key of tags, for every command that sends probes. */
#pragma once

#include "base/key.h"

/* command_choose_key() returns the given key in `key`, or draws one. Returns EXIT_DONE, or another exit code
 * after one line on stderr. */
int command_choose_key(const char *command, const struct option_key *option, struct siphash_key *key);
