// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds all ways to one target, in batches of probes.
 *
 *   scout    flow 0, around the TTL where the path is guessed to end, until its end is known
 *   flows    as many flows as are wanted where nothing branches, at each TTL up to two behind the end
 *   more     as many as flow_needs.h wants after each batch, until no TTL wants more
 *
 * In addition to a batch, some flows are sent again to the next hops of each balancer that was not looked into
 * before. If one of them meets another vertex than before, packets are balanced. Then flows do not show which
 * vertex leads where, until one vertex has all of them.
 */
#pragma once

#include "strategy/balancer_facts.h"
#include "strategy/flow_contexts.h"
#include "strategy/flow_needs.h"

/* What all searches of a strategy share. */
struct flow_search {
    struct block_pool pool;
    struct flow_needs needs;
    struct balancer_facts facts;
    uint8_t min_ttl, max_ttl;
    uint8_t gap;   /* silent TTLs of flow 0 that end a path */
    bool all_ttls; /* asked with the first batch, without a scout */
};

static inline uint8_t flow_search_cell(const struct flow_search *search, const struct flow_context *context,
                                       unsigned flow, unsigned ttl)
{
    return flow_matrix_at(&context->matrix, &search->pool, flow, ttl);
}

/* Returns the bit of a TTL in the words of a context. */
static inline uint64_t flow_ttl_bit(unsigned ttl)
{
    return 1ULL << (ttl - 1);
}

/* How a search ended. */
enum search_end {
    SEARCH_WHOLE,        /* no TTL wants more flows */
    SEARCH_OUT_OF_FLOWS, /* some TTLs want more than there are, or than there is room for */
    SEARCH_BY_PACKET,    /* no TTL wants more, but somewhere packets are balanced */
    SEARCH_SILENT,       /* no answer came */
    SEARCH_ENDS,
};

/* An answer to a probe of a search. */
struct search_answer {
    uint16_t flow;
    uint8_t ttl;
    bool is_end;      /* the flow ends there */
    uint8_t distance; /* distance of the responder, at most `ttl` */
    struct address responder;
};

/* flow_search_begin() begins a search whose path ends at about the TTL `guess`. */
void flow_search_begin(struct flow_search *search, struct flow_context *context, unsigned guess);

/* flow_search_next() chooses the next probe of the batch. Returns false when the whole batch was sent. */
bool flow_search_next(struct flow_search *search, struct flow_context *context, uint16_t *flow, uint8_t *ttl);

/* flow_search_hear() takes an answer. It may be to a probe of an earlier batch, and then does not change the
 * batch. */
void flow_search_hear(struct flow_search *search, struct flow_context *context,
                      const struct search_answer *answer);

/* flow_search_unsent() takes a probe that did not leave: it is sent again where it may be, else it counts as
 * silent. */
void flow_search_unsent(struct flow_search *search, struct flow_context *context, uint16_t flow, uint8_t ttl,
                        bool may_be_asked_again);

/* flow_search_settle() ends a batch: unanswered probes count as silent. Returns true if there is another batch. */
bool flow_search_settle(struct flow_search *search, struct flow_context *context);

/* flow_search_end() returns how the search ended, and flow_search_length() the TTL of the last vertex, 0: none.
 * They must be called before flow_search_clear(), which gives back its blocks. */
enum search_end flow_search_end(const struct flow_context *context);
unsigned flow_search_length(const struct flow_context *context);
void flow_search_clear(struct flow_search *search, struct flow_context *context);
