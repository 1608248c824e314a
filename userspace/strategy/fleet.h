// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many strategies as one, each with a target of its own. The one that is due first is served first.
 *
 *   sender <-- next(), next_due() -- fleet -- heap of members by their next due time
 *   receiver -- reply() --> member [answer->target]
 *   sender -- unsent() --> member [probe->owner]
 *
 * A member that has more to send is due again at once, behind all that were due before it, so pacing is
 * shared evenly. Members are strategies like the fleet, and are opened by their own functions. The fleet's
 * sender and receiver are one thread.
 */
#pragma once

#include "strategy/strategy.h"

struct fleet;

/* fleet_create() makes an empty fleet. Returns NULL when memory is short. Its `ops` close it, with all
 * members. */
struct fleet *fleet_create(void);

struct strategy *fleet_strategy(struct fleet *fleet);

/* fleet_add() takes over a member at `now_ns`. Members are numbered 0, 1, …. A member gets the answers
 * with its number as target, and unsent probes with its number as owner. Returns 0, or -ENOMEM, and then
 * the caller keeps the member. */
int fleet_add(struct fleet *fleet, struct strategy *member, uint64_t now_ns);

/* fleet_wake() updates when a member is due, after a change by something other than time or an answer. */
void fleet_wake(struct fleet *fleet, size_t number, uint64_t now_ns);

size_t fleet_count(const struct fleet *fleet);
struct strategy *fleet_member(const struct fleet *fleet, size_t number);
