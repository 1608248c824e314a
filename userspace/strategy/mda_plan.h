// SPDX-License-Identifier: GPL-2.0-or-later
/* The probes that are wanted next, as far as there is room for them: the work of one call of next(). */
#pragma once

#include "strategy/mda_node.h"

struct mda_plan {
    struct mda *mda;
    uint64_t now_ns;
    struct probe *out;
    size_t count, room; /* number of probes planned; number that may still be */
    bool wanting;       /* more probes were wanted than there was room for */
    bool changed;       /* the graph was changed without a probe, so it must be examined again */
};

/* mda_plan() examines the whole graph and writes probes into the plan. */
void mda_plan(struct mda_plan *plan);

/* mda_plan_probe() plans a probe of a flow at a hop. Returns false where there is no room. */
bool mda_plan_probe(struct mda_plan *plan, unsigned ttl, uint32_t flow);

/* mda_plan_silence() handles unanswered probes behind a node: it sends them again, or assumes a silent
 * vertex. `least` flows without an answer are enough to conclude that the next hop is silent. */
void mda_plan_silence(struct mda_plan *plan, const struct mda_node *node, unsigned least);

/* mda_plan_flows() plans probes to find `missing` more flows through a node. */
void mda_plan_flows(struct mda_plan *plan, const struct mda_node *node, unsigned missing);

/* mda_hop_is_limited() returns true if so many answers are missing at a hop that it must limit its
 * answers. */
bool mda_hop_is_limited(const struct mda_hop *hop);
