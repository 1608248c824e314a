// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <math.h>

#include "strategy/spending.h"

/* Spends as long as that is allowed; returns how much. */
static uint64_t spend_all(struct spending *spending)
{
    double price;

    for (uint64_t i = 0; i < spending->walks; i++) {
        spending->begun++;
        do
            spending_count(spending, &price);
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

Test(spending, the_price_is_a_share_of_what_was_found)
{
    struct spending spending = {.budget = 5, .epsilon = 0.2, .walks = 1000000, .found = 499999};
    double price = 0;

    for (unsigned i = 0; i < 1000000; i++) {
        spending.ended += i % 4 == 0;
        cr_assert_eq(spending_count(&spending, &price), i % 64 == 63);
    }
    cr_expect_lt(fabs(price - 0.2 * 500000 / 1000000), 0.001);
}

static double times_base(const struct spending *spending, double price)
{
    return price / (spending->epsilon * (double)spending->found / (double)spending->sent);
}

/* Above the budget it rises, to twenty times as much; below it comes back. */
Test(spending, the_guard_raises_the_price)
{
    static const struct {
        unsigned probes_a_walk;
        double times;
    } turns[] = {{6, 20}, {3, 1}, {20, 20}};
    struct spending spending = {.budget = 5, .epsilon = 0.2, .walks = 1000000, .found = 99999};
    double price = 0;

    for (size_t turn = 0; turn < 3; turn++) {
        for (unsigned i = 0; i < 400000; i++) {
            spending.ended += i % turns[turn].probes_a_walk == 0;
            spending_count(&spending, &price);
        }
        cr_expect_lt(fabs(times_base(&spending, price) - turns[turn].times), 0.1, "%f times",
                     times_base(&spending, price));
    }
}
