// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A unit whose next hops are searched for: a vertex, or all vertices of a hop together where one flow met
 * several of them. It is a view of the graph, and must be made again whenever the graph has changed.
 */
#pragma once

#include "strategy/mda_state.h"

struct mda_node {
    unsigned ttl;
    struct mda_vertex *const *vertices;
    uint32_t count;
    struct mda_vertex *leader; /* the vertex that stores the state of all */
    uint32_t flows;            /* number of flows through it; not counted for the source */
    uint32_t ended;            /* of these */
    uint32_t found_at;         /* the latest found_at of its vertices (struct mda_vertex) */
    uint32_t after[MDA_SIGHT_STATES];
    uint32_t next_hops, silent_next_hops;
};

#define MDA_NO_FLOW UINT32_MAX

/* mda_node_at() makes a view of the node of the vertex at `index` of its hop. Returns false where the
 * vertex has no node of its own. */
bool mda_node_at(struct mda *mda, unsigned ttl, uint32_t index, struct mda_node *node);

/* mda_node_of() makes a view of the node to which a vertex belongs. */
struct mda_node mda_node_of(struct mda *mda, struct mda_vertex *vertex);

/* mda_node_candidate() returns a flow through the node that was not sent to the next hop, or MDA_NO_FLOW
 * where there is none. */
uint32_t mda_node_candidate(struct mda *mda, const struct mda_node *node);

/* mda_fresh_flow() returns a flow that was not sent to a hop and is not known to be wanted by another
 * vertex before it; MDA_NO_FLOW where all were used. */
uint32_t mda_fresh_flow(struct mda *mda, unsigned ttl);

/* mda_node_find() returns the first of the node's flows, from number `*position` on, that is in `state` at
 * the next hop, or MDA_NO_FLOW where there is none. It moves `*position` past that flow. Start with 0. */
uint32_t mda_node_find(const struct mda *mda, const struct mda_node *node, enum mda_sight_state state,
                       uint32_t *position);
