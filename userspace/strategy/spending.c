// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/spending.h"

#include <math.h>

enum {
    PROBES_A_LOOK = 64,
    /* Walks until the guard means something: the first ones learn, and are dear. */
    GUARD_FROM = 500,
    DEAREST = 20, /* times the price: what even that does not stop, the limit does */
};

static const double FADE = 0.998; /* a look: half a window is 350 looks, 22,000 probes */

static double base_price(const struct spending *spending)
{
    return spending->epsilon * (double)(spending->found + 1) / (double)(spending->sent + 20);
}

static void look(struct spending *spending)
{
    spending->recent_sent = spending->recent_sent * FADE + PROBES_A_LOOK;
    spending->recent_ended =
        spending->recent_ended * FADE + (double)(spending->ended - spending->ended_before);
    spending->ended_before = spending->ended;
}

bool spending_count(struct spending *spending, double *price)
{
    double base;

    if (++spending->sent % PROBES_A_LOOK)
        return false;
    base = base_price(spending);
    look(spending);
    *price = base;
    if (spending->ended <= GUARD_FROM)
        return true;
    spending->raised *=
        spending->recent_sent > 1.05 * spending->budget * spending->recent_ended ? 1.01 : 0.99;
    spending->raised = fmin(fmax(spending->raised, base), DEAREST * base);
    *price = spending->raised;
    return true;
}
