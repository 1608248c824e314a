// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey that learns may spend, and what a discovery is worth to it.
 *
 *   price     epsilon x discoveries so far / probes so far: what is found later must keep up with a share
 *             of what was found until now
 *   guard     while walks that ended lately took more probes than the budget, the price rises by 1 % every
 *             64 probes, up to twenty times itself, and falls as slowly afterwards
 *   limit     probes <= budget x (walks begun + a tenth of all): beyond it no walk goes on, whatever it may
 *             find, so that in the end there are at most budget x 1.1 probes for each of all walks
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct spending {
    double budget; /* probes a walk, at least 1 */
    double epsilon;
    uint64_t walks; /* that there will be */
    uint64_t sent, begun, ended, found;
    double raised;                    /* the price as the guard has it; 0: not yet */
    double recent_sent, recent_ended; /* of the last few thousand, older ones fade */
    uint64_t ended_before;            /* when the guard looked last */
};

/* spending_count() counts a probe that will be sent, for sure and once. True every 64 probes, when `*price` is a
 * new one. */
bool spending_count(struct spending *spending, double *price);

/* spending_allows() says whether a walk that has begun may go on. */
static inline bool spending_allows(const struct spending *spending)
{
    double begun = (double)spending->begun + 0.1 * (double)spending->walks;

    return (double)(spending->sent + 1) <= spending->budget * begun;
}
