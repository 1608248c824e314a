// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/patience.h"

#include <criterion/criterion.h>

#include "base/clock.h"
#include "table.h"

#define START (77 * NS_PER_S)

Test(patience, ends_as_told)
{
    static const struct {
        uint64_t after_ns, progress;
        bool ended;
    } rows[] = {
        {0, 0, false},
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
    struct patience patience = {.since_ns = START};
    uint64_t now = START;

    for (size_t i = 0; i < COUNT(rows); i++) {
        now += rows[i].after_ns;
        cr_expect_eq(patience_ended(&patience, now, rows[i].progress), rows[i].ended, "row %zu", i);
    }
}

Test(patience, is_whole_again_where_the_device_is_at_fault)
{
    struct patience patience = {.since_ns = START, .wait_ns = PATIENCE_SHORTEST_NS};
    uint64_t now = START;

    for (unsigned i = 0; i < PATIENCE_ROW; i++) {
        now += PATIENCE_SHORTEST_NS;
        cr_assert(patience_ended(&patience, now, 0), "%u", i);
    }
    cr_expect_not(patience_ended(&patience, now + PATIENCE_LONGEST_NS - 1, 0));
    cr_expect(patience_ended(&patience, now + PATIENCE_LONGEST_NS, 0));
}

Test(patience, lasts_while_something_leaves)
{
    struct patience patience = {.since_ns = START, .wait_ns = PATIENCE_SHORTEST_NS};

    for (uint64_t i = 1; i < 10000; i++)
        cr_assert_not(patience_ended(&patience, START + i * PATIENCE_SHORTEST_NS / 2, i / 2 + 1));
}

Test(patience, begins_anew)
{
    struct patience patience = {.since_ns = START};

    patience_renew(&patience, START + PATIENCE_LONGEST_NS);
    cr_expect_not(patience_ended(&patience, START + 2 * PATIENCE_LONGEST_NS - 1, 0));
    cr_expect(patience_ended(&patience, START + 2 * PATIENCE_LONGEST_NS, 0));
}
