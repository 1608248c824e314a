// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records in any order and of any number become numbers (numbers.h), in 100 MB at most beside those: interfaces, paths and
 * prefixes are counted by samples (sample.h), hops by top_hops.h, diamonds by diamond_sample.h.
 */
#pragma once

#include "output/map_part.h"
#include "output/record.h"
#include "report/numbers.h"

struct gather;

/* The columns that are needed; what a file lacks beyond these is not shown. */
#define GATHER_COLUMNS "responder,target,flow,probe_ttl,icmp_type,icmp_code,flags"

/* gather_open() begins to fill `numbers`: 0 or a negative errno, where there is nothing to close. gather_close() takes
 * NULL. */
int gather_open(struct gather **out, struct numbers *numbers);
void gather_close(struct gather *gather);

/* gather_add() takes a record, gather_end() is called once all have come: 0 or -ENOMEM. */
int gather_add(struct gather *gather, const struct record *record);
int gather_end(struct gather *gather);
