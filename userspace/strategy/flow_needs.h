// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many flows must be sent to each TTL of a target, so that all links are found with a given confidence.
 *
 *   at TTL t     flows   next hops found
 *     A           6       1        enough, by stopping points
 *     B           2       2        five times as many at t and t + 1, because one flow in four comes here
 *
 * NEEDS_VERTEX judges each vertex by the flows that went on from it. Vertices that branch are counted in the order
 * of TTLs. The i-th may miss a next hop with this share of 1 - confidence:
 *
 *     5/8 for the first, 3/8 / ((i - 1) i) for the others
 *
 * The shares add up to 1 (docs/multipath.md explains why that bounds the whole). The first share is as large as
 * six flows need, at 95 %, where nothing branches.
 *
 * NEEDS_LINKS is the rule by which Diamond-Miner chooses its next round (Vermeulen et al., NSDI 2020). It treats
 * all links between two TTLs as if one balancer chose among them, and divides 1 - confidence by the number of
 * links of the TTL with the most.
 *
 * Silence is not a next hop, but a flow that meets silence counts as one that went on. Flows lost before are
 * not replaced.
 */
#pragma once

#include "strategy/flow_matrix.h"
#include "strategy/stopping_points.h"

enum needs_rule {
    NEEDS_VERTEX,
    NEEDS_LINKS,
};

enum {
    NEEDS_PLACES = 32, /* vertices that branch; later ones are judged like the last of these */
};

/* A rule's parameters and its working memory: one per strategy. */
struct flow_needs {
    enum needs_rule rule;
    unsigned flows_most;
    double confidence;
    struct stopping_points places[NEEDS_PLACES];
    uint16_t met[CELL_LIMIT];                   /* flows that went on from each vertex of a TTL */
    uint64_t next[CELL_LIMIT][CELL_LIMIT / 64]; /* and the vertices that they met */
};

/* What a target's flows have met so far. */
struct flow_view {
    const struct flow_matrix *matrix;
    const struct block_pool *pool;
    const uint16_t *asked; /* number of flows at each TTL: flows 0 to asked[ttl - 1] - 1 */
    uint64_t merged;       /* bit ttl - 1: packets of one flow meet different vertices there */
    uint8_t first, last;   /* TTLs */
};

/* Special values for a vertex that branches: the sending host, and all vertices of a TTL judged as one. */
enum {
    BRANCH_SOURCE = CELL_UNASKED,
    BRANCH_MERGED = CELL_WAITING,
};

/* A vertex that branches, and the TTL of its next hops. */
struct flow_branch {
    uint8_t ttl;  /* of the next hops */
    uint8_t cell; /* its own */
};

struct flow_verdict {
    uint16_t wanted[PROBE_MAX_TTL]; /* flows at each TTL, like `asked` */
    bool more;                      /* some TTL wants more than were sent */
    bool short_of_flows;            /* some TTL wants more than there are */
    unsigned branches;              /* number of vertices that branch; the first of them: */
    struct flow_branch branch[NEEDS_PLACES];
};

/* flow_needs_init() takes a confidence between 0 and 1, exclusive, and the number of flows that there are, at
 * most FLOW_MATRIX_FLOWS. */
void flow_needs_init(struct flow_needs *needs, enum needs_rule rule, double confidence, unsigned flows_most);

/* flow_needs_least() returns how many flows are wanted where nothing is known. */
unsigned flow_needs_least(struct flow_needs *needs);

/* flow_needs_judge() judges a target. None of its cells may be waiting. */
void flow_needs_judge(struct flow_needs *needs, const struct flow_view *view, struct flow_verdict *out);
