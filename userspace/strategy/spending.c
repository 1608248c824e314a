// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/spending.h"

#include <math.h>

enum {
    /* What a sender has learnt is told to the others after so many probes. Later, and eight senders ask the same
     * questions: with 64 they send a tenth more in small surveys. Sooner, and they wait for each other's cache
     * lines. */
    PROBES_A_TELL = 8,
    PROBES_A_LOOK = 64,
    /* Walks until the guard means something: the first ones learn, and are dear. */
    GUARD_FROM = 500,
    DEAREST = 20, /* times the price: what even that does not stop, the limit does */
    /* What the guard looks back on, in probes, and for each walk that is under way. Shorter than walks take, and it goes
     * by who happens to begin or to end: on a machine that stalls ten thousands at once, and the price rises twenty-fold
     * for nothing. Longer, and small surveys overspend before it rises. */
    WINDOW = 32000,
    WINDOW_A_WALK = 16,
};

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
    pool->ended += spending->ended - spending->told_ended;
    pool->found += spending->found - spending->told_found;
    pool->excused += spending->excused - spending->told_excused;
    spending->told_sent = spending->sent;
    spending->told_begun = spending->begun;
    spending->told_ended = spending->ended;
    spending->told_found = spending->found;
    spending->told_excused = spending->excused;
}

/* What is left of what was counted at the last look. */
static double fade(const struct spending_pool *pool)
{
    double active = (double)pool->begun - (double)pool->ended;

    return 1 - PROBES_A_LOOK / fmax(WINDOW, WINDOW_A_WALK * active);
}

static void look(struct spending_pool *pool, double base)
{
    uint64_t excused = pool->excused - pool->looked_excused;
    double left = fade(pool), sent = (double)(pool->sent - pool->looked_sent) - (double)excused,
           ended = (double)(pool->ended - pool->looked_ended);

    pool->recent_sent = pool->recent_sent * left + sent;
    pool->recent_ended = pool->recent_ended * left + ended;
    pool->looked_sent = pool->sent;
    pool->looked_ended = pool->ended;
    pool->looked_excused = pool->excused;
    if (pool->ended <= GUARD_FROM)
        return;
    pool->raised *= pool->recent_sent > 1.05 * pool->budget * pool->recent_ended ? 1.01 : 0.99;
    pool->raised = fmin(fmax(pool->raised, base), DEAREST * base);
}

double spending_tell(struct spending *spending, struct spending_pool *pool)
{
    double base;

    add(spending, pool);
    base = base_price(pool);
    if (pool->sent - pool->looked_sent >= PROBES_A_LOOK)
        look(pool, base);
    return fmax(pool->raised, base);
}
