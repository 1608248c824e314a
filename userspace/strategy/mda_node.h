// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What next hops are searched for of: a vertex, or all vertices of a hop together where one flow met several
 * of them. Only a look at the graph: taken anew whenever the graph has changed.
 */
#pragma once

#include "strategy/mda_state.h"

struct mda_node {
    unsigned ttl;
    struct mda_vertex *const *vertices;
    uint32_t count;
    struct mda_vertex *leader; /* the one that keeps what is said of all */
    uint32_t flows;            /* through it; not counted for the source */
    uint32_t ended;            /* of these */
    uint32_t found_at;         /* as in struct mda_vertex: the latest */
    uint32_t after[MDA_SIGHT_STATES];
    uint32_t next_hops, silent_next_hops;
};

#define MDA_NO_FLOW UINT32_MAX

/* mda_node_at() looks at the node of the vertex at `index` of its hop; false where
 * that has none of its own. */
bool mda_node_at(struct mda *mda, unsigned ttl, uint32_t index, struct mda_node *node);

/* mda_node_of() looks at the node that a vertex is part of. */
struct mda_node mda_node_of(struct mda *mda, struct mda_vertex *vertex);

/* mda_node_candidate() is a flow through the node that has not been sent to the next hop; MDA_NO_FLOW where
 * there is none. */
uint32_t mda_node_candidate(struct mda *mda, const struct mda_node *node);

/* mda_fresh_flow() is a flow that has not been sent to a hop, and of which nothing says that another vertex
 * before wants it; MDA_NO_FLOW where all were used. */
uint32_t mda_fresh_flow(struct mda *mda, unsigned ttl);

/* mda_node_find() is the first of the node's flows, from number `*position` on, that is in `state` at the
 * next hop, and moves the position past it; MDA_NO_FLOW where there is none. Start with 0. */
uint32_t mda_node_find(const struct mda *mda, const struct mda_node *node, enum mda_sight_state state,
                       uint32_t *position);
