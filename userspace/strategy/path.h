// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One path, as traceroute finds it: a target and flow, from the first TTL outward until the target answers.
 *
 *   ttl   1   2   3   4   5   6   7   8 …
 *         a   a   a   w   w   w   u   u          a: answered or given up   w: in flight   u: not yet sent
 *                     <--------->
 *                        window: so many probes in flight, none beyond a distance that is known
 *
 * A strategy like any other, which its owner reads while it runs: each query of each hop has a state. With
 * `rounds` it begins again, for those who watch a path. Probes must be kept in a table (packet/tracked.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/mtu_search.h"
#include "strategy/path_queries.h"
#include "strategy/strategy.h"

struct path;

/* What a path tells whoever watches it; called from next() and reply(), so on the thread of the sender. */
struct path_observer {
    /* A query was answered (`answer` holds the reply) or given up (NULL). Duplicates are not told. */
    void (*settled)(void *context, struct path *path, unsigned ttl, unsigned query,
                    const struct answer *answer);
    /* Every query of the round is settled; before the next round forgets them. */
    void (*round_ended)(void *context, struct path *path, uint64_t now_ns);
    void *context;
};

/* How long an answer is waited for. `here` and `near` shorten that, as in traceroute: no longer than so many
 * times the RTT of another answer from the same hop, or from a hop further on. 0: not. */
struct path_patience {
    uint64_t wait_ns;
    double here, near;
};

struct path_config {
    uint32_t owner;
    struct address target_address;
    uint8_t lane;
    uint16_t flow; /* with `classic` that of the first probe */
    uint16_t size; /* of each packet in bytes, from the IP header on */
    bool find_mtu; /* `size` is what to begin with: where a link is too narrow for it, it shrinks. Probes must
                    * not be fragmented, and `window` must be 1 */
    bool classic;  /* the flow rises with each probe, as the port did in 1987 */
    unsigned first_ttl, max_ttl;
    unsigned queries;   /* a hop, 1 … PATH_MAX_QUERIES */
    unsigned window;    /* probes in flight, at least 1 */
    unsigned gap_limit; /* so many hops without an answer, nor any beyond, end the path; 0: none do */
    struct path_patience patience;
    uint64_t pause_ns;  /* between two probes of the path, at least */
    uint64_t start_ns;  /* nothing is sent before */
    uint64_t rounds;    /* 0: without end */
    uint64_t period_ns; /* from the start of one round to that of the next, at least. A hop that was
                         * silent in the round before is waited for no longer, or than twice the
                         * slowest RTT */
    struct path_observer observer; /* functions may be NULL */
};

/* path_create() makes a path; NULL when memory is short. It is closed by its `ops`. */
struct path *path_create(const struct path_config *config);

/* path_strategy() is the path as a strategy. */
struct strategy *path_strategy(struct path *path);

const struct path_config *path_config(const struct path *path);

/* path_query() is the state of one query of the present round. `ttl` is within the TTLs of the path. */
const struct path_query *path_query(const struct path *path, unsigned ttl, unsigned query);

/* path_hop_settled() says whether nothing is open at a hop any more. */
bool path_hop_settled(const struct path *path, unsigned ttl);

/* path_length() is the last TTL that belongs to the path as it is known now: that of the target or of whoever
 * refused to go on, of the last hop before a gap, or max_ttl. */
unsigned path_length(const struct path *path);

/* path_reached() says whether a probe of this round came to the target, which answered or sent an
 * error. Port Unreachable from another address than the target's is one of its own, unless a
 * router of the path has it. */
bool path_reached(const struct path *path);

/* path_mtu() is how large packets are that get as far as the path is known; path_mtu_before() whether that
 * was found to be less just before the hop `ttl`, and how much then, else 0. For `find_mtu` only. */
struct mtu path_mtu(const struct path *path);
struct mtu path_mtu_before(const struct path *path, unsigned ttl);

/* path_rounds() is how many rounds have ended. */
uint64_t path_rounds(const struct path *path);

/* path_pause() lets no further round begin, or lets them again. */
void path_pause(struct path *path, bool paused);
