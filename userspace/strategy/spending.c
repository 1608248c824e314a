// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/spending.h"

#include <math.h>

enum {
    /* A sender tells the others what it has learnt after this many probes. Higher, and eight senders send the
     * same probes: with 64 they send a tenth more in small surveys. Lower, and they wait for each other's cache
     * lines. */
    PROBES_A_TELL = 8,
    DEAREST = 20, /* times the price; the limit stops what this does not stop */
};

/* Share of the budgets of walks to come that may be overdrawn. Lower, and the first walks, which learn for all,
 * are cut short. Higher, and the limit is reached before the price has risen. */
static const double OVERDRAWN_MOST = 0.1;

double spending_base_price(const struct spending_pool *pool)
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

/* Returns the share of the allowed overdraft that is used; 0: none. */
static double overdrawn(const struct spending_pool *pool)
{
    double walks = (double)pool->walks, begun = (double)pool->begun;
    double over = (double)pool->sent - (double)pool->excused - pool->budget * begun;
    double most = OVERDRAWN_MOST * pool->budget * (1.1 * walks - begun);

    return over <= 0 ? 0 : over < most ? over / most : 1;
}

/* The share is squared because of the first walks. What they spend on learning uses some of the overdraft, in
 * small surveys a third, and later walks soon save that. A price that rises for it would suppress probes from
 * which all later walks would learn. */
static double rise(double used)
{
    return pow(DEAREST, used * used);
}

double spending_tell(struct spending *spending, struct spending_pool *pool)
{
    double used;

    add(spending, pool);
    used = overdrawn(pool);
    return used > 0 ? spending_base_price(pool) * rise(used) : spending_base_price(pool);
}
