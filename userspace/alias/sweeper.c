// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/sweeper.h"

#include <stdlib.h>

struct sweeper {
    struct strategy base;
    struct sweeper_config config;
    struct sweep_plan plan;
    uint16_t plan_number;
    unsigned sweep; /* of the plan */
    size_t place;   /* in the sweep */
    uint64_t sweep_began_ns, last_ns;
    bool begun, over;
    bool later; /* plan() returned SWEEP_LATER */
};

struct strategy *sweeper_strategy(struct sweeper *sweeper)
{
    return &sweeper->base;
}

static bool has_more_sweeps(const struct sweeper *sweeper)
{
    return sweeper->sweep < sweeper->plan.sweeps;
}

/* Returns when the next sweep may start, or, after the last one, the next plan. */
static uint64_t pause_ends(const struct sweeper *sweeper)
{
    if (!sweeper->begun || sweeper->later)
        return 0;
    if (has_more_sweeps(sweeper))
        return sweeper->sweep ? sweeper->sweep_began_ns + sweeper->config.interval_ns : 0;
    return sweeper->last_ns + sweeper->config.wait_ns;
}

static void begin_plan(struct sweeper *sweeper)
{
    enum sweep_turn turn = sweeper->config.ops->plan(sweeper->config.context, &sweeper->plan);

    sweeper->begun = true;
    sweeper->later = turn == SWEEP_LATER;
    sweeper->over = turn == SWEEP_OVER;
    if (sweeper->later)
        return;
    sweeper->plan_number++;
    sweeper->sweep = 0;
    sweeper->place = 0;
}

/* Moves on to what is to be sent at `now_ns`; returns false if there is nothing yet. */
static bool is_in_sweep(struct sweeper *sweeper, uint64_t now_ns)
{
    if (sweeper->place)
        return true;
    if (sweeper->over || now_ns < pause_ends(sweeper))
        return false;
    if (!sweeper->begun || sweeper->later || !has_more_sweeps(sweeper))
        begin_plan(sweeper);
    if (sweeper->later)
        return false;
    sweeper->sweep_began_ns = sweeper->last_ns = now_ns;
    return !sweeper->over && has_more_sweeps(sweeper);
}

static bool take(struct sweeper *sweeper, struct probe *out)
{
    uint32_t number = sweeper->plan.order[sweeper->place++];

    *out = (struct probe){.owner = number, .query = sweeper->plan_number};
    return sweeper->config.ops->probe(sweeper->config.context, number, sweeper->sweep, out);
}

static size_t sweeper_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct sweeper *sweeper = (struct sweeper *)strategy;
    size_t count = 0;

    if (!n || !is_in_sweep(sweeper, now_ns))
        return 0;
    while (count < n && sweeper->place < sweeper->plan.count)
        count += take(sweeper, &out[count]);
    if (count)
        sweeper->last_ns = now_ns;
    if (sweeper->place == sweeper->plan.count) {
        sweeper->sweep++;
        sweeper->place = 0;
    }
    return count;
}

static uint64_t sweeper_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct sweeper *sweeper = (const struct sweeper *)strategy;

    (void)now_ns;
    return sweeper->place ? 0 : pause_ends(sweeper);
}

static void sweeper_reply(struct strategy *strategy, const struct answer *answer)
{
    struct sweeper *sweeper = (struct sweeper *)strategy;

    if (answer->query == sweeper->plan_number)
        sweeper->config.ops->answer(sweeper->config.context, (uint32_t)answer->target, answer);
}

static void sweeper_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct sweeper *sweeper = (struct sweeper *)strategy;

    if (why != UNSENT_LINK_DOWN)
        sweeper->config.ops->unsent(sweeper->config.context, probe->owner);
}

static bool sweeper_done(const struct strategy *strategy)
{
    return ((const struct sweeper *)strategy)->over;
}

static void sweeper_close(struct strategy *strategy)
{
    free(strategy);
}

static const struct strategy_ops sweeper_ops = {
    .name = "sweeper",
    .help = "many addresses, again and again",
    .close = sweeper_close,
    .next = sweeper_next,
    .next_due = sweeper_next_due,
    .reply = sweeper_reply,
    .unsent = sweeper_unsent,
    .done = sweeper_done,
};

struct sweeper *sweeper_create(const struct sweeper_config *config)
{
    struct sweeper *sweeper = calloc(1, sizeof(*sweeper));

    if (!sweeper)
        return NULL;
    sweeper->base.ops = &sweeper_ops;
    sweeper->config = *config;
    return sweeper;
}
