// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The results of the multipath detection algorithm as text, for graphviz and as JSON. All three show the same
 * facts: the vertices hop by hop, the next hops of each, and what is not certain.
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
 * mda_print_text() prints hop, width and vertices, each with its best RTT and its next hops. A last line states
 * how certain the graph is:
 *
 *     hop wide
 *       1    1  10.0.0.1  1.023 ms -> 10.1.0.1 10.1.0.2
 *       2    2  10.1.0.1  2.117 ms -> 8.8.8.8
 *               10.1.0.2  2.204 ms -> 8.8.8.8
 *
 * "->?" stands before next hops where some may belong to another vertex. Names are printed if they are known by
 * now: "name (address)". With origins, the vertices of a hop are grouped by network, and below those of a wide hop
 * stands "AS64496: 2 routers". Where some hop is silent, the last line says that the confidence covers only the
 * vertices that answer. Where all hops are silent, it claims nothing.
 */
void mda_print_text(const struct mda *mda, const struct trace_style *style, FILE *out);

/* mda_print_dot() prints a digraph. Each hop is a rank. Edges that are not certain are dashed, silent vertices
 * are dotted, and the target has two peripheries. */
void mda_print_dot(const struct mda *mda, const struct trace_style *style, FILE *out);

/*
 * mda_json() returns the object, owned by the caller, or NULL when memory is short. Keys: target, confidence (null
 * where not all was found, or nothing answered), confidence_asked, bound ("graph" or "node"), first_flow, probes,
 * reached, complete, and hops: objects with ttl, width, mixed and vertices, and with origins by_asn
 * (trace/as_groups.h, weighted by flows). A vertex has id, address (null where silent), target, per_packet,
 * incomplete, flows, best_rtt_ms (null where silent), answer (the first one: trace/path_json.h; null where silent)
 * and next: objects with id, seen and certain.
 */
json_t *mda_json(const struct mda *mda, const struct trace_style *style);

/* mda_hop_groups() groups the vertices of a hop by network. */
void mda_hop_groups(const struct mda_hop *hop, const struct asn_table *asn, struct as_groups *out);

/* mda_vertex_id() writes the name of a vertex and returns `text`. */
const char *mda_vertex_id(const struct mda_graph *graph, const struct mda_vertex *vertex,
                          char text[MDA_ID_SIZE]);

/* mda_ask_names() asks for the names of all vertices found so far. Returns true while any answer is still to
 * come. */
bool mda_ask_names(const struct mda *mda, const struct trace_style *style);
