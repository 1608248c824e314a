// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The targets whose flows are being asked: a context each, from a fixed number, found by their target.
 *
 *   CONTEXT_READY     has probes to send
 *   CONTEXT_WAITING   has sent all of a batch; in the order in which their last probes left
 *
 * Memory depends on how many targets are under way at once, and not on how many there are.
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

/* What a batch of probes is for. */
enum context_phase {
    CONTEXT_SCOUT, /* where flow 0 ends */
    CONTEXT_FLOWS, /* where all flows go */
};

struct flow_context {
    struct flow_matrix matrix;
    uint64_t target;              /* its number in the slice */
    uint64_t sent_ns;             /* when its last probe left */
    uint64_t answering;           /* bit ttl - 1: some flow was answered there */
    uint64_t again;               /* likewise: who was silent once is asked again */
    uint64_t looked_into, merged; /* likewise: one flow was asked there several times; met several vertices */
    struct numbered_links links;
    uint32_t chain;                /* the next one of its bucket; 0: none */
    uint32_t awaited;              /* probes of this batch that were sent and not answered yet */
    uint32_t kept;                 /* probes that were chosen and wait for their turn */
    uint16_t asked[PROBE_MAX_TTL]; /* flows at each TTL, once the batch is over */
    uint16_t flows;                /* the most of them */
    uint16_t flow;                 /* where the batch stands: at this flow */
    uint8_t ttl;                   /* and TTL */
    uint8_t place, phase;
    uint8_t low, high;       /* TTLs that are asked */
    uint8_t look_ttl, looks; /* flows are asked there again, so often still; TTL 0: none are */
    uint8_t look_from;       /* the balancer's vertex; CELL_UNASKED: it is before the first hop */
    bool look_differs;       /* one met another vertex */
    bool short_of_flows;
};

struct flow_contexts {
    struct flow_context *contexts; /* from number 1 on */
    uint32_t *buckets;
    uint32_t room, touched, active;
    uint64_t mask; /* of the buckets */
    struct numbered_list lists[CONTEXT_PLACES];
};

/* flow_contexts_init(): 0 or -ENOMEM; flow_contexts_free() is right after both. */
int flow_contexts_init(struct flow_contexts *table, uint32_t room);
void flow_contexts_free(struct flow_contexts *table);

/* flow_contexts_add() is an empty context for a target that has none, at the end of the ready ones; NULL where all
 * are taken. flow_contexts_find() is that of a target, or NULL. */
struct flow_context *flow_contexts_add(struct flow_contexts *table, uint64_t target);
struct flow_context *flow_contexts_find(const struct flow_contexts *table, uint64_t target);

/* flow_contexts_move() puts one at the end of a list. flow_contexts_end() frees one, whose blocks are given back
 * already. */
void flow_contexts_move(struct flow_contexts *table, struct flow_context *context, enum context_place place);
void flow_contexts_end(struct flow_contexts *table, struct flow_context *context);

/* flow_contexts_first() is the first of a list, or NULL. */
static inline struct flow_context *flow_contexts_first(const struct flow_contexts *table,
                                                       enum context_place place)
{
    uint32_t number = table->lists[place].first;

    return number ? &table->contexts[number] : NULL;
}
