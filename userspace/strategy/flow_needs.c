// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_needs.h"

#include <math.h>
#include <string.h>

enum {
    LEAST_STEP = 4, /* flows at a TTL; in step(), fewer count as this many */
};

void flow_needs_init(struct flow_needs *needs, enum needs_rule rule, double confidence, unsigned flows_most)
{
    *needs = (struct flow_needs){.rule = rule, .confidence = confidence, .flows_most = flows_most};
    for (unsigned i = 1; i <= NEEDS_PLACES; i++) {
        double share = i == 1 ? 5.0 / 8 : 3.0 / 8 / ((i - 1.0) * i);

        stopping_points_init(&needs->places[i - 1], (1 - confidence) * share);
    }
}

static unsigned at_most(unsigned number, unsigned most)
{
    return number < most ? number : most;
}

/* Returns n_k for vertex number `place` of those that branch. */
static unsigned vertex_point(struct flow_needs *needs, unsigned place, unsigned k)
{
    struct stopping_points *points = &needs->places[at_most(place, NEEDS_PLACES) - 1];

    return k >= needs->flows_most ? STOPPING_NEVER : stopping_point(points, k);
}

/* Returns how many flows rule out a further link, if each of the `most` links of a TTL has an equal share
 * of the error. */
static unsigned links_point(const struct flow_needs *needs, unsigned links, unsigned most)
{
    double epsilon = 1 - pow(needs->confidence, 1.0 / most);

    return (unsigned)ceil(log(epsilon / (links + 1)) / log(links / (links + 1.0)));
}

unsigned flow_needs_least(struct flow_needs *needs)
{
    unsigned least = needs->rule == NEEDS_LINKS ? links_point(needs, 1, 1) : vertex_point(needs, 1, 1);

    return at_most(least, needs->flows_most);
}

/* The flows of one TTL that went on to the next, grouped by their vertex. */
struct hop_flows {
    uint8_t from, to; /* TTLs; `from` 0: the sending host */
    bool merged;      /* at `from` */
    unsigned asked;   /* flows, at both TTLs */
    unsigned known;   /* flows of these that were not silent at `from` */
    unsigned used;    /* number of vertices: */
    uint8_t cells[CELL_LIMIT];
};

static void count_flow(struct flow_needs *needs, struct hop_flows *hop, uint8_t from, uint8_t to)
{
    if (!needs->met[from]++) {
        memset(needs->next[from], 0, sizeof(needs->next[from]));
        hop->cells[hop->used++] = from;
    }
    if (cell_is_vertex(to))
        needs->next[from][to / 64] |= 1ULL << to % 64;
}

static uint8_t cell_at(const struct flow_view *view, unsigned flow, unsigned ttl)
{
    return flow_matrix_at(view->matrix, view->pool, flow, ttl);
}

static void gather_flow(struct flow_needs *needs, const struct flow_view *view, struct hop_flows *hop,
                        unsigned flow)
{
    uint8_t from = hop->from ? cell_at(view, flow, hop->from) : CELL_VERTEX,
            to = cell_at(view, flow, hop->to);

    if (!cell_is_vertex(from) && from != CELL_BEYOND)
        return;
    hop->known++;
    if (from == CELL_BEYOND || to == CELL_BEYOND || to == CELL_UNASKED)
        return;
    count_flow(needs, hop, !hop->from ? BRANCH_SOURCE : hop->merged ? BRANCH_MERGED : from, to);
}

static void gather(struct flow_needs *needs, const struct flow_view *view, struct hop_flows *hop)
{
    unsigned asked = view->asked[hop->to - 1];

    hop->asked = hop->from ? at_most(asked, view->asked[hop->from - 1]) : asked;
    for (unsigned flow = 0; flow < hop->asked; flow++)
        gather_flow(needs, view, hop, flow);
}

static unsigned count_next(const struct flow_needs *needs, uint8_t cell)
{
    unsigned count = 0;

    for (size_t i = 0; i < CELL_LIMIT / 64; i++)
        count += (unsigned)__builtin_popcountll(needs->next[cell][i]);
    return count;
}

static void want_at(struct flow_verdict *out, unsigned ttl, unsigned flows)
{
    if (flows > out->wanted[ttl - 1])
        out->wanted[ttl - 1] = (uint16_t)flows;
}

static void want(const struct flow_needs *needs, const struct hop_flows *hop, unsigned flows,
                 struct flow_verdict *out)
{
    out->short_of_flows |= flows > needs->flows_most;
    flows = at_most(flows, needs->flows_most);
    if (hop->from)
        want_at(out, hop->from, flows);
    want_at(out, hop->to, flows);
}

/* At most twice as many flows at once, because with few flows a vertex may have been met by chance. */
static unsigned step(const struct hop_flows *hop)
{
    return hop->asked > LEAST_STEP ? 2 * hop->asked : 2 * LEAST_STEP;
}

static void note_branch(const struct hop_flows *hop, uint8_t cell, struct flow_verdict *out)
{
    if (out->branches < NEEDS_PLACES)
        out->branch[out->branches] = (struct flow_branch){hop->to, cell};
    out->branches++;
}

static void judge_vertex(struct flow_needs *needs, const struct hop_flows *hop, uint8_t cell,
                         struct flow_verdict *out)
{
    unsigned k = count_next(needs, cell), met = needs->met[cell];
    unsigned point = vertex_point(needs, out->branches + 1, k ? k : 1);

    if (k > 1)
        note_branch(hop, cell, out);
    if (point == STOPPING_NEVER)
        out->short_of_flows = true;
    else if (met < point)
        want(needs, hop, at_most((point * hop->known + met - 1) / met, step(hop)), out);
}

/* Returns the number of links from a TTL to the next one. */
static unsigned count_links(struct flow_needs *needs, const struct flow_view *view, struct hop_flows *hop)
{
    unsigned links = 0;

    gather(needs, view, hop);
    for (unsigned i = 0; i < hop->used; i++) {
        links += count_next(needs, hop->cells[i]);
        needs->met[hop->cells[i]] = 0;
    }
    return links;
}

/* Computes a round of Diamond-Miner. */
static void judge_links(struct flow_needs *needs, const struct flow_view *view, struct flow_verdict *out)
{
    unsigned links[PROBE_MAX_TTL] = {0}, most = 0;

    for (unsigned ttl = view->first; ttl < view->last; ttl++) {
        struct hop_flows hop = {.from = (uint8_t)ttl, .to = (uint8_t)(ttl + 1)};

        links[ttl] = count_links(needs, view, &hop);
        most = links[ttl] > most ? links[ttl] : most;
    }
    for (unsigned ttl = view->first; ttl < view->last; ttl++) {
        const struct hop_flows hop = {.from = (uint8_t)ttl, .to = (uint8_t)(ttl + 1)};

        if (links[ttl])
            want(needs, &hop, links_point(needs, links[ttl], most), out);
    }
}

static void judge_hop(struct flow_needs *needs, const struct flow_view *view, struct hop_flows *hop,
                      struct flow_verdict *out)
{
    gather(needs, view, hop);
    for (unsigned i = 0; i < hop->used; i++) {
        judge_vertex(needs, hop, hop->cells[i], out);
        needs->met[hop->cells[i]] = 0;
    }
}

/* Returns how many vertices all flows together met at the next TTL. */
static unsigned width_behind(const struct flow_needs *needs, const struct hop_flows *hop)
{
    unsigned width = 0;

    for (size_t word = 0; word < CELL_LIMIT / 64; word++) {
        uint64_t all = 0;

        for (unsigned i = 0; i < hop->used; i++)
            all |= needs->next[hop->cells[i]][word];
        width += (unsigned)__builtin_popcountll(all);
    }
    return width;
}

static void judge_vertices(struct flow_needs *needs, const struct flow_view *view, struct flow_verdict *out)
{
    bool merged = false;

    for (unsigned ttl = view->first; ttl <= view->last; ttl++) {
        struct hop_flows hop = {
            .from = (uint8_t)(ttl > view->first ? ttl - 1 : 0), .to = (uint8_t)ttl, .merged = merged};

        judge_hop(needs, view, &hop, out);
        merged = view->merged >> (ttl - 1) & 1 || (merged && width_behind(needs, &hop) > 1);
    }
}

void flow_needs_judge(struct flow_needs *needs, const struct flow_view *view, struct flow_verdict *out)
{
    *out = (struct flow_verdict){0};
    memcpy(out->wanted, view->asked, sizeof(out->wanted));
    if (needs->rule == NEEDS_LINKS)
        judge_links(needs, view, out);
    else
        judge_vertices(needs, view, out);
    for (unsigned ttl = view->first; ttl <= view->last; ttl++)
        out->more |= out->wanted[ttl - 1] > view->asked[ttl - 1];
}
