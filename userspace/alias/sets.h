// SPDX-License-Identifier: GPL-2.0-or-later
/* Which addresses are one router: numbers that are joined two by two (union-find, with path halving). */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct alias_sets {
    uint32_t *parents; /* by number; a set's root is its own */
    size_t count;
};

/* alias_sets_open() makes each of `count` numbers a set of its own; 0 or -ENOMEM. alias_sets_close() is right after
 * both. */
int alias_sets_open(struct alias_sets *sets, size_t count);
void alias_sets_close(struct alias_sets *sets);

/* alias_sets_root() is the lowest number of a set. alias_sets_join() makes one set of two. */
uint32_t alias_sets_root(struct alias_sets *sets, uint32_t number);
void alias_sets_join(struct alias_sets *sets, uint32_t a, uint32_t b);

/* alias_sets_order() has all numbers, those of one set beside each other, by their roots; to be freed by the caller.
 * NULL when memory is short. */
uint32_t *alias_sets_order(struct alias_sets *sets);

/* alias_sets_end() is where the set that begins at `first` of such an order ends. */
size_t alias_sets_end(struct alias_sets *sets, const uint32_t *order, size_t first);
