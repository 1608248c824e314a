// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The targets whose flows are being searched: one context each, from a fixed number, found by target.
 *
 *   CONTEXT_READY     has probes to send
 *   CONTEXT_WAITING   has sent its whole batch; in the order in which the last probes left
 *
 * Memory depends on how many targets are under way at once, not on how many there are.
 */
#pragma once

#include "strategy/flow_matrix.h"
#include "strategy/numbered_list.h"

enum context_place {
    CONTEXT_READY,
    CONTEXT_WAITING,
    CONTEXT_FREE,
    CONTEXT_PLACES,
};

/* The purpose of a batch of probes. */
enum context_phase {
    CONTEXT_SCOUT, /* where flow 0 ends */
    CONTEXT_FLOWS, /* where all flows go */
};

struct flow_context {
    struct flow_matrix matrix;
    uint64_t target;              /* its number in the slice */
    uint64_t sent_ns;             /* when its last probe left */
    uint64_t answering;           /* bit ttl - 1: some flow was answered there */
    uint64_t again;               /* likewise: flows that were silent once are sent again */
    uint64_t looked_into, merged; /* likewise: one flow was sent there several times; met several vertices */
    struct numbered_links links;
    uint32_t chain;                /* the next one of its bucket; 0: none */
    uint32_t awaited;              /* probes of this batch that were sent and are not answered yet */
    uint32_t kept;                 /* chosen probes that wait for their turn */
    uint16_t asked[PROBE_MAX_TTL]; /* flows at each TTL, once the batch is over */
    uint16_t flows;                /* highest of these numbers */
    uint16_t flow;                 /* the present position in the batch: this flow */
    uint8_t ttl;                   /* and this TTL */
    uint8_t place, phase;
    uint8_t low, high;       /* range of TTLs that are probed */
    uint8_t look_ttl, looks; /* TTL where flows are sent again, and how often still; TTL 0: nowhere */
    uint8_t look_from;       /* the balancer's vertex; CELL_UNASKED: before the first hop */
    bool look_differs;       /* a repeated flow met another vertex */
    bool short_of_flows;
};

struct flow_contexts {
    struct flow_context *contexts; /* from number 1 on */
    uint32_t *buckets;
    uint32_t room, touched, active;
    uint64_t mask; /* of the buckets */
    struct numbered_list lists[CONTEXT_PLACES];
};

/* flow_contexts_init() returns 0 or -ENOMEM. flow_contexts_free() may be called after either. */
int flow_contexts_init(struct flow_contexts *table, uint32_t room);
void flow_contexts_free(struct flow_contexts *table);

/* flow_contexts_add() returns an empty context for a target that has none, at the end of the ready ones; NULL
 * where all are taken. flow_contexts_find() returns the context of a target, or NULL. */
struct flow_context *flow_contexts_add(struct flow_contexts *table, uint64_t target);
struct flow_context *flow_contexts_find(const struct flow_contexts *table, uint64_t target);

/* flow_contexts_move() moves a context to the end of a list. flow_contexts_end() frees a context whose blocks
 * were given back before. */
void flow_contexts_move(struct flow_contexts *table, struct flow_context *context, enum context_place place);
void flow_contexts_end(struct flow_contexts *table, struct flow_context *context);

/* flow_contexts_first() returns the first context of a list, or NULL. */
static inline struct flow_context *flow_contexts_first(const struct flow_contexts *table,
                                                       enum context_place place)
{
    uint32_t number = table->lists[place].first;

    return number ? &table->contexts[number] : NULL;
}
