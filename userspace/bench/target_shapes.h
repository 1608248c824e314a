// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Targets of realistic shapes, for measurements. Functions that append to a list return 0 or -ENOMEM.
 */
#pragma once

#include "target/address_set.h"
#include "target/prefix_list.h"
#include "target/targets.h"

enum {
    SHAPE_GRANULARITY = 24, /* as a survey's default */
};

/* shape_routing_table() appends prefixes that resemble a merged full routing table: 12 million blocks of 24
 * bits in about 60,000 runs of very unequal length. A table of 2023 with 901,899 prefixes has 68,000 runs. */
int shape_routing_table(struct prefix_list *list);

/* shape_scattered() appends a million short runs, 7 million blocks: harder to search than real tables. */
int shape_scattered(struct prefix_list *list);

/* shape_slash8() appends a /8: 65,536 blocks in one run. */
int shape_slash8(struct prefix_list *list);

/* shape_slash32() appends a /32 of IPv6: 65,536 blocks of 48 bits in one run. */
int shape_slash32(struct prefix_list *list);

/* shape_run() appends one run of `blocks` blocks of 24 bits, at most 16.7 million, from 1.0.0.0 on. */
int shape_run(struct prefix_list *list, uint64_t blocks);

/* shape_benchmarking() appends the 131,072 addresses reserved for benchmarks (RFC 2544), which no router of
 * the Internet forwards to. */
int shape_benchmarking(struct prefix_list *list);

/* shape_special() returns the set of special-purpose ranges, which a survey does not probe; to be freed by
 * the caller. NULL if memory is short. */
struct address_set *shape_special(void);

/* shape_targets() makes targets of a list, one in every block of `granularity` bits, as a survey does. The
 * list is normalized and freed. Returns NULL if memory is short. */
struct targets *shape_targets(struct prefix_list *list, unsigned granularity,
                              const struct address_set *withheld);
