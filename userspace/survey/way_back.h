// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Detects replies that return by an interface on which the survey does not listen. They go to the kernel, and
 * are missing in the results. Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* way_back_warn() warns, before anything is sent, where a source address belongs to an interface that is
 * not listened on. It stores the kernel's counters. */
void way_back_warn(struct survey *survey);

/* way_back_check() warns, at the end, if so many ICMP errors came to the kernel, and not to the filter,
 * that they must be replies. `ledger` must be final. */
void way_back_check(const struct survey *survey, const struct ledger *ledger);
