// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <math.h>

#include "strategy/spending.h"

/* Spends as long as that is allowed; returns how much. */
static uint64_t spend_all(struct spending *spending)
{
    for (uint64_t i = 0; i < spending->walks; i++) {
        spending->begun++;
        do
            spending_count(spending);
        while (spending_allows(spending));
    }
    return spending->sent;
}

/* probes <= budget x 1.1 x walks, to the last one. */
Test(spending, ends_within_the_budget_and_a_tenth)
{
    static const double budgets[] = {1, 1.5, 5, 30};

    for (size_t i = 0; i < 4; i++) {
        struct spending spending = {.budget = budgets[i], .walks = 10000};
        double most = budgets[i] * 1.1 * 10000;

        cr_expect_leq((double)spend_all(&spending), most);
        cr_expect_geq((double)spending.sent, 0.99 * most, "budget %f: nothing is kept back", budgets[i]);
    }
}

/* Sends `probes`, of which each `probes_a_walk`-th begins one; returns the price in the end. */
static double spend(struct spending *senders, size_t count, struct spending_pool *pool, unsigned probes,
                    unsigned probes_a_walk)
{
    double price = 0;

    for (unsigned i = 0; i < probes; i++) {
        struct spending *spending = &senders[i % count];

        spending->begun += i % probes_a_walk == 0;
        if (spending_count(spending))
            price = spending_tell(spending, pool);
    }
    return price;
}

static double times_the_base(const struct spending_pool *pool, double price)
{
    return price / (pool->epsilon * (double)pool->found / (double)pool->sent);
}

Test(spending, the_price_is_a_share_of_what_was_found)
{
    struct spending_pool pool = {.budget = 5, .epsilon = 0.2, .walks = 1000000};
    struct spending spending = {.budget = 5, .walks = 1000000, .found = 499999};

    cr_expect_lt(fabs(spend(&spending, 1, &pool, 1000000, 4) - 0.2 * 500000 / 1000000), 0.001);
}

/* What several have found and spent counts as if it were one. */
Test(spending, senders_have_one_price)
{
    struct spending_pool pool = {.budget = 5, .epsilon = 0.2, .walks = 1000000};
    struct spending senders[4] = {{.found = 100000}, {.found = 300000}, {.found = 0}, {.found = 99999}};

    cr_expect_lt(fabs(spend(senders, 4, &pool, 1000000, 3) - 0.2 * 500000 / 1000000), 0.001);
    cr_expect_leq(1000000 - pool.sent, 4 * 64, "what is not told yet is little");
}

/* Over the budget it rises as what may be overdrawn is used up, to twenty times as much; once that is saved again it is
 * as before. */
Test(spending, what_is_overdrawn_raises_the_price)
{
    static const struct {
        unsigned probes, probes_a_walk;
        double times;
    } turns[] = {
        {200000, 10, 1.34}, /* 20,000 walks took 100,000 more than their budgets; 320,000 they may */
        {300000, 3, 1},     /* 120,000 took 100,000 less */
        {500000, 50, 20},   /* 130,000 took 350,000 more; 265,000 they may */
    };
    struct spending_pool pool = {.budget = 5, .epsilon = 0.2, .walks = 600000};
    struct spending spending = {.budget = 5, .walks = 600000, .found = 99999};

    for (size_t turn = 0; turn < 3; turn++) {
        double price = spend(&spending, 1, &pool, turns[turn].probes, turns[turn].probes_a_walk);
        double times = times_the_base(&pool, price);

        cr_expect_lt(fabs(times - turns[turn].times), 0.05, "%f times", times);
    }
}

/* The fewer walks are to come, the less may be overdrawn. */
Test(spending, what_is_overdrawn_weighs_more_near_the_end)
{
    double before = 1;

    for (uint64_t walks = 600000; walks >= 200000; walks -= 100000) {
        struct spending_pool pool = {.budget = 5, .epsilon = 0.2, .walks = walks};
        struct spending spending = {.budget = 5, .walks = walks, .found = 99999};
        double times = times_the_base(&pool, spend(&spending, 1, &pool, 600000, 6));

        cr_expect_gt(times, before, "%lu walks: %f times", walks, times);
        before = times;
    }
}

/* Eight probes a walk, of which half met one who is limited: four count. */
Test(spending, what_is_withheld_raises_no_price)
{
    struct spending_pool pool = {.budget = 5, .epsilon = 0.2, .walks = 50000};
    struct spending spending = {.budget = 5, .walks = 50000, .found = 99999};
    double price = 0;

    for (unsigned i = 0; i < 400000; i++) {
        spending.excused += i % 2;
        spending.begun += i % 8 == 0;
        if (spending_count(&spending))
            price = spending_tell(&spending, &pool);
    }
    cr_expect_lt(fabs(times_the_base(&pool, price) - 1), 0.01);
}

/* Walks of four probes, of which 50,000 begin at once and end at once, as on a machine that pauses. */
Test(spending, what_begins_at_once_raises_no_price)
{
    enum { WALKS = 50000, WAVES = 40 };
    struct spending_pool pool = {.budget = 5, .epsilon = 0.2, .walks = WALKS * WAVES};
    struct spending spending = {.budget = 5, .walks = WALKS * WAVES, .begun = WALKS, .found = 99999};

    for (unsigned i = 0; i < 4 * WALKS * WAVES; i++) {
        spending.begun += i / WALKS % 4 == 0 && spending.begun < spending.walks;
        if (!spending_count(&spending))
            continue;
        double times = times_the_base(&pool, spending_tell(&spending, &pool));
        cr_assert(pool.sent < 1000 || times < 1.01, "%f times after %lu", times, pool.sent);
    }
}
