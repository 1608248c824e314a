// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the multipath detection algorithm found, for people, for graphviz and for programs. All of them say
 * the same: vertices hop by hop, where each leads, what is not known for certain.
 *
 * In DOT and JSON a vertex is called "3/192.0.2.1", after its hop and address; "3/silent0", "3/silent1" are
 * the silent ones.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "output/dot.h"
#include "strategy/mda.h"
#include "trace/as_groups.h"
#include "trace/job.h"

enum {
    MDA_ID_SIZE = DOT_ID_SIZE,
};

/*
 * mda_print_text() prints hop, width and vertices, each with its best RTT and its next hops, and a last line
 * that says how much of it is certain:
 *
 *     hop wide
 *       1    1  10.0.0.1  1.023 ms -> 10.1.0.1 10.1.0.2
 *       2    2  10.1.0.1  2.117 ms -> 8.8.8.8
 *               10.1.0.2  2.204 ms -> 8.8.8.8
 *
 * "->?" before next hops of which some may be those of another vertex. Names are those known by now: "name
 * (address)". With origins the vertices of a hop stand network by network, and below those of a wide one
 * "AS64496: 2 routers". Where a hop is silent, the last line says that the confidence is of what answers; where all
 * are, it claims nothing.
 */
void mda_print_text(const struct mda *mda, const struct trace_style *style, FILE *out);

/* mda_print_dot() prints a digraph: hops are ranks; edges that are not certain are dashed, silent vertices
 * dotted; the target has two peripheries. */
void mda_print_dot(const struct mda *mda, const struct trace_style *style, FILE *out);

/*
 * mda_json() makes the object, owned by the caller; NULL when memory is short. Keys: target, confidence
 * (null where not all was found, or nothing answered), confidence_asked, bound ("graph" or "node"),
 * first_flow, probes, reached, complete, and hops: objects of ttl, width, mixed, with origins by_asn (trace/as_groups.h, of flows), and vertices. A vertex has
 * id, address (null where silent), target, per_packet, incomplete, flows, best_rtt_ms (null where silent),
 * answer (the first one: trace/path_json.h; null where silent) and next: objects of id, seen and certain.
 */
json_t *mda_json(const struct mda *mda, const struct trace_style *style);

/* mda_hop_groups() are the vertices of a hop by network. */
void mda_hop_groups(const struct mda_hop *hop, const struct asn_table *asn, struct as_groups *out);

/* mda_vertex_id() writes the name of a vertex and returns `text`. */
const char *mda_vertex_id(const struct mda_graph *graph, const struct mda_vertex *vertex,
                          char text[MDA_ID_SIZE]);

/* mda_ask_names() asks for the names of all vertices found so far; whether any is still to come. */
bool mda_ask_names(const struct mda *mda, const struct trace_style *style);
