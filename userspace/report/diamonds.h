// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The diamonds of all prefixes (prefix_ways.h); those between the same two interfaces count as one. Its width
 * is what all its prefixes together show, hop by hop, because one prefix may not have met all interfaces.
 * Memory grows with the number of diamonds and of their interfaces.
 *
 *   prefix  ──> prefix_ways.h ──> diamonds_add()…  ──> diamonds_end()
 */
#pragma once

#include "base/u64_set.h"
#include "report/prefix_ways.h"

struct diamond_facts {
    uint64_t prefixes;        /* whose ways cross it */
    uint32_t width;           /* most interfaces at one hop; valid after diamonds_end() */
    uint8_t length, shortest; /* in hops, over all prefixes */
};

struct diamonds {
    struct u64_set ends;         /* number of the interface where it begins, and of that where it ends */
    struct diamond_facts *facts; /* indexed by place in the set */
    size_t capacity;
    struct u64_set members; /* place of the diamond, depth, interface */
    uint64_t prefixes;      /* for which several walks are known */
    uint64_t crossing;      /* of these: prefixes that cross a diamond */
    uint64_t open;          /* of these: prefixes with ways that part at the beginning, or do not meet
                               again */
};

/* diamonds_add() takes the complete ways to a prefix, and clears them. Returns 0, -ENOMEM, or -EFBIG beyond
 * 64 million diamonds. diamonds_end() is called after the last prefix. `diamonds` starts as zeros;
 * diamonds_free() leaves zeros. */
int diamonds_add(struct diamonds *diamonds, struct prefix_ways *ways);
void diamonds_end(struct diamonds *diamonds);
void diamonds_free(struct diamonds *diamonds);

/* A diamond with the addresses of its ends. */
struct named_diamond {
    struct address from, to;
    struct diamond_facts facts;
};

struct named_diamond diamonds_named(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                                    size_t diamond);

/* diamonds_order() returns the places of all diamonds, sorted by the number of prefixes that cross them (most
 * first), then by the addresses of their ends. The caller frees it. NULL when memory is short. */
uint32_t *diamonds_order(const struct diamonds *diamonds, const struct address_numbers *interfaces);
