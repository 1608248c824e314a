// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All ways to one target, as far as they were seen.
 *
 *          ttl   0          1            2          3
 *                source --- 10.0.0.1 --- 10.0.1.1 - 10.0.2.1      vertices, at each hop in the order of their
 *                                    \   /           address
 *                                     10.0.1.2                    edges
 *       flow 0              seen         seen       waiting
 *       flow 1              seen         missed     -              sights: what is known of a flow at a hop
 *
 * A vertex is an address at a hop. The same address at two hops is two vertices. Where flows that came
 * through one vertex get no answer at the next hop, there is a silent vertex behind it, one for each such
 * vertex. The source is before the first hop; all flows go through it.
 *
 * Vertices count the states of their flows at the next hop. These counts and the edges are derived from the
 * sights. mda_graph_set() keeps them up to date; no other function changes a sight.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "probe.h"
#include "strategy/mda_vertex.h"

struct mda_hop {
    struct mda_vertex **vertices;
    uint32_t count, capacity;
    struct mda_vertex *first; /* the first that was found */
    bool mixed; /* one flow met different vertices here, so flows do not show which leads where */
    struct mda_sight *sights;
    uint32_t sight_capacity;
    uint32_t state[MDA_SIGHT_STATES]; /* number of sights per state; unsent ones are not counted */
    uint32_t fresh;                   /* flows with lower numbers were sent here, or are on their way */
    uint32_t sent;                    /* number of flows sent */
    uint64_t rtt_us;                  /* the longest RTT */
    /* Flows that were answered, at the first attempt, at the last attempt: a measure of losses. */
    uint32_t answered, answered_first, answered_last;
};

struct mda_graph {
    unsigned first_ttl, max_ttl;
    uint32_t flows; /* number of flows that may be used */
    struct mda_vertex *source;
    struct mda_sight at_source;
    struct mda_hop hops[PROBE_MAX_TTL + 2];
    bool failed; /* memory was short, so the graph is useless */
};

/* mda_graph_init() makes a graph with only the source. Returns 0 or -ENOMEM; the graph must be freed after
 * either. */
int mda_graph_init(struct mda_graph *graph, unsigned first_ttl, unsigned max_ttl, uint32_t flows);
void mda_graph_free(struct mda_graph *graph);

/* mda_graph_sight() returns what is known of a flow at a hop. It is valid until the next change. */
struct mda_sight mda_graph_sight(const struct mda_graph *graph, unsigned ttl, uint32_t flow);

/* mda_graph_set() changes the state of a flow at a hop, and everything derived from it. */
void mda_graph_set(struct mda_graph *graph, unsigned ttl, uint32_t flow, struct mda_sight sight);

/* mda_graph_vertex() returns the vertex of an address, mda_graph_silent() the silent vertex behind
 * `parent`. Both make it if needed. They return NULL, and set `failed`, when memory is short. */
struct mda_vertex *mda_graph_vertex(struct mda_graph *graph, unsigned ttl, struct address address);
struct mda_vertex *mda_graph_silent(struct mda_graph *graph, struct mda_vertex *parent);

/* mda_graph_add_edge() records that a packet went from one vertex to the other, in addition to what flows
 * show. */
void mda_graph_add_edge(struct mda_graph *graph, struct mda_vertex *from, struct mda_vertex *to);

/* mda_hop_width() returns the number of vertices at a hop. */
unsigned mda_hop_width(const struct mda_hop *hop);

/* mda_graph_length() returns the last TTL with a vertex, or first_ttl - 1 where there is none. */
unsigned mda_graph_length(const struct mda_graph *graph);

/* mda_graph_certain() returns true if the edges that leave a hop are certain. They are not where packets
 * of one flow met different vertices, unless all lead to a single one. */
bool mda_graph_certain(const struct mda_graph *graph, unsigned ttl);

/* mda_graph_complete_edges() adds the edges to the only vertex of a next hop where flows do not show which
 * vertex leads where. It is called at the end of a search. */
void mda_graph_complete_edges(struct mda_graph *graph);

/* mda_is_per_packet() returns true if a vertex balances packets, not flows, and is the first on the way
 * that does. */
bool mda_is_per_packet(const struct mda_graph *graph, const struct mda_vertex *vertex);
