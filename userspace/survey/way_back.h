// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells of replies that return by an interface that nobody listens on: they go to the kernel, and are missing
 * from the results. Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* way_back_warn() says before anything is sent where a source address belongs to an interface that is not
 * listened on; it remembers what the kernel has counted so far. */
void way_back_warn(struct survey *survey);

/* way_back_check() says at the end that ICMP errors came to the kernel, and not to the filter, in such
 * numbers that they must be replies. `ledger` is the final one. */
void way_back_check(const struct survey *survey, const struct ledger *ledger);
