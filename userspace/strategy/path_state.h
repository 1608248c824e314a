// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a path: path.c chooses probes and takes answers, path_patience.c decides how long to wait for
 * answers, path_end.c where the path ends, and path_late.c what answers to earlier rounds are. */
#pragma once

#include "strategy/path.h"

/* A probe in flight, by its place in the path. */
struct flight {
    uint8_t ttl, query;
};

enum {
    PATH_ROUNDS_REMEMBERED =
        32, /* a bit each; at a round per second, mtr would count no answer after these */
};

struct path {
    struct strategy base;
    struct path_config config;
    bool paused, reached;
    unsigned length; /* as far as it is known */
    unsigned next_ttl, next_query;
    uint64_t round; /* number of rounds that have ended */
    uint64_t round_start_ns, last_sent_ns;
    uint16_t next_flow; /* with `classic` */
    struct mtu_search mtu;
    uint64_t slowest_ns;    /* RTT of any hop, in any round */
    uint64_t silent_before; /* one bit per TTL: no answer in the round before */
    uint32_t *lost_before; /* for each query of each hop, a bit per round: lost; the present round is bit 0 */
    unsigned flights;
    struct flight *flight; /* config.window */
    struct path_queries queries;
};

static inline struct path_query *path_flight_query(const struct path *path, struct flight flight)
{
    return path_queries_at(&path->queries, flight.ttl, flight.query);
}

/* path_first_number() returns the number of the first probe to a hop in the present round, or in the next. */
uint16_t path_first_number(const struct path *path);

/* path_late_begin() allocates the memory of lost queries, which path.c frees; false: there is none. path_late_lost()
 * and path_late_answered() note what became of a query of the present round. path_late_take() returns whether `number`
 * is of a query of an earlier round that was lost; it is not lost any more then. */
bool path_late_begin(struct path *path);
void path_late_lost(struct path *path, struct flight flight);
void path_late_answered(struct path *path, struct flight flight);
void path_late_round_ended(struct path *path);
bool path_late_take(struct path *path, unsigned ttl, uint16_t number);

/* path_flight_deadline() returns when a probe in flight is given up. */
uint64_t path_flight_deadline(const struct path *path, struct flight flight);

/* path_set_length() ends the path at the TTL `length`. Probes in flight beyond it are not waited for, and their queries
 * become unsent again, in case the path turns out to be longer. */
void path_set_length(struct path *path, unsigned length);

/* path_look_for_gap() ends the path where `gap_limit` hops in a row were given up and nothing beyond has answered. */
void path_look_for_gap(struct path *path);

/* path_learn_distance() takes an answer to a probe with this TTL as evidence of where the path ends. */
void path_learn_distance(struct path *path, unsigned ttl, enum answer_meaning meaning);
