// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "mix.h"
#include "sim/timer_wheel.h"

#define TICK (1ULL << TIMER_WHEEL_TICK_BITS)
#define TURN (TICK * TIMER_WHEEL_BUCKETS)

enum { START = 123456789 };

/* Which of `timers` comes out at `now`, or -1. */
static int take(struct timer_wheel *wheel, const struct timer *timers, uint64_t now)
{
    struct timer *timer = timer_wheel_take(wheel, now);

    return timer ? (int)(timer - timers) : -1;
}

Test(timer_wheel, timers_come_out_when_due_and_not_before)
{
    static const struct {
        uint64_t after; /* from START on */
        int expected;
    } table[] = {
        {0, 2},             /* due already when it was added */
        {0, -1},            /* */
        {99, -1},           /* a nanosecond early, in the same tick */
        {100, 0},           /* */
        {5 * TICK - 1, -1}, /* */
        {5 * TICK, 1},      /* */
        {5 * TICK, 3},      /* the same time: in the order of adding */
        {TURN - 1, -1},     /* */
        {TURN + 100, 4},    /* a turn later, in the bucket of the first */
        {3 * TURN, -1},     /* */
        {7 * TURN, 5},      /* far */
        {7 * TURN, -1},     /* */
    };
    struct timer timers[] = {
        {.due_ns = START + 100},      {.due_ns = START + 5 * TICK},   {.due_ns = START - 5 * TICK},
        {.due_ns = START + 5 * TICK}, {.due_ns = START + TURN + 100}, {.due_ns = START + 7 * TURN},
    };
    struct timer_wheel *wheel = timer_wheel_create(START);

    for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++)
        timer_wheel_add(wheel, &timers[i]);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        cr_expect_eq(take(wheel, timers, START + table[i].after), table[i].expected, "step %zu", i);
    timer_wheel_destroy(wheel);
}

Test(timer_wheel, a_timer_behind_the_time_comes_out_next)
{
    struct timer timers[] = {{.due_ns = START + 10 * TICK}, {.due_ns = START + TICK}};
    struct timer_wheel *wheel = timer_wheel_create(START);

    timer_wheel_add(wheel, &timers[0]);
    cr_expect_eq(take(wheel, timers, START + 9 * TICK), -1);
    timer_wheel_add(wheel, &timers[1]);
    cr_expect_eq(take(wheel, timers, START + 9 * TICK), 1);
    timer_wheel_destroy(wheel);
}

Test(timer_wheel, tells_what_is_due_soon)
{
    struct timer near = {.due_ns = START + 100}, far = {.due_ns = START + 50 + TURN};
    struct timer_wheel *wheel = timer_wheel_create(START);

    cr_expect_not(timer_wheel_is_due_before(wheel, START + 10 * TICK), "an empty wheel");
    timer_wheel_add(wheel, &far);
    cr_expect_not(timer_wheel_is_due_before(wheel, START + 10 * TICK), "a turn later");
    timer_wheel_add(wheel, &near);
    cr_expect_not(timer_wheel_is_due_before(wheel, START + 100));
    cr_expect(timer_wheel_is_due_before(wheel, START + 101));
    timer_wheel_destroy(wheel);
}

/* Timers over four turns, time in steps of many lengths: each comes out once, at the first step at or after
 * its time, and never a later tick before an earlier one. */
Test(timer_wheel, many_timers_come_out_in_order)
{
    enum { TIMERS = 20000 };
    struct timer *timers = calloc(TIMERS, sizeof(*timers));
    struct timer_wheel *wheel = timer_wheel_create(START);
    uint64_t now = START, before = START, out = 0;

    for (uint64_t i = 0; i < TIMERS; i++) {
        timers[i].due_ns = START + mix64(i) % (4 * TURN);
        timer_wheel_add(wheel, &timers[i]);
    }
    for (uint64_t step = 0; out < TIMERS; step++) {
        uint64_t last_tick = 0;
        struct timer *timer;

        while ((timer = timer_wheel_take(wheel, now))) {
            cr_assert(timer->due_ns > before || step == 0);
            cr_assert_leq(timer->due_ns, now);
            cr_assert_geq(timer->due_ns / TICK, last_tick);
            last_tick = timer->due_ns / TICK;
            out++;
        }
        before = now;
        now += mix64(~step) % (TURN / 100);
    }
    cr_expect_eq(wheel->count, 0);
    timer_wheel_destroy(wheel);
    free(timers);
}
