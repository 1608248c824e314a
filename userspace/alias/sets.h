// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of addresses that belong to one router: numbers joined two by two (union-find, with path halving). */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct alias_sets {
    uint32_t *parents; /* by number; the root of a set is its own parent */
    size_t count;
};

/* alias_sets_open() makes each of `count` numbers a set of its own. Returns 0 or -ENOMEM. alias_sets_close()
 * may be called after either. */
int alias_sets_open(struct alias_sets *sets, size_t count);
void alias_sets_close(struct alias_sets *sets);

/* alias_sets_root() returns the lowest number of a set. alias_sets_join() joins two sets. */
uint32_t alias_sets_root(struct alias_sets *sets, uint32_t number);
void alias_sets_join(struct alias_sets *sets, uint32_t a, uint32_t b);

/* alias_sets_order() returns all numbers, sorted by the root of their set, so that each set is contiguous; to
 * be freed by the caller. NULL if memory is short. */
uint32_t *alias_sets_order(struct alias_sets *sets);

/* alias_sets_end() returns the end of the set that begins at `first` in such an order. */
size_t alias_sets_end(struct alias_sets *sets, const uint32_t *order, size_t first);
