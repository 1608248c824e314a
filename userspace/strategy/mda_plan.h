// SPDX-License-Identifier: GPL-2.0-or-later
/* Which probes are wanted next, as far as there is room for them: one call of next(). */
#pragma once

#include "strategy/mda_node.h"

struct mda_plan {
    struct mda *mda;
    uint64_t now_ns;
    struct probe *out;
    size_t count, room; /* probes planned; how many more may be */
    bool wanting;       /* more were wanted than there was room for */
    bool changed;       /* the graph was changed without a probe: look again */
};

/* mda_plan() looks at the whole graph and writes probes into the plan. */
void mda_plan(struct mda_plan *plan);

/* mda_plan_probe() plans a probe of a flow at a hop; false where there is no room. */
bool mda_plan_probe(struct mda_plan *plan, unsigned ttl, uint32_t flow);

/* mda_plan_silence() deals with what was not answered behind a node of which `least` flows without an answer
 * are enough to say that its next hop is silent: asks again, or believes in a silent vertex. */
void mda_plan_silence(struct mda_plan *plan, const struct mda_node *node, unsigned least);

/* mda_plan_flows() gets flows to go through a node, `missing` of them. */
void mda_plan_flows(struct mda_plan *plan, const struct mda_node *node, unsigned missing);

/* mda_hop_is_limited() says whether so many answers are missing at a hop that there
 * must be a limit to them. */
bool mda_hop_is_limited(const struct mda_hop *hop);
