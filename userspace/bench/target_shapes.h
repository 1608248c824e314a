// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Targets of realistic shapes, to measure with. Those that append to a list return 0 or -ENOMEM.
 */
#pragma once

#include "target/address_set.h"
#include "target/prefix_list.h"
#include "target/targets.h"

enum {
    SHAPE_GRANULARITY = 24, /* a survey's, unless told otherwise */
};

/* shape_routing_table() appends what resembles a full routing table once it is merged: 12 million blocks of
 * 24 bits in some 60,000 runs of very unequal length. A table of 2023, 901,899 prefixes, makes 68,000. */
int shape_routing_table(struct prefix_list *list);

/* shape_scattered() appends a million short runs, 7 million blocks: harder to search than any real table. */
int shape_scattered(struct prefix_list *list);

/* shape_slash8() appends a /8: 65,536 blocks in one run. */
int shape_slash8(struct prefix_list *list);

/* shape_slash32() appends a /32 of IPv6: 65,536 blocks of 48 bits in one run. */
int shape_slash32(struct prefix_list *list);

/* shape_run() appends one run of `blocks` blocks of 24 bits, 16.7 million at most, from 1.0.0.0 on. */
int shape_run(struct prefix_list *list, uint64_t blocks);

/* shape_benchmarking() appends the addresses that are set aside for benchmarks (RFC 2544), which no router
 * of the Internet forwards to: 131,072. */
int shape_benchmarking(struct prefix_list *list);

/* shape_special() is the set of special-purpose ranges, which a survey withholds; NULL when memory is short.
 * It is the caller's. */
struct address_set *shape_special(void);

/* shape_targets() makes targets of a list, one in every block of `granularity` bits, as a survey does; the
 * list is normalized and freed. NULL when memory is short. */
struct targets *shape_targets(struct prefix_list *list, unsigned granularity,
                              const struct address_set *withheld);
