// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "base/clock.h"
#include "table.h"

Test(clock, now_does_not_go_back)
{
    uint64_t before = clock_now_ns();
    uint64_t after = clock_now_ns();

    cr_assert_gt(before, 0);
    cr_assert_geq(after, before);
}

Test(clock, now_is_the_monotonic_clock)
{
    uint64_t before = clock_read_ns(CLOCK_MONOTONIC);
    uint64_t now = clock_now_ns();

    cr_assert_leq(before, now);
    cr_assert_leq(now, clock_read_ns(CLOCK_MONOTONIC));
}

Test(clock, a_pairing_reads_both_clocks)
{
    uint64_t monotonic = clock_read_ns(CLOCK_MONOTONIC), realtime = clock_read_ns(CLOCK_REALTIME);
    struct clock_pairing pairing = clock_pair();

    cr_assert_leq(monotonic, pairing.monotonic_ns);
    cr_assert_leq(pairing.monotonic_ns, clock_read_ns(CLOCK_MONOTONIC));
    /* The real clock may be set while this runs; that it was read shows by the year. */
    cr_assert_gt(realtime, 1600000000 * NS_PER_S);
    cr_assert_gt(pairing.realtime_ns, 1600000000 * NS_PER_S);
}

Test(clock, a_pairing_translates_both_ways)
{
    static const struct clock_pairing pairing = {.monotonic_ns = 5 * NS_PER_S,
                                                 .realtime_ns = 1700000000 * NS_PER_S};
    static const struct {
        uint64_t monotonic_ns, realtime_ns;
    } cases[] = {
        {5 * NS_PER_S, 1700000000 * NS_PER_S},
        {5 * NS_PER_S + 1, 1700000000 * NS_PER_S + 1},
        {4 * NS_PER_S, 1699999999 * NS_PER_S}, /* before the pairing */
        {0, 1699999995 * NS_PER_S},
        {86405 * NS_PER_S, 1700086400 * NS_PER_S},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(clock_to_realtime_ns(&pairing, cases[i].monotonic_ns), cases[i].realtime_ns);
        cr_expect_eq(clock_to_monotonic_ns(&pairing, cases[i].realtime_ns), cases[i].monotonic_ns);
    }
}
