// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/json_value.h"
#include "trace/mda_output.h"
#include "trace/path_json.h"

static json_t *flows_json(const struct mda *mda, const struct mda_vertex *vertex)
{
    json_t *flows = json_array();

    for (uint32_t i = 0; i < vertex->flow_count; i++)
        json_array_append_new(flows, json_integer(mda_config(mda)->flow + vertex->flows[i]));
    return flows;
}

static json_t *next_json(const struct mda_graph *graph, const struct mda_vertex *vertex)
{
    json_t *next = json_array();
    char id[MDA_ID_SIZE];

    for (uint32_t i = 0; i < vertex->edge_count; i++)
        json_array_append_new(
            next, json_pack("{s:s, s:i, s:b}", "id", mda_vertex_id(graph, vertex->edges[i].to, id), "seen",
                            (int)vertex->edges[i].seen, "certain", mda_graph_certain(graph, vertex->ttl)));
    return next;
}

static json_t *vertex_json(const struct mda *mda, const struct mda_vertex *vertex,
                           const struct trace_style *style)
{
    const struct mda_graph *graph = mda_graph(mda);
    char id[MDA_ID_SIZE];
    bool silent = vertex->silent;

    return json_pack(
        "{s:s, s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:o}", "id", mda_vertex_id(graph, vertex, id), "address",
        silent ? json_null() : json_address(vertex->address), "target", mda_is_target(mda, vertex),
        "per_packet", mda_is_per_packet(graph, vertex), "incomplete", vertex->incomplete, "flows",
        flows_json(mda, vertex), "best_rtt_ms", answer_rtt_json(mda_vertex_rtt_us(vertex)), "answer",
        silent ? json_null() : answer_json(&vertex->record, style), "next", next_json(graph, vertex));
}

static json_t *hop_json(const struct mda *mda, unsigned ttl, const struct trace_style *style)
{
    const struct mda_hop *hop = &mda_graph(mda)->hops[ttl];
    json_t *vertices = json_array();
    struct as_groups groups;

    for (uint32_t i = 0; i < hop->count; i++)
        if (mda_vertex_is_there(hop->vertices[i]))
            json_array_append_new(vertices, vertex_json(mda, hop->vertices[i], style));
    mda_hop_groups(hop, style->owners.asn, &groups);
    return json_pack("{s:i, s:i, s:b, s:o*, s:o}", "ttl", (int)ttl, "width", (int)mda_hop_width(hop), "mixed",
                     hop->mixed, "by_asn", style->owners.asn ? as_groups_json(&groups, "flows") : NULL,
                     "vertices", vertices);
}

json_t *mda_json(const struct mda *mda, const struct trace_style *style)
{
    const struct mda_config *config = mda_config(mda);
    json_t *hops = json_array();

    for (unsigned ttl = config->first_ttl; ttl <= mda_graph_length(mda_graph(mda)); ttl++)
        json_array_append_new(hops, hop_json(mda, ttl, style));
    return json_pack(
        "{s:o, s:o, s:f, s:s, s:i, s:b, s:I, s:b, s:b, s:o}", "target", json_address(config->target_address),
        "confidence", mda_complete(mda) ? json_real(config->confidence) : json_null(), "confidence_asked",
        config->confidence, "bound", config->bound == MDA_BOUND_GRAPH ? "graph" : "node", "first_flow",
        config->flow, "probed", mda_probes(mda) > 0, "probes", (json_int_t)mda_probes(mda), "reached",
        mda_reached(mda), "complete", mda_complete(mda), "hops", hops);
}
