// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ascending addresses of IPv6, and how many of them are up to any address: what tables of ranges, prefixes
 * and runs begin a look-up with.
 *
 *   firsts    [ a | b | c | … ]   ascending
 *   below     for each bucket, the number of firsts below it. Buckets have equal parts of the upper halves
 *             from the first to the last, two a first: announced prefixes crowd in a few parts of 2000::/3
 *
 * A look-up reads one place of `below` and searches the few firsts that this leaves. Where all share their
 * upper half it is a search among all.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "address.h"

struct address_index {
    struct address *firsts;
    size_t count, capacity;
    uint32_t *below;
    uint64_t least; /* the upper half where the buckets begin */
    size_t buckets;
    unsigned shift; /* of what is above it: the bucket */
};

/* address_index_add() appends `first`, which is above all there are. 0 or -ENOMEM. */
int address_index_add(struct address_index *index, struct address first);

/* address_index_finish() prepares the look-ups, after the last address_index_add(). 0 or -ENOMEM. */
int address_index_finish(struct address_index *index);

/* address_index_free() frees what it holds, in whatever state. */
void address_index_free(struct address_index *index);

/* address_index_up_to() is how many firsts are not above `address`; only the last of them can begin what
 * holds it. */
size_t address_index_up_to(const struct address_index *index, struct address address);
