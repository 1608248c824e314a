// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When to stop looking for next hops: after n_k probes that met k of them.
 *
 * A balancer sends each flow to one of its K next hops, each equally likely. Whoever stops at the first n_k
 * that is reached with k found misses some where that happens with k < K. The points are the least ones that
 * keep the probability of this within a bound, whatever K is:
 *
 *     P(stop with k < K found) <= bound    for each K = 2, 3, …
 *
 * Veitch, Augustin, Teixeira, Friedman, "Failure control in multipath route tracing" (INFOCOM 2009), section
 * III. The table of Augustin, Friedman, Teixeira, "Multipath tracing with Paris traceroute" (E2EMON 2007),
 * looks at n_(K-1) alone, not at having stopped earlier; its n_7 = 38 and n_8 = 44 at 5 % are one less than
 * here.
 */
#pragma once

enum {
    /* More next hops than any load balancer known has; the points are computed as they are asked for, and
     * those up to here take 0.3 s. */
    STOPPING_MAX_HOPS = 256,
};

/* What stopping_point() returns beyond that: no number of probes is enough. */
#define STOPPING_NEVER (~0U)

struct stopping_points {
    double bound; /* of the probability to miss a next hop, above 0 and below 1 */
    unsigned known;
    unsigned at[STOPPING_MAX_HOPS + 1]; /* at[k] is n_k for 1 <= k <= known */
};

static inline void stopping_points_init(struct stopping_points *points, double bound)
{
    points->bound = bound;
    points->known = 0;
}

/* stopping_point() is n_k, k at least 1. */
unsigned stopping_point(struct stopping_points *points, unsigned k);
