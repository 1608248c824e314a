// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/recent_hops.h"

#include <criterion/criterion.h>

enum {
    ANSWERS = 100000,
};

static struct recent_hops make_hops(void)
{
    struct recent_hops hops;

    cr_assert_eq(recent_hops_init(&hops, ANSWERS, 42), 0);
    return hops;
}

static void expect(struct hop_neighbours found, uint32_t before, uint32_t behind)
{
    cr_expect_eq(found.before, before, "before: %u, not %u", found.before, before);
    cr_expect_eq(found.behind, behind, "behind: %u, not %u", found.behind, behind);
}

Test(recent_hops, tells_who_stands_before_and_behind)
{
    struct recent_hops hops = make_hops();

    expect(recent_hops_put(&hops, 7, 10, 100), 0, 0);
    expect(recent_hops_put(&hops, 7, 12, 120), 0, 0);
    expect(recent_hops_put(&hops, 7, 11, 110), 100, 120);
    expect(recent_hops_put(&hops, 7, 13, 130), 120, 0);
    expect(recent_hops_put(&hops, 8, 11, 111), 0, 0);
    expect(recent_hops_put(&hops, 7, 255, 1), 0, 0);
    expect(recent_hops_put(&hops, 7, 1, 10), 0, 0);
    recent_hops_free(&hops);
    recent_hops_free(&hops); /* a second time: nothing */
}

/* As with hop words: further answers see the neighbours, and are none themselves. */
Test(recent_hops, the_first_stays)
{
    struct recent_hops hops = make_hops();

    expect(recent_hops_put(&hops, 7, 10, 100), 0, 0);
    for (uint32_t i = 0; i < 100; i++)
        expect(recent_hops_put(&hops, 7, 10, 200 + i), 0, 0);
    expect(recent_hops_put(&hops, 7, 11, 110), 100, 0);
    recent_hops_free(&hops);
}

/* As many walks at once as answers are remembered, each of them answered seven times among the others' answers:
 * hardly a link is missing, and none is there that is not. */
Test(recent_hops, walks_among_others)
{
    enum { PATHS = ANSWERS / 8, STEPS = 7 };
    struct recent_hops hops = make_hops();
    uint64_t found = 0;

    for (uint64_t round = 0; round < 10; round++)
        for (unsigned step = 0; step < STEPS; step++)
            for (uint64_t path = round * PATHS; path < (round + 1) * PATHS; path++) {
                uint32_t word = (uint32_t)(path * 100 + 20 - step);
                struct hop_neighbours neighbours = recent_hops_put(&hops, path, 20 - step, word);

                cr_assert(neighbours.behind == 0 || neighbours.behind == word + 1);
                cr_assert_eq(neighbours.before, 0);
                found += neighbours.behind != 0;
            }
    cr_expect_geq(found, 10 * PATHS * (STEPS - 1) * 0.98, "%lu of %d", (unsigned long)found,
                  10 * PATHS * (STEPS - 1));
    recent_hops_free(&hops);
}

Test(recent_hops, memory_is_for_what_is_asked)
{
    cr_expect_eq(recent_hops_bytes(0), recent_hops_bytes(7000));
    cr_expect_leq(recent_hops_bytes(1600000), 16 << 20);
    cr_expect_geq(recent_hops_bytes(1600000), 1600000 * sizeof(uint64_t));
}
