// SPDX-License-Identifier: GPL-2.0-or-later
/* What a learned walk does after an answer, for its files: learned_walk.c and walk_again.c. */
#pragma once

#include "strategy/learned_walk.h"

/* walk_ask() decides on the next probe. Returns its TTL. walk_ask_before() asks for the hop before `near`, walk_ask_behind()
 * for the hop behind `far` or, at its end, before `near`. Both return 0 where that does not pay. */
unsigned walk_ask(struct walk *walk, enum walk_phase phase, unsigned ttl);
unsigned walk_ask_before(struct walk_knowledge *knowledge, struct walk *walk);
unsigned walk_ask_behind(struct walk_knowledge *knowledge, struct walk *walk);

/* walk_meet() returns the node of a responder, 0 where there is no room for it. walk_link() links two hops, and returns true
 * if the link is new; it counts as found if both its ends are interfaces. Both add what is found to `found`. walk_add_way()
 * counts a new link as a way to `node`. */
uint32_t walk_meet(struct walk_knowledge *knowledge, struct address responder, double *found);
bool walk_link(struct walk_knowledge *knowledge, uint32_t from, uint32_t to, bool both_answer, double *found);
void walk_add_way(struct walk_knowledge *knowledge, uint32_t node, bool is_new);

/* walk_prospect_before() returns what a walk may expect before `node`, if it goes on there. */
struct prospect walk_prospect_before(const struct walk_knowledge *knowledge, const struct walk *walk,
                                     uint32_t node);

/* walk_fill_hole() takes the outcome of a probe in phase WALK_AGAIN. If the hop is silent again, nothing more is known than
 * before. Returns as walk_go_on() does. */
unsigned walk_fill_hole(struct walk_knowledge *knowledge, struct walk *walk, const struct walk_event *event);
