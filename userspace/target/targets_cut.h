// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the tables of targets from a list of prefixes: targets_cut.c for IPv4 and the common parts,
 * targets_cut6.c for IPv6. Private to targets.c. */
#pragma once

#include "target/host_draw.h"
#include "target/host_index.h"
#include "target/run_table.h"
#include "target/share_draw.h"
#include "target/targets.h"

struct targets {
    struct host_draw draw;
    struct run_table table;
    struct share_draw draw6;
    struct share_table shares;
    struct prefix_list list;
    struct host_index hosts;
    uint64_t withheld_count;
    unsigned granularity, granularity6;
    uint32_t per_prefix;
    struct shard shard;
    enum flows_by flows_by;
};

/* targets_cut() fills the tables from the list. targets_cut6() fills those of IPv6 from the list's entries
 * from `first` on. They return 0 or -ENOMEM. */
int targets_cut(struct targets *targets);
int targets_cut6(struct targets *targets, size_t first);
