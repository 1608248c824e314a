// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ascending addresses of IPv6, with a fast way to count those up to a given address. Look-ups in tables of
 * ranges, prefixes and runs begin with it.
 *
 *   firsts    [ a | b | c | … ]   ascending
 *   below     for each bucket, the number of firsts below it. A bucket is a part of the span of upper halves, from
 *             the first to the last. All buckets are equal; there are at most two per first, because announced
 *             prefixes crowd in a few parts of 2000::/3
 *
 * A look-up reads one entry of `below` and searches the few firsts that remain. Where all firsts have the
 * same upper half, it searches among all.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "address.h"

struct address_index {
    struct address *firsts;
    size_t count, capacity;
    uint32_t *below;
    uint64_t least; /* the upper half where the first bucket begins */
    size_t buckets;
    unsigned shift; /* bucket = (upper half - least) >> shift */
};

/* address_index_add() appends `first`, which must be above all others. Returns 0 or -ENOMEM. */
int address_index_add(struct address_index *index, struct address first);

/* address_index_finish() prepares look-ups, after the last address_index_add(). Returns 0 or -ENOMEM. */
int address_index_finish(struct address_index *index);

/* address_index_free() frees what the index holds, in any state. */
void address_index_free(struct address_index *index);

/* address_index_up_to() returns how many firsts are not above `address`. Only the last of them can begin
 * the item that holds `address`. */
size_t address_index_up_to(const struct address_index *index, struct address address);
