// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/stopping_points.h"

/*
 * The number of next hops found is a Markov chain: with j of K found, the next probe meets a new one with
 * probability (K - j) / K. `found[j]` is the probability that j are found and the search has not stopped.
 */
struct chain {
    unsigned hops;
    double found[STOPPING_MAX_HOPS + 2];
    double missing;  /* the sum of found[j] for j < K */
    double stopped;  /* probability of having stopped too early */
    unsigned probes; /* so far */
};

static void chain_start(struct chain *chain, unsigned hops)
{
    *chain = (struct chain){.hops = hops, .probes = 1, .missing = 1};
    chain->found[1] = 1;
}

static void chain_probe(struct chain *chain)
{
    double hops = chain->hops;

    for (unsigned j = chain->hops; j >= 1; j--)
        chain->found[j] = chain->found[j] * (j / hops) + chain->found[j - 1] * ((hops - (j - 1)) / hops);
    chain->probes++;
}

/* Removes the searches that the known points stop, and sums up the others. */
static void chain_stop(struct chain *chain, const struct stopping_points *points)
{
    chain->missing = 0;
    for (unsigned j = 1; j < chain->hops; j++) {
        if (j <= points->known && chain->probes >= points->at[j]) {
            chain->stopped += chain->found[j];
            chain->found[j] = 0;
        }
        chain->missing += chain->found[j];
    }
}

/* n_k is the number of probes after which a search may stop with k found, and keep the bound if there are
 * k + 1. */
static void add_point(struct stopping_points *points)
{
    struct chain chain;

    chain_start(&chain, points->known + 2);
    chain_stop(&chain, points);
    while (chain.stopped + chain.missing > points->bound) {
        chain_probe(&chain);
        chain_stop(&chain, points);
    }
    points->at[++points->known] = chain.probes;
}

unsigned stopping_point(struct stopping_points *points, unsigned k)
{
    if (k > STOPPING_MAX_HOPS)
        return STOPPING_NEVER;
    while (points->known < k)
        add_point(points);
    return points->at[k];
}
