// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>

#include "base/clock.h"
#include "engine/sender_fixture.h"
#include "table.h"

Test(sender, every_probe_leaves_once_in_order)
{
    static const uint32_t counts[] = {0, 1, SENDER_BATCH - 1, SENDER_BATCH, SENDER_BATCH + 1, 1000};
    static const double rates[] = {INFINITY, 1e6, 1000, 1};

    for (size_t i = 0; i < COUNT(counts); i++)
        for (size_t rate = 0; rate < COUNT(rates); rate++) {
            struct sender_fixture *fixture = sender_fixture_start(counts[i], rates[rate]);

            sender_fixture_run(fixture, 0);
            sender_fixture_expect_all(fixture, counts[i]);
            cr_expect_eq(sender_fixture_generated(fixture), counts[i]);
            cr_expect_eq(sender_fixture_step(fixture, NS_PER_S), SENDER_DONE, "it stays so");
        }
}

/* As many as were asked for, whatever the batch is; what is blocked does not count. */
Test(sender, ends_at_its_limit)
{
    static const uint32_t limits[] = {1, 63, 64, 65, 200, 300, 301};

    for (size_t i = 0; i < COUNT(limits); i++) {
        struct sender_fixture *fixture = sender_fixture_start(300, INFINITY);

        fixture->sender.limited = true;
        fixture->sender.allowed = limits[i];
        cr_expect_eq(sender_fixture_run_while_busy(fixture, 0), SENDER_DONE);
        cr_expect_eq(fixture->tx.count, limits[i] < 300 ? limits[i] : 300);
        cr_expect_eq(sender_was_limited(&fixture->sender), limits[i] < 300, "%u", limits[i]);
        cr_expect(sender_has_ended(&fixture->sender));
    }
}

/* Probe i leaves at i / rate, neither sooner nor later, with that time in it. */
Test(sender, keeps_the_rate)
{
    struct sender_fixture *fixture = sender_fixture_start(500, 1000);

    sender_fixture_run(fixture, 0);
    for (uint32_t i = 0; i < 500; i++)
        cr_assert_eq(fixture->tx.times[i], i * NS_PER_MS);
}

Test(sender, says_when_it_is_due)
{
    struct sender_fixture *fixture = sender_fixture_start(10, 1);

    cr_expect_eq(sender_fixture_run_while_busy(fixture, 0), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(sender_next_due(&fixture->sender, 0), NS_PER_S);
    cr_expect_eq(sender_fixture_run_while_busy(fixture, NS_PER_S - 1), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(sender_fixture_run_while_busy(fixture, NS_PER_S), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 2);
}

/* Where the strategy has nothing yet, its word counts. */
Test(sender, waits_for_the_strategy)
{
    struct sender_fixture *fixture = sender_fixture_start(5, INFINITY);

    fixture->strategy.due_every_ns = 1000;
    cr_expect_eq(sender_fixture_run_while_busy(fixture, 0), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(sender_next_due(&fixture->sender, 0), 1000);
    cr_expect_eq(sender_fixture_run(fixture, 0), 4000);
    sender_fixture_expect_all(fixture, 5);
}

/* A ring that is nearly always full: what found no room comes first the next time, and costs no rate. */
Test(sender, no_room)
{
    static const size_t rooms[] = {1, 7, 63};

    for (size_t i = 0; i < COUNT(rooms); i++) {
        struct sender_fixture *fixture = sender_fixture_start(1000, 100000);
        uint64_t now = 0;

        fixture->tx.room = 0;
        for (unsigned steps = 0; steps < 100; steps++, now += 10 * NS_PER_US)
            cr_assert_eq(sender_fixture_step(fixture, now), SENDER_BUSY);
        cr_assert_eq(sender_fixture_generated(fixture), 0);
        fixture->tx.room = rooms[i];
        sender_fixture_run(fixture, now);
        sender_fixture_expect_all(fixture, 1000);
        /* The hundred that came due meanwhile were made up for. */
        cr_expect_eq(fixture->tx.times[999], 999 * 10 * NS_PER_US);
    }
}

/* Where frames wait in the backend, steps push them, and the end is not reached before they are gone. Others may
 * run meanwhile, but not before what finds room has left. */
Test(sender, a_busy_device)
{
    struct sender_fixture *fixture = sender_fixture_start(10, INFINITY);

    fixture->tx.push_result = -EAGAIN;
    for (unsigned steps = 1; steps <= 20; steps++) {
        uint32_t before = fixture->tx.count;
        int state = sender_fixture_step(fixture, 0);

        cr_assert_eq(state, fixture->tx.count > before ? SENDER_BUSY : SENDER_FULL);
        cr_assert_eq(fixture->tx.pushes, steps);
    }
    cr_expect_eq(fixture->tx.count, 10);
    fixture->tx.push_result = 0;
    cr_expect_eq(sender_fixture_step(fixture, 0), SENDER_DONE);
    sender_fixture_expect_all(fixture, 10);
}

Test(sender, errors_are_passed_on)
{
    static const int errors[] = {-ENETDOWN, -EIO, -ENXIO};

    for (size_t i = 0; i < COUNT(errors); i++) {
        struct sender_fixture *fixture = sender_fixture_start(200, INFINITY);

        sender_fixture_step(fixture, 0);
        fixture->tx.push_result = errors[i];
        fixture->tx.room = 3;
        for (unsigned steps = 0; steps < 5; steps++)
            cr_expect_eq(sender_fixture_step(fixture, 0), errors[i]);
        /* The link is up again: nothing was lost, nothing is sent twice. */
        fixture->tx.push_result = 0;
        fixture->tx.room = SIZE_MAX;
        sender_fixture_run(fixture, 0);
        sender_fixture_expect_all(fixture, 200);
    }
}

Test(sender, stopped_half_way)
{
    struct sender_fixture *fixture = sender_fixture_start(1000, 1000);

    for (uint64_t now = 0; now < 100 * NS_PER_MS; now += NS_PER_MS / 3)
        sender_fixture_step(fixture, now);
    cr_expect_eq(fixture->tx.count, 100);
    cr_expect_eq(sender_fixture_generated(fixture), 100);
}

/* Where each probe is waited for from when it was chosen, it is not chosen before it may leave. */
Test(sender, prompt_ones_choose_when_they_may_send)
{
    struct sender_fixture *fixture = sender_fixture_start(5, 2);
    uint64_t now = 1;

    fixture->sender.batch = 1;
    fixture->sender.prompt = true;
    for (uint32_t sent = 0; sent < 5; sent++) {
        while (fixture->tx.count == sent) {
            cr_assert_leq(fixture->strategy.next, sent, "chosen ahead");
            cr_assert_neq(sender_fixture_step(fixture, now), SENDER_DONE);
            uint64_t due = sender_next_due(&fixture->sender, now);
            now = due > now ? due : now;
        }
        cr_expect_eq(fixture->tx.times[sent], sent ? sent * NS_PER_S / 2 : 1);
    }
    cr_expect_eq(sender_fixture_run_while_busy(fixture, now), SENDER_DONE);
}

/* A strategy that is due later than the pacer, and one that is due earlier. */
Test(sender, prompt_ones_are_due_when_both_are)
{
    static const struct {
        uint64_t due_every_ns, expected_ns;
    } cases[] = {{NS_PER_S, NS_PER_S}, {NS_PER_S / 8, NS_PER_S / 2}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sender_fixture *fixture = sender_fixture_start(5, 2);

        fixture->sender.batch = 1;
        fixture->sender.prompt = true;
        fixture->strategy.due_every_ns = cases[i].due_every_ns;
        cr_assert_eq(sender_fixture_run_while_busy(fixture, 0), SENDER_IDLE);
        cr_expect_eq(fixture->tx.count, 1);
        cr_expect_eq(sender_next_due(&fixture->sender, 0), cases[i].expected_ns, "%zu", i);
        cr_expect_eq(counter_read(&fixture->sender.counters.waits), 0, "it was the pacer's turn");
        sender_fixture_step(fixture, NS_PER_S / 2);
        cr_expect_eq(counter_read(&fixture->sender.counters.waits), cases[i].due_every_ns == NS_PER_S,
                     "a probe might have left");
    }
}

/* One that does not ask for them finds them sent afterwards. */
Test(sender, others_wait_for_a_link)
{
    struct sender_fixture *fixture = sender_fixture_start(100, INFINITY);

    sender_fixture_step(fixture, 0);
    fixture->tx.push_result = -ENETDOWN;
    fixture->tx.room = 3;
    sender_fixture_step(fixture, 0);
    sender_suspend(&fixture->sender);
    fixture->tx.push_result = 0;
    fixture->tx.room = SIZE_MAX;
    sender_fixture_run(fixture, 0);
    sender_fixture_expect_all(fixture, 100);
}

static uint64_t left(const struct sender_fixture *fixture)
{
    return atomic_load(&fixture->sender.counters.left);
}

static uint64_t numbered_left(const struct strategy *strategy)
{
    const struct numbered *self = (const struct numbered *)strategy;

    return self->count - self->next;
}

/* At every step what was generated and what is left are all there is, however much is chosen ahead. */
Test(sender, tells_what_is_left)
{
    static const struct strategy_ops counting_ops = {.name = "counting",
                                                     .next = numbered_next,
                                                     .next_due = numbered_next_due,
                                                     .left = numbered_left,
                                                     .done = numbered_done};
    struct sender_fixture *fixture = sender_fixture_start(1000, 1000);

    fixture->strategy.base.ops = &counting_ops;
    sender_open(&fixture->sender);
    cr_expect_eq(left(fixture), 1000);
    for (uint64_t now = 0; now < 2 * NS_PER_S; now += NS_PER_MS / 3) {
        sender_fixture_step(fixture, now);
        cr_assert_eq(sender_fixture_generated(fixture) + left(fixture), 1000);
    }
    cr_expect_eq(left(fixture), 0);
}

Test(sender, nobody_knows_what_is_left)
{
    struct sender_fixture *fixture = sender_fixture_start(10, INFINITY);

    sender_open(&fixture->sender);
    cr_expect_eq(left(fixture), STRATEGY_LEFT_UNKNOWN);
    sender_fixture_run(fixture, 0);
    cr_expect_eq(left(fixture), STRATEGY_LEFT_UNKNOWN);
}
