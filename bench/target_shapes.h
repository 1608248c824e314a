// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Targets of realistic shapes, for benchmarks of what is looked up in them. Whatever is made here lives until
 * the program ends.
 */
#pragma once

#include "target/address_set.h"
#include "target/prefix_list.h"
#include "target/targets.h"

/* shape_routing_table() appends what resembles a full routing table once it is merged: 12 million blocks of
 * 24 bits in some 60,000 runs of very unequal length. A table of 2023, 901,899 prefixes, makes 68,000. */
void shape_routing_table(struct prefix_list *list);

/* shape_scattered() appends a million short runs, 7 million blocks: harder to search than any real table. */
void shape_scattered(struct prefix_list *list);

/* shape_slash8() appends a /8: 65,536 blocks in one run. */
void shape_slash8(struct prefix_list *list);

/* shape_special() is the set of special-purpose ranges, which a survey withholds. */
struct address_set *shape_special(void);

/* shape_targets() makes targets of a list, /24 by /24, as a survey does; the list is normalized and freed. */
struct targets *shape_targets(struct prefix_list *list, const struct address_set *withheld);
