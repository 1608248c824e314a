// SPDX-License-Identifier: GPL-2.0-or-later
/* The queries of a path, several per hop. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"
#include "strategy/answer.h"

enum {
    PATH_MAX_QUERIES = 10,
};

enum query_state {
    QUERY_UNSENT,
    QUERY_WAITING,
    QUERY_ANSWERED,
    QUERY_LOST, /* given up; a later answer still settles it again */
};

struct path_query {
    enum query_state state;
    uint64_t sent_ns; /* when next() returned it */
    struct record record;
    enum answer_meaning meaning; /* of the record */
    bool from_target;            /* the record's responder has the target's address */
};

struct path_queries {
    unsigned first_ttl, max_ttl;
    unsigned per_hop;         /* 1 … PATH_MAX_QUERIES */
    struct path_query *first; /* by TTL and number */
};

/* path_queries_init() makes room for all queries, unsent. Returns 0 or -ENOMEM. path_queries_free() may be
 * called after either. */
int path_queries_init(struct path_queries *queries, unsigned first_ttl, unsigned max_ttl, unsigned per_hop);
void path_queries_free(struct path_queries *queries);

/* path_queries_at() returns a query. `ttl` must be one of the path, `number` below per_hop. */
struct path_query *path_queries_at(const struct path_queries *queries, unsigned ttl, unsigned number);

/* path_queries_forget() makes the queries from `ttl` on unsent again. */
void path_queries_forget(struct path_queries *queries, unsigned ttl);

/* path_queries_settled() returns true if all queries of a hop are settled, path_queries_answered() if any of
 * them is answered. */
bool path_queries_settled(const struct path_queries *queries, unsigned ttl);
bool path_queries_answered(const struct path_queries *queries, unsigned ttl);

/* path_queries_rtt_ns() returns the RTT of an answer at this hop, at least a microsecond, or 0 where none
 * is known yet. path_queries_rtt_beyond_ns() returns that of the nearest later hop, up to `last_ttl`, that
 * has answered. */
uint64_t path_queries_rtt_ns(const struct path_queries *queries, unsigned ttl);
uint64_t path_queries_rtt_beyond_ns(const struct path_queries *queries, unsigned ttl, unsigned last_ttl);
