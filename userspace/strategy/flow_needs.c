// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_needs.h"

#include <math.h>
#include <string.h>

enum {
    LEAST_STEP = 4, /* flows at a TTL, which twice as many follow at most */
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

/* n_k where `place` vertices branch, this one included. */
static unsigned vertex_point(struct flow_needs *needs, unsigned place, unsigned k)
{
    struct stopping_points *points = &needs->places[at_most(place, NEEDS_PLACES) - 1];

    return k >= needs->flows_most ? STOPPING_NEVER : stopping_point(points, k);
}

static unsigned links_point(struct flow_needs *needs, unsigned links)
{
    struct stopping_points points;

    if (links >= needs->flows_most)
        return STOPPING_NEVER;
    if (!needs->links_points[links]) {
        stopping_points_init(&points, 1 - pow(needs->confidence, 1.0 / links));
        needs->links_points[links] = (uint16_t)at_most(stopping_point(&points, links), UINT16_MAX);
    }
    return needs->links_points[links];
}

unsigned flow_needs_least(struct flow_needs *needs)
{
    unsigned least = needs->rule == NEEDS_LINKS ? links_point(needs, 1) : vertex_point(needs, 1, 1);

    return at_most(least, needs->flows_most);
}

/* The flows of one TTL that went on to the next, by the vertex from which they did. */
struct hop_flows {
    uint8_t from, to; /* TTLs; from 0: the host that sends */
    bool merged;      /* at `from` */
    unsigned asked;   /* flows, at both TTLs */
    unsigned known;   /* of these, not silent at `from` */
    unsigned used;    /* vertices: */
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

/* Not more than twice as many at once: whom few flows have met may have been met by chance. */
static void want(const struct flow_needs *needs, const struct hop_flows *hop, unsigned flows,
                 struct flow_verdict *out)
{
    unsigned most = hop->asked > LEAST_STEP ? 2 * hop->asked : 2 * LEAST_STEP;

    out->short_of_flows |= flows > needs->flows_most;
    flows = at_most(at_most(flows, most), needs->flows_most);
    if (hop->from)
        want_at(out, hop->from, flows);
    want_at(out, hop->to, flows);
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
        want(needs, hop, (point * hop->known + met - 1) / met, out);
}

static void judge_links(struct flow_needs *needs, const struct hop_flows *hop, struct flow_verdict *out)
{
    unsigned links = 0, point;

    for (unsigned i = 0; i < hop->used; i++) {
        unsigned k = count_next(needs, hop->cells[i]);

        links += k;
        if (k > 1)
            note_branch(hop, hop->cells[i], out);
    }
    point = links_point(needs, links ? links : 1);
    if (point == STOPPING_NEVER)
        out->short_of_flows = true;
    else
        want(needs, hop, point, out);
}

static void judge_hop(struct flow_needs *needs, const struct flow_view *view, struct hop_flows *hop,
                      struct flow_verdict *out)
{
    gather(needs, view, hop);
    if (needs->rule == NEEDS_LINKS && hop->used)
        judge_links(needs, hop, out);
    for (unsigned i = 0; i < hop->used; i++) {
        if (needs->rule == NEEDS_VERTEX)
            judge_vertex(needs, hop, hop->cells[i], out);
        needs->met[hop->cells[i]] = 0;
    }
}

/* How many vertices all flows met at the next TTL. */
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

void flow_needs_judge(struct flow_needs *needs, const struct flow_view *view, struct flow_verdict *out)
{
    bool merged = false;

    *out = (struct flow_verdict){0};
    memcpy(out->wanted, view->asked, sizeof(out->wanted));
    for (unsigned ttl = view->first; ttl <= view->last; ttl++) {
        struct hop_flows hop = {
            .from = (uint8_t)(ttl > view->first ? ttl - 1 : 0), .to = (uint8_t)ttl, .merged = merged};

        judge_hop(needs, view, &hop, out);
        merged = view->merged >> (ttl - 1) & 1 || (merged && width_behind(needs, &hop) > 1);
        out->more |= ttl > view->first && out->wanted[ttl - 2] > view->asked[ttl - 2];
    }
    out->more |= out->wanted[view->last - 1] > view->asked[view->last - 1];
}
