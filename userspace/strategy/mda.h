// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The multipath detection algorithm: finds all ways that flows take to one target, hop by hop.
 *
 *   next hops     flows that are known to go through a vertex are sent to the next hop, until the stopping
 *                 rule says that no further one is to be expected (strategy/stopping_points.h)
 *   node control  where too few flows are known to go through a vertex, other flows are sent to the vertex's
 *                 own hop until enough have met it
 *   packets       where several next hops are found, one flow is sent repeatedly: if it meets several of them,
 *                 the balancer chooses by packet, and all of them are searched as one node
 *   silence       unanswered probes are sent again; a silent vertex is assumed only where loss does not
 *                 explain the silence
 *
 * Augustin, Friedman, Teixeira, "Multipath tracing with Paris traceroute" (E2EMON 2007); Veitch, Augustin,
 * Teixeira, Friedman, "Failure control in multipath route tracing" (INFOCOM 2009).
 *
 * The meaning of the confidence. With MDA_BOUND_GRAPH it holds for the whole graph: with this probability
 * every vertex and every edge is found, whatever the number B of vertices that branch. For that, vertices are
 * ordered by hop and address, and the i-th that branches may fail with probability (1 - confidence) / (i (i +
 * 1)). These add up to (1 - confidence) B / (B + 1). A vertex that seems not to branch is judged as if it
 * were the next one that does. Either it does not branch, and cannot fail, or it fails with the probability
 * allowed for it. With MDA_BOUND_NODE the confidence holds for each vertex alone, as in other tools: a graph
 * with many vertices that branch is then more often incomplete than complete.
 *
 * The assumptions are those of the papers: each balancer sends a flow to each of its next hops with the same
 * probability, and independently of other balancers; routes do not change meanwhile; and what is reported as
 * incomplete is excepted. For silent vertices, and beyond balancers that choose by packet, nothing is
 * guaranteed.
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
    MDA_FLOWS = 32102, /* all that there are: docs/wire-format.md */
    MDA_ATTEMPTS = 3,
};

struct mda_config {
    uint32_t owner;
    struct address target_address;
    uint8_t lane;
    uint16_t flow;  /* the first flow */
    uint32_t flows; /* number of flows, from the first on, that may be used at each hop; at least 1 */
    uint16_t size;  /* of each packet in bytes, from the IP header on */
    unsigned first_ttl, max_ttl;
    unsigned window;    /* probes in flight, at least 1 */
    unsigned gap_limit; /* number of silent vertices in a row that end a way; 0: none do */
    unsigned attempts;  /* number of probes of a flow at a hop before it is given up; at least 1 */
    double confidence;  /* above 0, below 1 */
    enum mda_bound bound;
    struct path_patience patience;
    uint64_t pause_ns; /* at least, between two probes */
    uint64_t start_ns; /* nothing is sent before this time */
};

struct mda;

/* mda_create() makes the strategy of one target. Returns NULL when memory is short. Its `ops` close it. */
struct mda *mda_create(const struct mda_config *config);

/* mda_strategy() returns the strategy, which sends its probes and takes their answers. */
struct strategy *mda_strategy(struct mda *mda);

const struct mda_config *mda_config(const struct mda *mda);

/* mda_graph() returns the graph as found so far. It is final once the strategy is done. */
const struct mda_graph *mda_graph(const struct mda *mda);

/* mda_probes() returns how many probes were sent. mda_is_target() returns true if a vertex is the target,
 * by the rule of path_reached(). mda_reached() returns true if any vertex is the target; mda_answered() if
 * any answer came; mda_silence() if there is any silent vertex. */
uint64_t mda_probes(const struct mda *mda);
bool mda_is_target(const struct mda *mda, const struct mda_vertex *vertex);
bool mda_reached(const struct mda *mda);
bool mda_answered(const struct mda *mda);
bool mda_silence(const struct mda *mda);

/* mda_complete() returns true if the stopping rule was met everywhere. It returns false before the end,
 * after mda_stop(), where there were too few flows or answers, and where no vertex that answered is
 * connected. */
bool mda_complete(const struct mda *mda);

/* mda_stop() ends the search: no probe is sent or waited for any more. */
void mda_stop(struct mda *mda);

/* mda_error() returns 0, or -ENOMEM if the search ended early and its results are useless. */
int mda_error(const struct mda *mda);
