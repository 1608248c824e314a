// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When to stop searching for next hops: after n_k probes that met k of them.
 *
 * A balancer sends each flow to one of its K next hops, each equally likely. A search that stops at the first
 * n_k reached with k found misses some next hops if k < K. The points are the lowest numbers that keep the
 * probability of this within a bound, for every K:
 *
 *     P(stop with k < K found) <= bound    for each K = 2, 3, …
 *
 * Veitch, Augustin, Teixeira, Friedman, "Failure control in multipath route tracing" (INFOCOM 2009), section
 * III. The table of Augustin, Friedman, Teixeira, "Multipath tracing with Paris traceroute" (E2EMON 2007)
 * considers n_(K-1) alone, and not that the search may have stopped earlier. Its n_7 = 38 and n_8 = 44 at 5 %
 * are one less than here.
 */
#pragma once

enum {
    /* More next hops than any known load balancer has. The points are computed when they are asked for;
     * all of them take 0.3 s. */
    STOPPING_MAX_HOPS = 256,
};

/* Returned by stopping_point() beyond that: no number of probes is enough. */
#define STOPPING_NEVER (~0U)

struct stopping_points {
    double bound; /* of the probability to miss a next hop; above 0 and below 1 */
    unsigned known;
    unsigned at[STOPPING_MAX_HOPS + 1]; /* at[k] is n_k for 1 <= k <= known */
};

static inline void stopping_points_init(struct stopping_points *points, double bound)
{
    points->bound = bound;
    points->known = 0;
}

/* stopping_point() returns n_k. k must be at least 1. */
unsigned stopping_point(struct stopping_points *points, unsigned k);
