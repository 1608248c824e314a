// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/probe_order.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"
#include "reference.h"
#include "table.h"

static const struct siphash_key key = {1, 2};

struct shape {
    uint64_t targets;
    unsigned min_ttl, max_ttl, flows;
};

static const struct shape shapes[] = {
    {1, 1, 1, 1},    {1, 64, 64, 1},  {1, 1, 64, 256}, {2, 1, 1, 1},     {3, 1, 32, 1},    {7, 5, 11, 3},
    {256, 1, 32, 1}, {255, 1, 32, 2}, {257, 2, 3, 5},  {1000, 1, 30, 1}, {65536, 1, 3, 1}, {1021, 1, 17, 7},
};

static void expect_once_each(const struct shape *shape)
{
    unsigned ttls = shape->max_ttl - shape->min_ttl + 1;
    uint64_t size = shape->targets * ttls * shape->flows;
    uint8_t *seen = calloc(size, 1);
    struct probe_order order;

    cr_assert_not_null(seen);
    probe_order_init(&order, shape->targets, shape->min_ttl, shape->max_ttl, shape->flows, key);
    cr_assert_eq(order.permutation.size, size);
    for (uint64_t position = 0; position < size; position++) {
        struct probe_choice choice = probe_order_at(&order, position);

        cr_assert_lt(choice.target, shape->targets);
        cr_assert_lt(choice.flow, shape->flows);
        cr_assert(choice.ttl >= shape->min_ttl && choice.ttl <= shape->max_ttl);
        seen[(choice.target * shape->flows + choice.flow) * ttls + choice.ttl - shape->min_ttl]++;
    }
    for (uint64_t i = 0; i < size; i++)
        cr_assert_eq(seen[i], 1, "choice %d of shape %d", (int)i, (int)(shape - shapes));
    free(seen);
}

Test(probe_order, visits_each_choice_once)
{
    for (size_t i = 0; i < COUNT(shapes); i++)
        expect_once_each(&shapes[i]);
}

Test(probe_order, the_key_decides)
{
    const struct siphash_key other_key = {1, 3};
    struct probe_order order, same, other;
    unsigned differences = 0;

    probe_order_init(&order, 1000, 1, 32, 2, key);
    probe_order_init(&same, 1000, 1, 32, 2, key);
    probe_order_init(&other, 1000, 1, 32, 2, other_key);
    for (uint64_t position = 0; position < order.permutation.size; position++) {
        struct probe_choice a = probe_order_at(&order, position), b = probe_order_at(&same, position);
        struct probe_choice c = probe_order_at(&other, position);

        cr_assert(a.target == b.target && a.ttl == b.ttl && a.flow == b.flow);
        differences += a.target != c.target || a.ttl != c.ttl || a.flow != c.flow;
    }
    cr_expect_gt(differences, order.permutation.size * 99 / 100);
}

/* What the order is for: within any stretch of it, each TTL comes about as often as any other, so no near
 * router meets a burst. */
Test(probe_order, spreads_every_ttl)
{
    enum { STRETCH = 3200 };
    struct probe_order order;

    probe_order_init(&order, 10000, 1, 32, 1, key);
    for (uint64_t start = 0; start + STRETCH <= order.permutation.size; start += STRETCH) {
        unsigned counts[33] = {0};

        for (uint64_t position = start; position < start + STRETCH; position++)
            counts[probe_order_at(&order, position).ttl]++;
        for (unsigned ttl = 1; ttl <= 32; ttl++) /* 100 with a deviation of 10 */
            cr_expect(counts[ttl] > 40 && counts[ttl] < 160, "TTL %u %u times from %d", ttl, counts[ttl],
                      (int)start);
    }
}

/* The whole documented domain is too large to walk; its corners and what lies around every multiple near
 * them is where a reciprocal would be off by one. */
static void expect_exact(uint64_t divisor, uint64_t value)
{
    struct probe_order order;

    /* One TTL: then per_target divides by the flows, and ttls by 1. */
    probe_order_init(&order, 1, 1, 1, (unsigned)divisor, key);
    cr_assert_eq(fixed_divide(&order.per_target, value), value / divisor, "%llu / %llu",
                 (unsigned long long)value, (unsigned long long)divisor);
    cr_assert_eq(fixed_divide(&order.ttls, value), value);
}

Test(probe_order, division_is_exact)
{
    uint64_t random = 1;

    for (uint64_t divisor = 1; divisor <= PROBE_MAX_TTL * PROBE_ORDER_MAX_FLOWS; divisor++) {
        uint64_t last = (UINT64_MAX - 1) / divisor; /* value × divisor < 2^64 */
        uint64_t last_multiple = last - last % divisor;
        uint64_t largest_element = (1ULL << 32) * divisor - 1;
        const uint64_t values[] = {0,
                                   1,
                                   divisor - 1,
                                   divisor,
                                   divisor + 1,
                                   last,
                                   last - 1,
                                   last_multiple,
                                   last_multiple - 1,
                                   largest_element,
                                   largest_element - divisor,
                                   largest_element + 1 - divisor,
                                   reference_random(&random) % last,
                                   reference_random(&random) % largest_element / divisor * divisor,
                                   reference_random(&random) % largest_element / divisor * divisor + divisor -
                                       1};

        for (size_t i = 0; i < COUNT(values); i++)
            expect_exact(divisor, values[i]);
    }
}

/* All IPv4 addresses, TTLs and flows: the largest order that there may be. */
Test(probe_order, the_largest)
{
    struct probe_order order;
    uint64_t random = 2;

    probe_order_init(&order, 1ULL << 32, 1, PROBE_MAX_TTL, PROBE_ORDER_MAX_FLOWS, key);
    cr_assert_eq(order.permutation.size, 1ULL << 46);
    for (unsigned i = 0; i < 200000; i++) {
        uint64_t position =
            i < 1000 ? order.permutation.size - 1 - i : reference_random(&random) % order.permutation.size;
        struct probe_choice choice = probe_order_at(&order, position);
        uint64_t element =
            (choice.target * PROBE_ORDER_MAX_FLOWS + choice.flow) * PROBE_MAX_TTL + choice.ttl - 1U;

        cr_assert_lt(choice.target, 1ULL << 32);
        cr_assert_eq(permutation_position(&order.permutation, element), position);
    }
}
