// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/loss_judge.h"

#include <criterion/criterion.h>

#include "base/clock.h"
#include "table.h"

#define TICK_NS (50 * NS_PER_MS)

/* What happens in a tick: probes, replies to them, and by others replies and other packets. */
struct tick {
    unsigned sent, replies, repeated, foreign, forged;
    unsigned of_rings, of_device, own;
};

static uint64_t run(struct loss_judge *judge, struct loss_counts *counts, struct tick tick, unsigned times)
{
    uint64_t counted = judge->counted;

    for (unsigned i = 0; i < times; i++) {
        counts->sent += tick.sent;
        counts->replies += tick.replies + tick.repeated;
        counts->packets += tick.replies + tick.repeated + tick.foreign + tick.forged;
        counts->forged += tick.forged;
        counts->of_rings += tick.of_rings;
        counts->of_device += tick.of_device;
        counts->own += tick.own;
        counted = loss_judge_step(judge, NS_PER_S + judge->count * TICK_NS, counts);
    }
    return counted;
}

Test(loss_judge, whose_losses)
{
    static const struct {
        const char *what;
        struct tick tick;
        uint64_t counted; /* a tick */
    } cases[] = {
        {"nothing lost", {.sent = 5000, .replies = 5000}, 0},
        {"every loss of an ordinary survey", {5000, 2000, 0, 0, 0, 1, 2, 4}, 7},
        {"with every reply doubled", {5000, 5000, 5000, 0, 0, 1, 2, 4}, 7},
        {"a slow survey on a host with some traffic", {.sent = 5, .foreign = 40, .of_device = 1}, 1},
        {"replies by others, ten times what was sent", {5000, 2000, 50000, 0, 0, 10, 20, 1}, 1},
        {"packets by others", {5000, 2000, 0, 50000, 0, 10, 20, 1}, 11},
        {"a few forged ones", {5000, 2000, 0, 0, 50, 10, 20, 1}, 31},
        {"many forged ones", {5000, 2000, 0, 0, 1000, 10, 20, 1}, 1},
        {"replies by others while nothing is sent", {0, 0, 5000, 0, 0, 10, 20, 0}, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct loss_judge judge = {0};
        struct loss_counts counts = {0};
        const struct tick *tick = &cases[i].tick;
        struct tick peace = *tick;

        peace.of_rings = peace.of_device = peace.own = 0;
        run(&judge, &counts, peace, 10);
        cr_expect_eq(run(&judge, &counts, *tick, 100), 100 * cases[i].counted, "%s: %d", cases[i].what,
                     (int)judge.counted);
        cr_expect_eq(judge.counted + judge.excused, 100 * (tick->of_rings + tick->of_device + tick->own),
                     "%s", cases[i].what);
    }
}

/* Replies of three seconds ago still come when the rate has fallen to a tenth. */
Test(loss_judge, a_rate_that_falls)
{
    struct loss_judge judge = {0};
    struct loss_counts counts = {0};

    run(&judge, &counts, (struct tick){.sent = 50000, .replies = 50000}, 100);
    cr_expect_eq(run(&judge, &counts, (struct tick){.sent = 5000, .replies = 50000, .of_rings = 1}, 40), 40);
}

/* When the attack is over, losses count again. */
Test(loss_judge, an_attack_that_ends)
{
    struct loss_judge judge = {0};
    struct loss_counts counts = {0};

    cr_expect_eq(run(&judge, &counts, (struct tick){.sent = 5000, .replies = 2000}, 50), 0);
    run(&judge, &counts, (struct tick){.sent = 5000, .repeated = 90000, .of_rings = 900}, 50);
    cr_expect_leq(judge.counted, 900, "but for the first tick of it");
    run(&judge, &counts, (struct tick){.sent = 5000, .replies = 2000}, 10);
    uint64_t before = judge.counted;
    cr_expect_eq(run(&judge, &counts, (struct tick){.sent = 5000, .replies = 2000, .of_rings = 3}, 50),
                 before + 150);
}
