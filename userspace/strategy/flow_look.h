// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks into a balancer: some flows are sent again to its next hops. If one of them meets another vertex than
 * before, the balancer chooses by packet, and flows do not show which vertex leads where. The result for a
 * balancer is used by all searches (strategy/balancer_facts.h). Private to strategy/flow_search.c.
 */
#pragma once

#include "strategy/flow_search.h"

/* flow_look_begin() begins to look into the first balancer of the verdict that this search has not looked into.
 * Returns false where there is none. Returns true where `look_ttl` says where flows are sent again, or where
 * the balancer is known already, so that the verdict must be computed again. */
bool flow_look_begin(struct flow_search *search, struct flow_context *context,
                     const struct flow_verdict *verdict);

/* flow_look_next() chooses the next flow that is sent again. Returns false where there is none. */
bool flow_look_next(const struct flow_search *search, struct flow_context *context, uint16_t *flow,
                    uint8_t *ttl);

/* flow_look_hear() takes an answer of `vertex` to a flow that met the vertex `before` at this TTL. Returns
 * false where no flows are sent there again. */
bool flow_look_hear(struct flow_context *context, uint8_t ttl, uint8_t before, uint8_t vertex);

/* flow_look_end() stores the result, at the end of the batch. */
void flow_look_end(struct flow_search *search, struct flow_context *context);
