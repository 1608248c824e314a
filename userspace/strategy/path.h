// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One path, as traceroute finds it: a target and flow, from the first TTL outward until the target answers.
 *
 *   ttl   1   2   3   4   5   6   7   8 …
 *         a   a   a   w   w   w   u   u          a: answered or given up   w: in flight   u: not yet sent
 *                     <--------->
 *                        window: number of probes in flight; none goes beyond a known distance
 *
 * It is a strategy like any other. Its owner reads it while it runs: each query of each hop has a state. With
 * `rounds` it begins again, so that a path can be watched. Probes must be kept in a table (packet/tracked.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/mtu_search.h"
#include "strategy/path_queries.h"
#include "strategy/strategy.h"

struct path;

/* Events of a path for an observer. They are called from next() and reply(), so on the thread of the
 * sender. */
struct path_observer {
    /* A query was answered (`answer` is the reply) or given up (NULL). Not called for duplicates. */
    void (*settled)(void *context, struct path *path, unsigned ttl, unsigned query,
                    const struct answer *answer);
    /* A query of an earlier round was given up, and its answer came after that round. Each is told once, and those of
     * many rounds ago are not. */
    void (*late)(void *context, struct path *path, unsigned ttl, const struct answer *answer);
    /* Every query of the round is settled. Called before the next round resets them. */
    void (*round_ended)(void *context, struct path *path, uint64_t now_ns);
    void *context;
};

/* How long to wait for an answer. `here` and `near` shorten the wait, as in traceroute, to so many times
 * the RTT of another answer from the same hop, or from a later hop. 0: does not shorten it. */
struct path_patience {
    uint64_t wait_ns;
    double here, near;
    bool grows; /* with answers that came later, up to twice `wait_ns` */
};

struct path_config {
    uint32_t owner;
    struct address target_address;
    uint8_t lane;
    uint16_t flow; /* with `classic` the flow of the first probe */
    uint16_t size; /* of each packet in bytes, from the IP header on */
    bool find_mtu; /* `size` is only the first size: it shrinks where a link is too narrow. Probes must not
                    * be fragmented, and `window` must be 1 */
    bool classic;  /* the flow increases with each probe, as the port did in 1987 */
    unsigned first_ttl, max_ttl;
    unsigned queries;   /* per hop, 1 … PATH_MAX_QUERIES */
    unsigned window;    /* probes in flight, at least 1 */
    unsigned gap_limit; /* number of hops in a row without an answer, with none beyond, that end the path;
                         * 0: none do */
    struct path_patience patience;
    uint64_t pause_ns;  /* at least, between two probes of the path */
    uint64_t start_ns;  /* nothing is sent before this time */
    uint64_t rounds;    /* 0: without end */
    uint64_t period_ns; /* at least, from the start of one round to the next. A hop that was silent in the
                         * round before is waited for at most this long, or twice the slowest RTT if that
                         * is more */
    struct path_observer observer; /* functions may be NULL */
};

/* path_create() makes a path. Returns NULL when memory is short. Its `ops` close it. */
struct path *path_create(const struct path_config *config);

/* path_strategy() returns the path as a strategy. */
struct strategy *path_strategy(struct path *path);

const struct path_config *path_config(const struct path *path);

/* path_query() returns the state of one query of the present round. `ttl` must be within the TTLs of the
 * path. */
const struct path_query *path_query(const struct path *path, unsigned ttl, unsigned query);

/* path_hop_settled() returns true if all queries of a hop are settled. */
bool path_hop_settled(const struct path *path, unsigned ttl);

/* path_length() returns the last TTL of the path as it is known now: that of the target, of a router that
 * refused, of the last hop before a gap, or max_ttl. */
unsigned path_length(const struct path *path);

/* path_meaning() returns what the answer to a query means on this path. If Port Unreachable comes from another
 * address than the target's, that counts as one of the target's, unless a router of the path has it: then the
 * router refused. path_reached() returns true if a probe of this round came to the target, which answered or
 * sent an error. */
enum answer_meaning path_meaning(const struct path *path, const struct path_query *query);
bool path_reached(const struct path *path);

/* path_answer_meaning() returns the same for an answer that is told as late. */
enum answer_meaning path_answer_meaning(const struct path *path, const struct answer *answer);

/* path_mtu() returns the size of packets that pass the path as far as it is known. path_mtu_before()
 * returns the MTU of the link just before hop `ttl` if it was found to be less there, else 0. Only for
 * `find_mtu`. */
struct mtu path_mtu(const struct path *path);
struct mtu path_mtu_before(const struct path *path, unsigned ttl);

/* path_rounds() returns how many rounds have ended. */
uint64_t path_rounds(const struct path *path);

/* path_forget_lost() makes sure that no answer to a probe that was lost so far is told as late. */
void path_forget_lost(struct path *path);

/* path_pause() stops further rounds from beginning, or allows them again. */
void path_pause(struct path *path, bool paused);
