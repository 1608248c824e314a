// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/loss_judge.h"

#include "base/clock.h"

/* A survey of few probes gets stray packets, too. Per second. */
#define STRAY_RATE 1000.0

typedef uint64_t counter_of(const struct loss_counts *counts);

static uint64_t sent_of(const struct loss_counts *counts)
{
    return counts->sent;
}

static uint64_t packets_of(const struct loss_counts *counts)
{
    return counts->packets;
}

static uint64_t replies_of(const struct loss_counts *counts)
{
    return counts->replies;
}

static uint64_t forged_of(const struct loss_counts *counts)
{
    return counts->forged;
}

static unsigned kept(const struct loss_judge *judge)
{
    return judge->count < LOSS_STEPS ? judge->count : LOSS_STEPS;
}

/* Index of the step that is `back` steps before the last. */
static unsigned place(const struct loss_judge *judge, unsigned back)
{
    return (judge->count - 1 - back) % LOSS_STEPS;
}

/* The rate per second in the window before the step that is `back` steps before the last; 0 for the first
 * step. */
static double rate_before(const struct loss_judge *judge, unsigned back, counter_of *counter)
{
    unsigned end = place(judge, back), begin = end;

    for (unsigned i = back + 1; i < kept(judge); i++) {
        begin = place(judge, i);
        if (judge->steps[end].at_ns - judge->steps[begin].at_ns >= LOSS_WINDOW_NS)
            break;
    }
    uint64_t took_ns = judge->steps[end].at_ns - judge->steps[begin].at_ns;
    uint64_t grown = counter(&judge->steps[end].counts) - counter(&judge->steps[begin].counts);
    return took_ns ? (double)grown * (double)NS_PER_S / (double)took_ns : 0;
}

static double most_sent(const struct loss_judge *judge)
{
    double most = 0;

    for (unsigned back = 0; back + 1 < kept(judge); back++) {
        double rate = rate_before(judge, back, sent_of);

        most = rate > most ? rate : most;
    }
    return most;
}

static void account(struct loss_judge *judge, uint64_t lost, bool excused)
{
    if (excused)
        judge->excused += lost;
    else
        judge->counted += lost;
}

uint64_t loss_judge_step(struct loss_judge *judge, uint64_t now_ns, const struct loss_counts *counts)
{
    struct loss_counts before = {0};

    if (judge->count)
        before = judge->steps[place(judge, 0)].counts;
    judge->count++;
    judge->steps[place(judge, 0)].at_ns = now_ns;
    judge->steps[place(judge, 0)].counts = *counts;

    double sent = most_sent(judge), owed = LOSS_FACTOR * sent + STRAY_RATE;
    bool attacked = rate_before(judge, 0, forged_of) > sent / LOSS_FORGED_SHARE + STRAY_RATE;
    account(judge, counts->own - before.own, false);
    account(judge, counts->of_device - before.of_device,
            attacked || rate_before(judge, 0, packets_of) > owed);
    account(judge, counts->of_rings - before.of_rings, attacked || rate_before(judge, 0, replies_of) > owed);
    return judge->counted;
}
