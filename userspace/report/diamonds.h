// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The diamonds of all prefixes (prefix_ways.h), those between the same two interfaces as one. As wide as all their prefixes
 * together show, hop by hop, since one prefix need not have met all interfaces. Memory grows with diamonds and
 * what is in them.
 *
 *   prefix  ──> prefix_ways.h ──> diamonds_add()…  ──> diamonds_end()
 */
#pragma once

#include "base/u64_set.h"
#include "report/prefix_ways.h"

struct diamond_facts {
    uint64_t prefixes;        /* whose ways cross it */
    uint32_t width;           /* interfaces at one hop, at most; right once all have come */
    uint8_t length, shortest; /* hops, of all prefixes */
};

struct diamonds {
    struct u64_set ends;         /* number of the interface where it begins, of that where it ends */
    struct diamond_facts *facts; /* by place in the set */
    size_t capacity;
    struct u64_set members; /* place of the diamond, depth, interface */
    uint64_t prefixes;      /* of which several walks are known; */
    uint64_t crossing;      /* of these, those that cross a diamond, */
    uint64_t open;          /* and those with ways that part from the beginning, or do not meet again */
};

/* diamonds_add() takes the ways to a prefix, all of which have come, and clears them: 0, -ENOMEM, or -EFBIG beyond 64 million
 * diamonds. diamonds_end() is called once all have come. diamonds_free() leaves zeros, which `diamonds` begins as. */
int diamonds_add(struct diamonds *diamonds, struct prefix_ways *ways);
void diamonds_end(struct diamonds *diamonds);
void diamonds_free(struct diamonds *diamonds);

/* One of them by itself. */
struct named_diamond {
    struct address from, to;
    struct diamond_facts facts;
};

struct named_diamond diamonds_named(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                                    size_t diamond);

/* diamonds_order() has the places of all diamonds, those that most prefixes cross first, then by the addresses of their ends;
 * for free(). NULL when memory is short. */
uint32_t *diamonds_order(const struct diamonds *diamonds, const struct address_numbers *interfaces);
