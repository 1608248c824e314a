// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many flows each TTL of a target must be asked with, so that all links are found with a given confidence.
 *
 *   at TTL t     flows   next hops found
 *     A           6       1        enough, by stopping points
 *     B           2       2        five times as many at t and t + 1, since one flow in four comes here
 *
 * NEEDS_VERTEX judges each vertex by the flows that went on from it. The i-th that branches, in the order of
 * TTLs, may miss a next hop with this share of 1 - confidence:
 *
 *     5/8 for the first, 3/8 / ((i - 1) i) for the others
 *
 * which sums up to 1 (docs/multipath.md says why that bounds the whole). The first share is as large as six
 * flows need where nothing branches, at 95 %.
 *
 * NEEDS_LINKS is the rule by which Diamond-Miner chooses its next round (Vermeulen et al., NSDI 2020): all links between
 * two TTLs are taken as if one balancer chose among them, and 1 - confidence is shared by as many as the TTL with the
 * most has.
 *
 * Silence is no next hop. A flow that meets it has gone on all the same; flows lost before are not made up for.
 */
#pragma once

#include "strategy/flow_matrix.h"
#include "strategy/stopping_points.h"

enum needs_rule {
    NEEDS_VERTEX,
    NEEDS_LINKS,
};

enum {
    NEEDS_PLACES = 32, /* vertices that branch; later ones are judged as the last of these */
};

/* What a rule goes by, and room to work in: one a strategy. */
struct flow_needs {
    enum needs_rule rule;
    unsigned flows_most;
    double confidence;
    struct stopping_points places[NEEDS_PLACES];
    uint16_t met[CELL_LIMIT];                   /* flows that went on from each vertex of a TTL */
    uint64_t next[CELL_LIMIT][CELL_LIMIT / 64]; /* and whom they met */
};

/* What a target's flows have met so far. */
struct flow_view {
    const struct flow_matrix *matrix;
    const struct block_pool *pool;
    const uint16_t *asked; /* flows at each TTL, asked[ttl - 1]: those from 0 on */
    uint64_t merged;       /* bit ttl - 1: packets of one flow meet different vertices there */
    uint8_t first, last;   /* TTLs */
};

/* In the place of a vertex that branches: the host that sends, and all vertices of a TTL that are judged as one. */
enum {
    BRANCH_SOURCE = CELL_UNASKED,
    BRANCH_MERGED = CELL_WAITING,
};

/* One that branches, and where its next hops stand. */
struct flow_branch {
    uint8_t ttl;  /* of the next hops */
    uint8_t cell; /* its own */
};

struct flow_verdict {
    uint16_t wanted[PROBE_MAX_TTL]; /* flows at each TTL, as asked */
    bool more;                      /* somewhere more than were asked */
    bool short_of_flows;            /* or more than there are */
    unsigned branches;              /* vertices that branch; the first of them: */
    struct flow_branch branch[NEEDS_PLACES];
};

/* flow_needs_init() takes a confidence above 0 and below 1, and how many flows there are, up to
 * FLOW_MATRIX_FLOWS. */
void flow_needs_init(struct flow_needs *needs, enum needs_rule rule, double confidence, unsigned flows_most);

/* flow_needs_least() is how many flows are wanted where nothing is known. */
unsigned flow_needs_least(struct flow_needs *needs);

/* flow_needs_judge() judges a target none of whose cells waits. */
void flow_needs_judge(struct flow_needs *needs, const struct flow_view *view, struct flow_verdict *out);
