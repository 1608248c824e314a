// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address_text.h"
#include "output/dot.h"
#include "session/answer_text.h"
#include "trace/host_text.h"
#include "trace/mda_output.h"
#include "trace/names.h"

const char *mda_vertex_id(const struct mda_graph *graph, const struct mda_vertex *vertex,
                          char text[MDA_ID_SIZE])
{
    const struct mda_hop *hop = &graph->hops[vertex->ttl];
    uint32_t number = 0;

    if (vertex == graph->source) {
        snprintf(text, MDA_ID_SIZE, DOT_SOURCE);
    } else if (vertex->silent) {
        for (uint32_t i = 0; hop->vertices[i] != vertex; i++)
            number += hop->vertices[i]->silent && mda_vertex_is_there(hop->vertices[i]);
        snprintf(text, MDA_ID_SIZE, "%u/silent%u", vertex->ttl, number);
    } else {
        return dot_id(vertex->ttl, vertex->address, text);
    }
    return text;
}

static void print_vertex(const struct mda *mda, const struct mda_vertex *vertex,
                         const struct trace_style *style, FILE *out)
{
    const struct mda_graph *graph = mda_graph(mda);
    char id[MDA_ID_SIZE], host[HOST_TEXT_SIZE], text[ANSWER_TEXT_SIZE];

    fprintf(out, "    \"%s\" [label=\"", mda_vertex_id(graph, vertex, id));
    if (vertex->silent) {
        fputs("*\", style=dotted", out);
    } else {
        dot_text(host_text(style->names, vertex->address, host), out);
        fprintf(out, "\\n%s ms", answer_rtt(mda_vertex_rtt_us(vertex), text));
        fputs(mda_is_per_packet(graph, vertex) ? "\\nper packet\"" : "\"", out);
    }
    if (mda_is_target(mda, vertex))
        fputs(", peripheries=2", out);
    if (vertex->incomplete)
        fputs(", color=red", out);
    fputs("];\n", out);
}

static void print_edges(const struct mda_graph *graph, const struct mda_vertex *vertex, FILE *out)
{
    char from[MDA_ID_SIZE], to[MDA_ID_SIZE];

    for (uint32_t i = 0; i < vertex->edge_count; i++)
        dot_edge(mda_vertex_id(graph, vertex, from), mda_vertex_id(graph, vertex->edges[i].to, to),
                 mda_graph_certain(graph, vertex->ttl) ? "" : " [style=dashed]", out);
}

/* Prints the vertices of a hop, on one rank, and the edges that leave it. */
static void print_hop(const struct mda *mda, unsigned ttl, const struct trace_style *style, FILE *out)
{
    const struct mda_graph *graph = mda_graph(mda);
    const struct mda_hop *hop = &graph->hops[ttl];
    char id[MDA_ID_SIZE];

    for (uint32_t i = 0; i < hop->count; i++)
        if (mda_vertex_is_there(hop->vertices[i]))
            print_vertex(mda, hop->vertices[i], style, out);
    fputs("    { rank=same;", out);
    for (uint32_t i = 0; i < hop->count; i++)
        if (mda_vertex_is_there(hop->vertices[i]))
            fprintf(out, " \"%s\";", mda_vertex_id(graph, hop->vertices[i], id));
    fputs(" }\n", out);
    for (uint32_t i = 0; i < hop->count; i++)
        if (mda_vertex_is_there(hop->vertices[i]))
            print_edges(graph, hop->vertices[i], out);
}

void mda_print_dot(const struct mda *mda, const struct trace_style *style, FILE *out)
{
    const struct mda_graph *graph = mda_graph(mda);
    char target[ADDRESS_TEXT_SIZE];

    address_format(mda_config(mda)->target_address, target);
    dot_begin(target, out);
    print_edges(graph, graph->source, out);
    for (unsigned ttl = graph->first_ttl; ttl <= mda_graph_length(graph); ttl++)
        print_hop(mda, ttl, style, out);
    dot_end(out);
}
