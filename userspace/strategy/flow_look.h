// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looking into a balancer: some flows are sent again to its next hops. If one of them meets another vertex than before,
 * the balancer chooses by packet, and flows say nothing about which vertex leads where. What was found of a balancer
 * counts for all searches (strategy/balancer_facts.h). Private to strategy/flow_search.c.
 */
#pragma once

#include "strategy/flow_search.h"

/* flow_look_begin() begins to look into the first balancer of the verdict that this search has not looked into. False:
 * there is none. True: the verdict is to be found anew, or `look_ttl` says where flows are sent again. */
bool flow_look_begin(struct flow_search *search, struct flow_context *context,
                     const struct flow_verdict *verdict);

/* flow_look_next() chooses the next flow that is sent again; false: there is none. */
bool flow_look_next(const struct flow_search *search, struct flow_context *context, uint16_t *flow,
                    uint8_t *ttl);

/* flow_look_hear() takes an answer of `vertex` to a flow that met the vertex `before` at this TTL; false: no flows are
 * sent there again. */
bool flow_look_hear(struct flow_context *context, uint8_t ttl, uint8_t before, uint8_t vertex);

/* flow_look_end() notes what was found, at the end of the batch. */
void flow_look_end(struct flow_search *search, struct flow_context *context);
