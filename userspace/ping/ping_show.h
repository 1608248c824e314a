// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a running ping, ping/ping_text.h, on their way to the user: what stands before and behind them,
 * and where they go. */
#pragma once

#include <stddef.h>

#include "ping/ping_text.h"

/* ping_show() writes a line about one probe to stdout, with time and bell where these are asked for. */
void ping_show(const struct ping_config *config, const struct ping_target *target, uint64_t sequence,
               enum ping_outcome outcome, const struct answer *answer);

/* ping_show_status() writes a line of statistics for each target to stderr, so that what is written to stdout
 * stays as it is. */
void ping_show_status(const struct ping_target *targets, size_t count);
