// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hops that answered most often, in bounded memory. When all places are taken, a new hop replaces the one
 * with the fewest answers, and continues its count. So a count is too high by at most `over`, and every hop
 * with more than 1/TOP_HOPS_KEPT of all answers is included.
 *
 * Source: Metwally, Agrawal and El Abbadi, "Efficient computation of frequent and top-k elements in data
 * streams", ICDT 2005.
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
    uint64_t count, over; /* answers; at most `over` of them are not its own */
    uint32_t min_rtt_us;  /* RECORD_NO_RTT: unknown */
    uint8_t min_ttl, max_ttl;
};

struct top_hops {
    struct top_hop hops[TOP_HOPS_KEPT];
    unsigned count;
    uint16_t heap[TOP_HOPS_KEPT];   /* numbers of hops, fewest answers first */
    uint16_t places[TOP_HOPS_KEPT]; /* in the heap, by number */
    uint16_t slots[TOP_HOPS_SLOTS]; /* by address: 1 + the number; 0: free */
    uint64_t secret;                /* for the slots: responders must not be able to predict them */
};

/* top_hops_add() counts an answer of a hop. `hops` starts as zeros except for its secret. */
void top_hops_add(struct top_hops *hops, const struct record *record);

/* top_hops_best() writes up to `most` hops with the most answers to `out`, and returns how many. */
unsigned top_hops_best(const struct top_hops *hops, struct top_hop *out, unsigned most);
