// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hops that answered most often, in bounded memory: whoever comes when all places are taken gets the place of the
 * one with the fewest answers, and goes on from its count. So a count is too high by `over` at most, and nobody is
 * missing who answered more than one of TOP_HOPS_KEPT of all.
 *
 * Source: Metwally, Agrawal and El Abbadi, "Efficient computation of frequent and top-k elements in data streams",
 * ICDT 2005.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

enum {
    TOP_HOPS_KEPT = 4096,
    TOP_HOPS_SLOTS = 4 * TOP_HOPS_KEPT,
};

struct top_hop {
    struct address address;
    uint64_t count, over; /* answers; of those at most so many are not its own */
    uint32_t min_rtt_us;  /* RECORD_NO_RTT: not known */
    uint8_t min_ttl, max_ttl;
};

struct top_hops {
    struct top_hop hops[TOP_HOPS_KEPT];
    unsigned count;
    uint16_t heap[TOP_HOPS_KEPT];   /* numbers of hops, the fewest answers first */
    uint16_t places[TOP_HOPS_KEPT]; /* in the heap, by number */
    uint16_t slots[TOP_HOPS_SLOTS]; /* 1 + the number, by address; 0: free */
    uint64_t secret;                /* of the slots: responders must not foresee them */
};

/* top_hops_add() counts an answer of a hop. `hops` begins as zeros but for its secret. */
void top_hops_add(struct top_hops *hops, const struct record *record);

/* top_hops_best() has the `most` with the most answers in `out`, and returns how many there are. */
unsigned top_hops_best(const struct top_hops *hops, struct top_hop *out, unsigned most);
