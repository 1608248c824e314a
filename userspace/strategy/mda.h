// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The multipath detection algorithm: all ways that flows take to one target, hop by hop.
 *
 *   next hops     flows that are known to go through a vertex are sent to the next hop, until the stopping
 *                 rule says that no further one is to be expected (strategy/stopping_points.h)
 *   node control  where too few flows are known to go through it, others are sent to the vertex's own hop
 *                 until enough have met it
 *   packets       where several next hops are found, one flow is sent again and again: if it meets several,
 *                 the balancer looks at packets, and what follows is searched for as one
 *   silence       unanswered probes are sent again; a silent vertex is believed in only where loss does not
 *                 explain it
 *
 * Augustin, Friedman, Teixeira, "Multipath tracing with Paris traceroute" (E2EMON 2007); Veitch, Augustin,
 * Teixeira, Friedman, "Failure control in multipath route tracing" (INFOCOM 2009).
 *
 * What the confidence is of. With MDA_BOUND_GRAPH, of the whole graph: with this probability every vertex,
 * and every edge, is found, whatever the number B of vertices that branch. For that, vertices are put in
 * order, by hop and address, and the i-th that branches may fail with probability (1 - confidence) / (i (i +
 * 1)). These sum up to (1 - confidence) B / (B + 1). A vertex that seems not to branch is judged as if it
 * were the next one that does: either it is not, and cannot fail, or it fails with the probability that is
 * its due. With MDA_BOUND_NODE the confidence is that of each vertex alone, as in other tools: a graph with
 * many that branch is then incomplete more often than not.
 *
 * The assumptions are those of the papers: each balancer sends a flow to each of its next hops alike, and
 * independently of the others; routes do not change meanwhile; what is reported incomplete is excepted. For
 * silent vertices, and beyond balancers that look at packets, nothing is guaranteed.
 *
 * Probes must be kept in a table (packet/tracked.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/mda_graph.h"
#include "strategy/path.h"
#include "strategy/strategy.h"

enum mda_bound {
    MDA_BOUND_GRAPH,
    MDA_BOUND_NODE,
};

enum {
    MDA_FLOWS = 32102, /* as many as there are: docs/wire-format.md */
    MDA_ATTEMPTS = 3,
};

struct mda_config {
    uint32_t owner;
    struct address target_address;
    uint8_t lane;
    uint16_t flow;  /* the first */
    uint32_t flows; /* so many from there on may be used, at each hop; at least 1 */
    uint16_t size;  /* of each packet in bytes, from the IP header on */
    unsigned first_ttl, max_ttl;
    unsigned window;    /* probes in flight, at least 1 */
    unsigned gap_limit; /* so many silent vertices in a row end a way; 0: none do */
    unsigned attempts;  /* probes of a flow at a hop until it is given up; at least 1 */
    double confidence;  /* above 0, below 1 */
    enum mda_bound bound;
    struct path_patience patience;
    uint64_t pause_ns; /* between two probes, at least */
    uint64_t start_ns; /* nothing is sent before */
};

struct mda;

/* mda_create() makes the strategy of one target; NULL when memory is short. Closed by its `ops`. */
struct mda *mda_create(const struct mda_config *config);

/* mda_strategy() is what sends its probes and takes their answers. */
struct strategy *mda_strategy(struct mda *mda);

const struct mda_config *mda_config(const struct mda *mda);

/* mda_graph() is what has been found so far; whole once the strategy is done. */
const struct mda_graph *mda_graph(const struct mda *mda);

/* mda_probes() is how many have been sent. mda_is_target() says whether a vertex is the target, by the rule
 * of path_reached(), mda_reached() whether any is, mda_answered() whether anybody answered, mda_silence()
 * whether anything is there that did not. */
uint64_t mda_probes(const struct mda *mda);
bool mda_is_target(const struct mda *mda, const struct mda_vertex *vertex);
bool mda_reached(const struct mda *mda);
bool mda_answered(const struct mda *mda);
bool mda_silence(const struct mda *mda);

/* mda_complete() says whether the stopping rule was met everywhere: false before the end, after mda_stop(),
 * and where flows or answers were too few, or no vertex that answered is connected. */
bool mda_complete(const struct mda *mda);

/* mda_stop() ends it: no probe is sent any more, and none waited for. */
void mda_stop(struct mda *mda);

/* mda_error() is 0, or -ENOMEM: it ended early and what it found is of no use. */
int mda_error(const struct mda *mda);
