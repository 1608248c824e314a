// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey that learns may spend, and what a discovery is worth to it.
 *
 *   price     epsilon x discoveries so far / probes so far: what is found later must keep up with a share
 *             of what was found until now
 *   guard     while all walks begun so far have taken more probes than their budgets, the price rises, the faster the
 *             more of what may be overdrawn is used up: a tenth of the budgets of the walks to come, and of a tenth of
 *             all walks. What the first walks cost to learn the later ones save; near the end little may be
 *             overdrawn. Walks under way count as those that are over, for a machine that pauses has them begin and
 *             end by the ten thousands. Probes that met one who is limited do not count: what he withholds is
 *             nobody's extravagance
 *   limit     all probes <= budget x (walks begun + a tenth of all): beyond it no walk goes on, whatever it may
 *             find, so that in the end there are at most budget x 1.1 probes for each of all walks
 *
 * Price and guard are of all senders together, the limit is each one's of its own walks: it waits for nobody.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Of one sender. */
struct spending {
    double budget;  /* probes a walk, at least 1 */
    uint64_t walks; /* that there will be */
    uint64_t sent, begun, ended, found;
    uint64_t excused; /* of those sent: for the guard they do not count */
    uint64_t told_sent, told_begun, told_found, told_excused; /* to the others */
};

/* Of all of them. */
struct spending_pool {
    double budget, epsilon;
    uint64_t walks; /* that there will be, of all senders */
    uint64_t sent, begun, found, excused;
};

/* spending_count() counts a probe that will be sent, for sure and once. True where it is time to tell the others. */
bool spending_count(struct spending *spending);

/* spending_tell() adds what is new to the pool, one sender at a time; returns the price. */
double spending_tell(struct spending *spending, struct spending_pool *pool);

/* spending_allows() says whether a walk that has begun may go on. */
static inline bool spending_allows(const struct spending *spending)
{
    double begun = (double)spending->begun + 0.1 * (double)spending->walks;

    return (double)(spending->sent + 1) <= spending->budget * begun;
}
