// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of all probes of a survey: a keyed bijection from positions to (target, TTL, flow).
 *
 * Positions 0 … size-1 visit each combination exactly once. Near routers, which answer for every target, are
 * not probed in bursts (the idea of yarrp: Beverly, IMC 2016), and the state of a survey is one integer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "siphash.h"
#include "target/permutation.h"

/* Division by a number known at the start, done as a multiplication. */
struct fixed_divisor {
    uint64_t divisor;
    uint64_t reciprocal; /* 2^64 / divisor, rounded up; 0 for the divisor 1 */
};

struct probe_order {
    struct permutation permutation;
    struct fixed_divisor per_target, ttls;
    unsigned min_ttl;
};

/* One element of the order. The target is an index. */
struct probe_choice {
    uint64_t target;
    uint16_t flow;
    uint8_t ttl;
};

enum {
    PROBE_ORDER_MAX_FLOWS = 256,
};

/*
 * probe_order_init() orders `targets` × TTLs × `flows`: at most 2^32 targets, 64 TTLs and 256 flows, for
 * which the reciprocals are exact. The size of the order is permutation.size.
 */
void probe_order_init(struct probe_order *order, uint64_t targets, unsigned min_ttl, unsigned max_ttl,
                      unsigned flows, struct siphash_key key);

/*
 * fixed_divide() is exact while value × divisor < 2^64. The reciprocal is less than 1 too large, so the
 * quotient is less than value / 2^64 too large. That is less than 1 / divisor, and cannot carry the quotient
 * over the next integer (Granlund and Montgomery, PLDI 1994).
 */
static inline uint64_t fixed_divide(const struct fixed_divisor *by, uint64_t value)
{
    return by->reciprocal ? (uint64_t)(((unsigned __int128)value * by->reciprocal) >> 64) : value;
}

/* probe_order_choice() returns the combination for an element of the permutation. */
static inline struct probe_choice probe_order_choice(const struct probe_order *order, uint64_t element)
{
    uint64_t target = fixed_divide(&order->per_target, element);
    uint64_t within = element - target * order->per_target.divisor;
    uint64_t flow = fixed_divide(&order->ttls, within);

    return (struct probe_choice){
        .target = target,
        .flow = (uint16_t)flow,
        .ttl = (uint8_t)(order->min_ttl + (within - flow * order->ttls.divisor)),
    };
}

static inline struct probe_choice probe_order_at(const struct probe_order *order, uint64_t position)
{
    return probe_order_choice(order, permutation_at(&order->permutation, position));
}
