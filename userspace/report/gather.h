// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Turns any number of records, in any order, into numbers (numbers.h), in at most 100 MB besides these:
 * interfaces, paths and prefixes are counted by samples (sample.h), hops by top_hops.h, diamonds by
 * diamond_sample.h.
 */
#pragma once

#include "output/map_part.h"
#include "output/record.h"
#include "report/numbers.h"

struct gather;

/* The required columns; figures of other columns that a file lacks are left out. */
#define GATHER_COLUMNS "responder,target,flow,probe_ttl,icmp_type,icmp_code,flags"

/* gather_open() begins to fill `numbers`. Returns 0, or a negative errno; then there is nothing to close.
 * gather_close() also accepts NULL. */
int gather_open(struct gather **out, struct numbers *numbers);
void gather_close(struct gather *gather);

/* gather_add() adds a record; gather_end() is called after the last one. Both return 0 or -ENOMEM. */
int gather_add(struct gather *gather, const struct record *record);
int gather_end(struct gather *gather);
