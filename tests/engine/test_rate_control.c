// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/rate_control.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/clock.h"
#include "reference.h"
#include "table.h"

#define START   (77 * NS_PER_S)
#define TICK    (50 * NS_PER_MS)
#define SETTLE  (500 * NS_PER_MS)
#define WATCH   (500 * NS_PER_MS)
#define LEAST   100.0
#define FIRST   10e3
#define MOST    100e6
#define STEP    (SETTLE + WATCH + 2 * TICK)
#define NOTHING INFINITY

enum {
    HISTORY = 20, /* ticks that a loss may take to show: two settling times */
};

/* A host: no more than `sender` leave, what is beyond `room` gets lost and shows `delay` ticks later. */
struct host {
    double sender, room;
    unsigned delay;
    double share;       /* of the rate comes about below that; 0: all of it */
    double hiccup_at_s; /* seconds after the start at which something is lost at any rate; 0: never */
};

struct run {
    struct rate_control control;
    struct host host;
    uint64_t now_ns;
    double sent, lost;
    double pending[HISTORY];
    unsigned ticks;
};

static void begin(struct run *run, const struct host *host)
{
    const struct rate_control_config config = {FIRST, LEAST, MOST, SETTLE, WATCH};

    *run = (struct run){.host = *host, .now_ns = START};
    rate_control_start(&run->control, &config, START);
}

static void tick(struct run *run)
{
    const struct host *host = &run->host;
    double seconds = (double)TICK / (double)NS_PER_S;
    double rate = fmin(run->control.rate * (host->share > 0 ? host->share : 1), host->sender);
    double *due = &run->pending[run->ticks % HISTORY];

    run->pending[(run->ticks + host->delay) % HISTORY] += fmax(rate - host->room, 0) * seconds;
    run->sent += rate * seconds;
    run->lost += *due;
    *due = 0;
    run->ticks++;
    run->now_ns += TICK;
    if (host->hiccup_at_s > 0 && run->ticks == (unsigned)(host->hiccup_at_s / seconds))
        run->lost += 1000;
    rate_control_step(&run->control, run->now_ns, (uint64_t)run->sent, (uint64_t)run->lost);
}

static unsigned search_steps(double fastest)
{
    return 2 * ((unsigned)fabs(ceil(log2(fastest / FIRST))) + 5);
}

static void search(struct run *run, const struct host *host)
{
    unsigned limit = (unsigned)(search_steps(MOST) * (STEP + SETTLE) / TICK);

    begin(run, host);
    while (!run->control.found_ns && run->ticks < limit)
        tick(run);
    cr_assert(run->control.found_ns, "room %g, sender %g: still searching after %u ticks at %g", host->room,
              host->sender, run->ticks, run->control.rate);
}

static void expect_held(struct run *run, double from, double to)
{
    double lost = run->lost, rate = run->control.rate;

    cr_expect_geq(rate, from);
    cr_expect_leq(rate, to);
    for (unsigned i = 0; i < 1000; i++) {
        tick(run);
        cr_assert_eq(run->control.rate, rate);
    }
    cr_expect_eq(run->lost, lost);
    cr_expect_eq(run->control.found, rate);
    cr_expect_eq(run->control.found_lost, (uint64_t)lost);
}

/* Between 0.95 / 1.05 and 0.95 of the room, wherever that is, and nothing is lost from then on. */
Test(rate_control, finds_the_room_there_is_and_holds)
{
    static const double rooms[] = {250, 4e3, 9.99e3, 10e3, 10.01e3, 77e3, 640e3, 655e3, 1.3e6, 7e6, 60e6};

    for (size_t i = 0; i < COUNT(rooms); i++)
        for (unsigned delay = 0; delay < SETTLE / TICK; delay += 3) {
            struct run run;

            search(&run, &(struct host){.sender = NOTHING, .room = rooms[i], .delay = delay});
            expect_held(&run, rooms[i] * 0.95 / 1.06, rooms[i] * 0.95);
        }
}

/* Where it is the sender that ends it, nothing gets lost at all. */
Test(rate_control, finds_what_the_sender_can)
{
    static const double senders[] = {5e3, 12e3, 850e3, 5.1e6};

    for (size_t i = 0; i < COUNT(senders); i++) {
        struct run run;

        search(&run, &(struct host){.sender = senders[i], .room = NOTHING});
        expect_held(&run, senders[i] * 0.94, senders[i]);
        cr_expect_eq(run.control.found_lost, 0);
    }
}

/* Threads of a busy machine are always late: that a tenth of a rate is missing is not the end. */
Test(rate_control, is_not_misled_by_a_busy_machine)
{
    static const double senders[] = {15e3, 640e3, 5.1e6};

    for (size_t i = 0; i < COUNT(senders); i++) {
        struct run run;

        search(&run, &(struct host){.sender = senders[i], .room = NOTHING, .share = 0.9});
        cr_expect_geq(run.control.rate, senders[i] * 0.94);
        cr_expect_leq(run.control.rate, senders[i]);
        search(&run, &(struct host){.sender = NOTHING, .room = senders[i], .share = 0.9});
        cr_expect_geq(run.control.rate, senders[i] * 0.7, "%g of %g", run.control.rate, senders[i]);
        cr_expect_leq(run.control.rate * 0.9, senders[i]);
    }
}

Test(rate_control, goes_no_faster_than_it_may)
{
    struct run run;

    search(&run, &(struct host){.sender = NOTHING, .room = NOTHING});
    expect_held(&run, MOST * 0.95, MOST * 0.95);
}

/* Where everything is lost, the least rate it is. */
Test(rate_control, goes_no_slower_than_it_may)
{
    struct run run;

    search(&run, &(struct host){.sender = NOTHING, .room = 10});
    cr_expect_eq(run.control.rate, LEAST);
    for (unsigned i = 0; i < 1000; i++)
        tick(&run);
    cr_expect_eq(run.control.rate, LEAST);
}

/* One loss that has nothing to do with the rate, whenever it comes, costs no more than what is given away
 * anyway. */
Test(rate_control, one_hiccup_decides_nothing)
{
    for (double at = 0.3; at < 12; at += 0.35) {
        struct run run;

        search(&run, &(struct host){NOTHING, 640e3, 2, 0, at});
        cr_expect_geq(run.control.rate, 640e3 * 0.95 * 0.95 / 1.06, "hiccup after %g s: %g", at,
                      run.control.rate);
        cr_expect_leq(run.control.rate, 640e3 * 0.95, "hiccup after %g s: %g", at, run.control.rate);
    }
}

/* Room that shrinks later: the rate follows downwards, a twentieth at a time, and stays there. */
Test(rate_control, gives_way_while_holding)
{
    struct run run;
    double before;

    search(&run, &(struct host){NOTHING, 640e3, 2, 0, 0});
    run.host.room = 400e3;
    before = run.control.rate;
    for (unsigned i = 0; i < 1000; i++) {
        tick(&run);
        cr_assert(run.control.rate == before || fabs(run.control.rate - before * 0.95) < 1, "%g after %g",
                  run.control.rate, before);
        before = run.control.rate;
    }
    cr_expect_leq(run.control.rate, 400e3);
    cr_expect_geq(run.control.rate, 400e3 * 0.95 * 0.95);
    run.host.room = NOTHING;
    for (unsigned i = 0; i < 1000; i++)
        tick(&run);
    cr_expect_eq(run.control.rate, before);
    cr_expect_gt(run.control.found, run.control.rate);
    cr_expect_gt((uint64_t)run.lost, run.control.found_lost);
}

/* A link that is down for two and a half seconds, more than two attempts: the search goes on where it was. */
Test(rate_control, outlasts_a_sender_that_stands_still)
{
    for (unsigned at = 0; at < 60; at += 7) {
        const struct host host = {NOTHING, 640e3, 1, 0, 0};
        struct run run;

        begin(&run, &host);
        while (!run.control.found_ns) {
            run.host.sender = run.ticks >= at && run.ticks < at + 50 ? 0 : NOTHING;
            tick(&run);
            cr_assert_lt(run.ticks, 2000);
        }
        cr_expect_geq(run.control.rate, 640e3 * 0.95 / 1.06, "down at tick %u: %g", at, run.control.rate);
    }
}

/* What somebody else has lost: the step begins again, however long that goes on, and
 * then the search goes on. */
Test(rate_control, losses_that_are_excused)
{
    const struct rate_control_config config = {
        .start = 1000, .least = 100, .most = 1e6, .settle_ns = 100 * NS_PER_MS, .watch_ns = 200 * NS_PER_MS};
    struct rate_control control;
    uint64_t now = NS_PER_S, sent = 0;

    rate_control_start(&control, &config, now);
    for (int i = 0; i < 100; i++, now += 50 * NS_PER_MS) {
        sent += 50;
        rate_control_excuse(&control, now, sent, 0);
        cr_assert_eq(rate_control_step(&control, now, sent, 0), 1000);
    }
    for (int i = 0; i < 8 && control.rate == 1000; i++, now += 50 * NS_PER_MS) {
        sent += 50;
        rate_control_step(&control, now, sent, 0);
    }
    cr_expect_eq(control.rate, 2000);
}
