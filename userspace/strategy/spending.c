// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/spending.h"

#include <math.h>

enum {
    /* What a sender has learnt is told to the others after so many probes. Later, and eight senders ask the same
     * questions: with 64 they send a tenth more in small surveys. Sooner, and they wait for each other's cache
     * lines. */
    PROBES_A_TELL = 8,
    DEAREST = 20, /* times the price: what even that does not stop, the limit does */
};

/* Of the budgets of what is to come this may be overdrawn. Less, and the first walks, which learn for all, are cut
 * short; more, and the limit comes before the price has risen. */
static const double OVERDRAWN_MOST = 0.1;

static double base_price(const struct spending_pool *pool)
{
    return pool->epsilon * (double)(pool->found + 1) / (double)(pool->sent + 20);
}

bool spending_count(struct spending *spending)
{
    return ++spending->sent % PROBES_A_TELL == 0;
}

static void add(struct spending *spending, struct spending_pool *pool)
{
    pool->sent += spending->sent - spending->told_sent;
    pool->begun += spending->begun - spending->told_begun;
    pool->found += spending->found - spending->told_found;
    pool->excused += spending->excused - spending->told_excused;
    spending->told_sent = spending->sent;
    spending->told_begun = spending->begun;
    spending->told_found = spending->found;
    spending->told_excused = spending->excused;
}

/* The share of what may be overdrawn that is used up; 0: nothing is. */
static double overdrawn(const struct spending_pool *pool)
{
    double walks = (double)pool->walks, begun = (double)pool->begun;
    double over = (double)pool->sent - (double)pool->excused - pool->budget * begun;
    double most = OVERDRAWN_MOST * pool->budget * (1.1 * walks - begun);

    return over <= 0 ? 0 : over < most ? over / most : 1;
}

/* Squared, for what the first walks cost to learn uses some of it up, in small surveys a third, and is soon saved again:
 * a price that rises for that leaves out what all later walks would have gone by. */
static double rise(double used)
{
    return pow(DEAREST, used * used);
}

double spending_tell(struct spending *spending, struct spending_pool *pool)
{
    double used;

    add(spending, pool);
    used = overdrawn(pool);
    return used > 0 ? base_price(pool) * rise(used) : base_price(pool);
}
