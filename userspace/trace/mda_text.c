// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address_text.h"
#include "base/number.h"
#include "session/answer_text.h"
#include "trace/host_text.h"
#include "trace/mda_output.h"
#include "trace/names.h"
#include "trace/whose.h"

enum {
    /* Next hops are listed one by one up to this many, even where they are all vertices of the next hop. */
    LISTED = 4,
};

bool mda_ask_names(const struct mda *mda, const struct trace_style *style)
{
    const struct mda_graph *graph = mda_graph(mda);
    bool open = false;

    for (unsigned ttl = graph->first_ttl; style->names && ttl <= graph->max_ttl; ttl++)
        for (uint32_t i = 0; i < graph->hops[ttl].count; i++) {
            const struct mda_vertex *vertex = graph->hops[ttl].vertices[i];
            const char *name;

            if (!vertex->silent && mda_vertex_is_there(vertex))
                open |= names_get(style->names, vertex->address, &name) == NAME_PENDING;
        }
    return open;
}

void mda_hop_groups(const struct mda_hop *hop, const struct asn_table *asn, struct as_groups *out)
{
    as_groups_begin(out, asn);
    for (uint32_t i = 0; i < hop->count; i++)
        if (!hop->vertices[i]->silent && mda_vertex_is_there(hop->vertices[i]))
            as_groups_add(out, hop->vertices[i]->address, hop->vertices[i]->flow_count);
}

static void print_address(const struct mda_vertex *vertex, FILE *out)
{
    char address[ADDRESS_TEXT_SIZE];

    if (vertex->silent) {
        fputs("*", out);
        return;
    }
    address_format(vertex->address, address);
    fputs(address, out);
}

/* Prints name, address, origin, RTT and the other facts of the first answer. */
static void print_vertex(const struct mda_vertex *vertex, struct address target_address,
                         const struct trace_style *style, FILE *out)
{
    char text[ANSWER_TEXT_SIZE], host[HOST_TEXT_SIZE], whose[WHOSE_TEXT_SIZE];

    if (vertex->silent) {
        print_address(vertex, out);
        return;
    }
    fputs(host_text(style->names, vertex->address, host), out);
    fputs(whose_text(&style->owners, vertex->address, whose), out);
    fputs(answer_labels(&vertex->record, text), out);
    fputs(answer_objects(&vertex->record, text), out);
    fputs(answer_hints(&vertex->record, target_address, text), out);
    fprintf(out, "  %s ms", answer_rtt(mda_vertex_rtt_us(vertex), text));
    fputs(answer_annotation(&vertex->record, vertex->solicited, text), out);
}

static void print_next(const struct mda_graph *graph, const struct mda_vertex *vertex, FILE *out)
{
    unsigned width = mda_hop_width(&graph->hops[vertex->ttl + 1]);

    if (!vertex->edge_count)
        return;
    fputs(mda_graph_certain(graph, vertex->ttl) ? " ->" : " ->?", out);
    if (vertex->edge_count > LISTED && vertex->edge_count == width) {
        fprintf(out, " all %u", width);
        return;
    }
    for (uint32_t i = 0; i < vertex->edge_count; i++) {
        fputc(' ', out);
        print_address(vertex->edges[i].to, out);
    }
}

static void print_row(const struct mda *mda, const struct mda_vertex *vertex, const struct trace_style *style,
                      FILE *out)
{
    print_vertex(vertex, mda_config(mda)->target_address, style, out);
    if (mda_is_per_packet(mda_graph(mda), vertex))
        fputs("  per packet", out);
    if (vertex->incomplete)
        fputs("  incomplete", out);
    print_next(mda_graph(mda), vertex, out);
    fputc('\n', out);
}

/* The position of a vertex's network in the printed order. A vertex in no group comes last: a silent
 * one, or one whose group found no room. */
static unsigned group_of(const struct mda_vertex *vertex, const struct as_groups *groups)
{
    unsigned place = groups->table && !vertex->silent ? as_groups_find(groups, vertex->address) : 0;

    return groups->table && (vertex->silent || place > groups->count) ? groups->count : place;
}

static void print_groups(const struct as_groups *groups, FILE *out)
{
    char text[AS_GROUPS_TEXT_SIZE];

    if (groups->table && groups->count)
        fprintf(out, "          %s\n", as_groups_text(groups, text));
}

/* Prints the vertices network by network, where networks are known. */
static void print_hop(const struct mda *mda, unsigned ttl, const struct trace_style *style, FILE *out)
{
    const struct mda_hop *hop = &mda_graph(mda)->hops[ttl];
    struct as_groups groups;
    unsigned printed = 0;

    mda_hop_groups(hop, style->owners.asn, &groups);
    for (unsigned place = 0; place <= groups.count; place++)
        for (uint32_t i = 0; i < hop->count; i++) {
            const struct mda_vertex *vertex = hop->vertices[i];

            if (!mda_vertex_is_there(vertex) || group_of(vertex, &groups) != place)
                continue;
            if (printed++)
                fputs("          ", out);
            else
                fprintf(out, "%3u %4u  ", ttl, mda_hop_width(hop));
            print_row(mda, vertex, style, out);
        }
    if (printed > 1)
        print_groups(&groups, out);
}

static void print_summary(const struct mda *mda, FILE *out)
{
    const struct mda_graph *graph = mda_graph(mda);
    const struct mda_config *config = mda_config(mda);
    unsigned length = mda_graph_length(graph), widest = 0;
    char target[ADDRESS_TEXT_SIZE];

    for (unsigned ttl = graph->first_ttl; ttl <= length; ttl++) {
        unsigned width = mda_hop_width(&graph->hops[ttl]);

        widest = width > widest ? width : widest;
    }
    address_format(config->target_address, target);
    fprintf(out, "%s %s, %u hop%s, widest %u, %llu probe%s; ", target,
            mda_reached(mda) ? "reached" : "not reached", length, plural(length), widest,
            (unsigned long long)mda_probes(mda), plural(mda_probes(mda)));
    if (!mda_answered(mda))
        fputs("nothing answered, so its ways are not known\n", out);
    else if (!mda_complete(mda))
        fputs("not all of it could be found\n", out);
    else
        fprintf(out, "%s by flow found with %g %% confidence%s\n",
                config->bound == MDA_BOUND_GRAPH ? "all ways" : "the next hops of each vertex",
                config->confidence * 100, mda_silence(mda) ? ", as far as hops answer" : "");
}

void mda_print_text(const struct mda *mda, const struct trace_style *style, FILE *out)
{
    const struct mda_graph *graph = mda_graph(mda);

    fputs("hop wide\n", out);
    for (unsigned ttl = graph->first_ttl; ttl <= mda_graph_length(graph); ttl++)
        print_hop(mda, ttl, style, out);
    print_summary(mda, out);
}
