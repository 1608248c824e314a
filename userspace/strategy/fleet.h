// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many strategies as one: each with a target of its own, served by whichever is due first.
 *
 *   sender <-- next(), next_due() -- fleet -- heap of members by their next due time
 *   receiver -- reply() --> member [answer->target]
 *   sender -- unsent() --> member [probe->owner]
 *
 * A member that has more to send is due again at once, behind all that were due before it: so pacing is
 * shared out evenly. Its members are strategies like itself, opened by functions of
 * their own; its sender and receiver are the same thread.
 */
#pragma once

#include "strategy/strategy.h"

struct fleet;

/* fleet_create() makes an empty fleet; NULL when memory is short. Closed by its `ops`, with all members. */
struct fleet *fleet_create(void);

struct strategy *fleet_strategy(struct fleet *fleet);

/* fleet_add() takes over a member, which becomes number 0, 1, … and is told of answers with that target, and
 * of probes of that owner, at `now_ns`. 0; or -ENOMEM, with the member still the caller's. */
int fleet_add(struct fleet *fleet, struct strategy *member, uint64_t now_ns);

/* fleet_wake() asks a member anew when it is due: something other than time or an answer has changed it. */
void fleet_wake(struct fleet *fleet, size_t number, uint64_t now_ns);

size_t fleet_count(const struct fleet *fleet);
struct strategy *fleet_member(const struct fleet *fleet, size_t number);
