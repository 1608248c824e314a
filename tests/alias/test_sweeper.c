// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/sweeper.h"

#include <criterion/criterion.h>

#include "base/clock.h"

/* Two plans of one address, and `thinking` calls before the second. */
struct asker {
    unsigned plans, thinking, answers;
};

static enum sweep_turn plan(void *context, struct sweep_plan *out)
{
    static const uint32_t order[] = {0};
    struct asker *asker = context;

    if (asker->plans == 1 && asker->thinking) {
        asker->thinking--;
        return SWEEP_LATER;
    }
    *out = (struct sweep_plan){order, 1, 1};
    return asker->plans++ < 2 ? SWEEP_ASK : SWEEP_OVER;
}

static bool probe(void *context, uint32_t number, unsigned sweep, struct probe *out)
{
    (void)context, (void)number, (void)sweep, (void)out;
    return true;
}

static const struct sweeper_ops ops = {.plan = plan, .probe = probe};

/* Who has to reckon long is asked again at once, and between that the session sees signals. */
Test(sweeper, a_plan_may_come_later)
{
    struct asker asker = {.thinking = 3};
    struct sweeper *sweeper = sweeper_create(&(struct sweeper_config){&ops, &asker, NS_PER_S, NS_PER_S});
    struct strategy *strategy = sweeper_strategy(sweeper);
    struct probe out;

    cr_assert_eq(strategy->ops->next(strategy, NS_PER_S, &out, 1), 1);
    cr_expect_eq(strategy->ops->next_due(strategy, NS_PER_S), 2 * NS_PER_S);
    for (unsigned i = 0; i < 3; i++) {
        cr_expect_eq(strategy->ops->next(strategy, 2 * NS_PER_S, &out, 1), 0);
        cr_expect_leq(strategy->ops->next_due(strategy, 2 * NS_PER_S), 2 * NS_PER_S);
        cr_expect_not(strategy->ops->done(strategy));
    }
    cr_expect_eq(strategy->ops->next(strategy, 2 * NS_PER_S, &out, 1), 1);
    cr_expect_eq(strategy->ops->next(strategy, 4 * NS_PER_S, &out, 1), 0);
    cr_expect(strategy->ops->done(strategy));
    strategy->ops->close(strategy);
}
