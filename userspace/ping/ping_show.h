// SPDX-License-Identifier: GPL-2.0-or-later
/* Shows the lines of a running ping (ping/ping_text.h) to the user: adds time and bell, and writes them
 * out. */
#pragma once

#include <stddef.h>

#include "ping/ping_text.h"

/* ping_show() writes a line about one probe to stdout, with time and bell if asked for. */
void ping_show(const struct ping_config *config, const struct ping_target *target, uint64_t sequence,
               enum ping_outcome outcome, const struct answer *answer);

/* ping_show_status() writes a line of statistics per target to stderr, so that stdout is not changed. */
void ping_show_status(const struct ping_target *targets, size_t count);
