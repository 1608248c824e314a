// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey that learns may spend, and the price of a discovery.
 *
 *   price     epsilon x discoveries so far / probes so far: later discoveries per probe must stay above a share
 *             of the mean so far
 *   guard     while all walks begun so far have taken more probes than their budgets, the price rises, and the
 *             faster the more of the allowed overdraft is used. The allowed overdraft is a tenth of the budgets of
 *             the walks to come, and of a tenth of all walks. So the first walks may spend on learning what later
 *             walks save, and near the end little may be overdrawn. Walks under way count like those that have
 *             ended, because on a machine that pauses they begin and end by the ten thousands. Probes that met a
 *             limited responder do not count: that it withholds answers is no waste of the walks
 *   limit     all probes <= budget x (walks begun + a tenth of all). Beyond it no walk goes on, whatever it may
 *             find, so in the end there are at most budget x 1.1 probes per walk
 *
 * Price and guard are computed for all senders together. Each sender applies the limit to its own walks, so it
 * waits for no other.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Of one sender. */
struct spending {
    double budget;  /* probes per walk, at least 1 */
    uint64_t walks; /* number of walks in all */
    uint64_t sent, begun, ended, found;
    uint64_t excused;                                         /* probes sent that the guard does not count */
    uint64_t told_sent, told_begun, told_found, told_excused; /* as told to the other senders */
};

/* Of all senders. */
struct spending_pool {
    double budget, epsilon;
    uint64_t walks; /* number of walks in all, of all senders */
    uint64_t sent, begun, found, excused;
};

/* spending_count() counts a probe that will be sent for certain and once. Returns true when it is time to call
 * spending_tell(). */
bool spending_count(struct spending *spending);

/* spending_tell() adds what is new to the pool; only one sender may call it at a time. Returns the price. */
double spending_tell(struct spending *spending, struct spending_pool *pool);

/* spending_base_price() returns the price without what the guard adds. */
double spending_base_price(const struct spending_pool *pool);

/* spending_allows() returns true if a walk that has begun may go on. */
static inline bool spending_allows(const struct spending *spending)
{
    double begun = (double)spending->begun + 0.1 * (double)spending->walks;

    return (double)(spending->sent + 1) <= spending->budget * begun;
}
