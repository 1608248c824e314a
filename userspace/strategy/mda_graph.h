// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All ways to one target, as far as they have been seen.
 *
 *          ttl   0          1            2          3
 *                source --- 10.0.0.1 --- 10.0.1.1 - 10.0.2.1      vertices, at each hop in the order of their
 *                                    \   /           address
 *                                     10.0.1.2                    edges
 *       flow 0              seen         seen       waiting
 *       flow 1              seen         missed     -              sights: what is known of a flow at a hop
 *
 * A vertex is an address at a hop; the same address at two hops is two vertices. Where flows that came
 * through one vertex are not answered at the next hop there is a silent vertex, one behind each. Before the
 * first hop stands the source, through which all flows go.
 *
 * Vertices count what became of their flows at the next hop; these counts and the edges follow from the
 * sights and are kept up to date by mda_graph_set(), the one function that changes a sight.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "probe.h"
#include "strategy/mda_vertex.h"

struct mda_hop {
    struct mda_vertex **vertices;
    uint32_t count, capacity;
    struct mda_vertex *first; /* the first one that was found */
    bool mixed; /* one flow met different vertices here: flows tell nothing about who leads where */
    struct mda_sight *sights;
    uint32_t sight_capacity;
    uint32_t state[MDA_SIGHT_STATES]; /* sights by state; those that are unsent are not counted */
    uint32_t fresh;                   /* flows before this one were sent here, or are on their way */
    uint32_t sent;                    /* flows */
    uint64_t rtt_us;                  /* the longest */
    /* Answered flows, those at the first try, those at the last: how lossy the hop is. */
    uint32_t answered, answered_first, answered_last;
};

struct mda_graph {
    unsigned first_ttl, max_ttl;
    uint32_t flows; /* there are no more than so many */
    struct mda_vertex *source;
    struct mda_sight at_source;
    struct mda_hop hops[PROBE_MAX_TTL + 2];
    bool failed; /* memory was short: what is here is not to be trusted */
};

/* mda_graph_init() makes a graph of a source alone. -ENOMEM; free it in either case. */
int mda_graph_init(struct mda_graph *graph, unsigned first_ttl, unsigned max_ttl, uint32_t flows);
void mda_graph_free(struct mda_graph *graph);

/* mda_graph_sight() is what is known of a flow; valid until the next change. */
struct mda_sight mda_graph_sight(const struct mda_graph *graph, unsigned ttl, uint32_t flow);

/* mda_graph_set() changes the state of a flow at a hop, and what follows from it. */
void mda_graph_set(struct mda_graph *graph, unsigned ttl, uint32_t flow, struct mda_sight sight);

/* mda_graph_vertex() finds or makes the vertex of an address, mda_graph_silent() that behind a vertex. NULL
 * when memory is short; `failed` is set then. */
struct mda_vertex *mda_graph_vertex(struct mda_graph *graph, unsigned ttl, struct address address);
struct mda_vertex *mda_graph_silent(struct mda_graph *graph, struct mda_vertex *parent);

/* mda_graph_add_edge() notes that a packet went from one vertex to the other, besides what flows tell. */
void mda_graph_add_edge(struct mda_graph *graph, struct mda_vertex *from, struct mda_vertex *to);

/* mda_hop_width() is how many vertices are there. */
unsigned mda_hop_width(const struct mda_hop *hop);

/* mda_graph_length() is the last TTL with a vertex; first_ttl - 1 where there is none. */
unsigned mda_graph_length(const struct mda_graph *graph);

/* mda_graph_certain() says whether the edges that leave a hop are known to be true: not where packets of one
 * flow met different vertices, unless all lead to a single one. */
bool mda_graph_certain(const struct mda_graph *graph, unsigned ttl);

/* mda_graph_complete_edges() adds the edges that follow from there being nowhere else to go: where flows tell
 * nothing of who leads where, but the next hop has one vertex only. For the end of a search. */
void mda_graph_complete_edges(struct mda_graph *graph);

/* mda_is_per_packet() says whether a vertex balances packets, not flows: the first
 * one to do so on the way. */
bool mda_is_per_packet(const struct mda_graph *graph, const struct mda_vertex *vertex);
