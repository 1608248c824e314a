// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/patience.h"

#include <criterion/criterion.h>

#include "base/clock.h"
#include "table.h"

#define START (77 * NS_PER_S)

/* Offers the probe again and again for a time. Returns whether it was given up, which ends that. */
static bool refuse(struct patience *patience, uint64_t *now, uint64_t for_ns, uint64_t progress)
{
    uint64_t end = *now + for_ns;

    while (*now < end) {
        *now += end - *now < PATIENCE_STEP_NS ? end - *now : PATIENCE_STEP_NS;
        if (patience_ended(patience, *now, progress))
            return true;
    }
    return false;
}

Test(patience, ends_as_told)
{
    static const struct {
        uint64_t after_ns, progress;
        bool ended;
    } rows[] = {
        {PATIENCE_LONGEST_NS - 1, 0, false},
        {1, 0, true}, /* so long without progress */
        {1, 0, false},
        {PATIENCE_LONGEST_NS - 2, 0, false},
        {1, 0, true},  /* the next one is refused, too */
        {1, 5, false}, /* but not those behind it: an eighth */
        {PATIENCE_LONGEST_NS / 8 - 1, 5, false},
        {1, 5, true},
        {1, 6, false}, /* a sixty-fourth */
        {PATIENCE_LONGEST_NS / 64, 6, true},
        {1, 7, false}, /* the shortest */
        {PATIENCE_SHORTEST_NS - 1, 7, false},
        {1, 7, true},
        {1, 7 + PATIENCE_MANY - 1, false},
        {PATIENCE_SHORTEST_NS, 7 + PATIENCE_MANY - 1, true},
        {1, 7 + 2 * PATIENCE_MANY, false}, /* so many have left that the device is well */
        {PATIENCE_LONGEST_NS - 1, 7 + 2 * PATIENCE_MANY, false},
        {1, 7 + 2 * PATIENCE_MANY, true},
    };
    struct patience patience = {.offered_ns = START};
    uint64_t now = START;

    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(refuse(&patience, &now, rows[i].after_ns, rows[i].progress), rows[i].ended, "row %zu",
                     i);
}

Test(patience, is_whole_again_where_the_device_is_at_fault)
{
    struct patience patience = {.offered_ns = START, .wait_ns = PATIENCE_SHORTEST_NS};
    uint64_t now = START;

    for (unsigned i = 0; i < PATIENCE_ROW; i++)
        cr_assert(refuse(&patience, &now, PATIENCE_SHORTEST_NS, 0), "%u", i);
    cr_expect_not(refuse(&patience, &now, PATIENCE_LONGEST_NS - 1, 0));
    cr_expect(refuse(&patience, &now, 1, 0));
}

Test(patience, lasts_while_something_leaves)
{
    struct patience patience = {.offered_ns = START, .wait_ns = PATIENCE_SHORTEST_NS};

    for (uint64_t i = 1; i < 10000; i++)
        cr_assert_not(patience_ended(&patience, START + i * PATIENCE_SHORTEST_NS / 2, i / 2 + 1));
}

/* A sender that seldom runs has rarely offered its probe, however late it is. */
Test(patience, counts_only_the_time_of_offers)
{
    struct patience patience = {.offered_ns = START};
    uint64_t now = START;

    for (uint64_t offers = 1; offers < PATIENCE_LONGEST_NS / PATIENCE_STEP_NS; offers++)
        cr_assert_not(patience_ended(&patience, now += NS_PER_S, 0), "after %llu",
                      (unsigned long long)offers);
    cr_expect(patience_ended(&patience, now += NS_PER_S, 0));
}

Test(patience, begins_anew)
{
    struct patience patience = {.offered_ns = START};
    uint64_t now = START;

    cr_assert_not(refuse(&patience, &now, PATIENCE_LONGEST_NS - 1, 0));
    patience_renew(&patience, now);
    cr_expect_not(refuse(&patience, &now, PATIENCE_LONGEST_NS - 1, 0));
    cr_expect(refuse(&patience, &now, 1, 0));
}
