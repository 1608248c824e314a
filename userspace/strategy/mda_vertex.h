// SPDX-License-Identifier: GPL-2.0-or-later
/* A router or host at one hop of strategy/mda_graph.h, the flows that go through
 * it, and where they go next. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"

enum mda_sight_state {
    MDA_UNSENT,
    MDA_WAITING, /* a probe is in flight */
    MDA_MISSED,  /* not answered so far */
    MDA_LOST,    /* not answered, however often it was asked */
    MDA_BEYOND,  /* answered, but the flow may end, or has ended, at a hop before this one */
    MDA_SEEN,    /* answered; or given to a silent vertex */
    MDA_SIGHT_STATES,
};

struct mda_sight {
    struct mda_vertex *vertex; /* where BEYOND or SEEN */
    uint16_t sent;             /* probes */
    uint8_t state;             /* enum mda_sight_state */
    uint8_t missed;            /* probes that were not answered */
    bool ended;                /* the flow goes no further: the target answered, or a router that refuses */
};

struct mda_edge {
    struct mda_vertex *to;
    uint32_t seen; /* by so many flows, and packets of a flow that went elsewhere before */
};

struct mda_vertex {
    struct address address; /* none where silent */
    uint8_t ttl;
    bool silent;
    bool from_target;
    bool per_packet;           /* one flow met different next hops */
    bool incomplete;           /* its next hops could not be found with the confidence asked for */
    uint8_t silent_run;        /* so many silent ones in a row end here */
    struct mda_vertex *parent; /* of a silent one */
    uint32_t answers;
    uint32_t best_rtt_us; /* 0: none is known */
    struct record record; /* of the first answer */
    bool solicited;       /* which is what its probe asked for */

    uint32_t *flows; /* indexes of those that go through it */
    uint32_t flow_count, flow_capacity;
    uint32_t ended;                   /* of the flows */
    uint32_t after[MDA_SIGHT_STATES]; /* of the flows at the next hop, by state */
    uint32_t before;                  /* edges that lead here */
    struct mda_edge *edges;           /* that lead on, in the order of vertices */
    uint32_t edge_count, edge_capacity;

    /* For the search: strategy/mda_plan.c. */
    bool satisfied;     /* enough of its flows were answered at the next hop */
    bool supplied;      /* no further flows come from the vertices before by themselves */
    uint32_t cursor;    /* flows before this one have been sent to the next hop */
    uint32_t found_at;  /* flows that were sent to this hop when the last one was found to come here */
    uint32_t test_flow; /* that is repeated, 1 + its index */
    uint32_t repeats, repeats_lost;
};

/* mda_vertex_rtt_us() is the least RTT of its answers, or RECORD_NO_RTT. */
static inline uint32_t mda_vertex_rtt_us(const struct mda_vertex *vertex)
{
    return vertex->best_rtt_us ? vertex->best_rtt_us : RECORD_NO_RTT;
}

/* mda_vertex_is_there() is false for what turned out to be none: a silence that has been broken, a target
 * beyond its place. */
static inline bool mda_vertex_is_there(const struct mda_vertex *vertex)
{
    return vertex->flow_count || (vertex->answers && vertex->before);
}

/* mda_vertex_create() makes a vertex; a silent one where there is a `parent`. NULL when memory is short. */
struct mda_vertex *mda_vertex_create(unsigned ttl, struct address address, struct mda_vertex *parent);
void mda_vertex_destroy(struct mda_vertex *vertex);

/* mda_vertex_compare() is the order of vertices of a hop, by address, silent ones by that of the vertices
 * before: negative, 0 or positive. */
int mda_vertex_compare(const struct mda_vertex *vertex, struct address address,
                       const struct mda_vertex *parent);

/* mda_vertex_leads_to() says whether there is an edge. */
bool mda_vertex_leads_to(const struct mda_vertex *from, const struct mda_vertex *to);

/* These keep lists and counts; they return -ENOMEM where memory is short. */
int mda_vertex_add_edge(struct mda_vertex *from, struct mda_vertex *to);
void mda_vertex_remove_edge(struct mda_vertex *from, struct mda_vertex *to);
int mda_vertex_add_flow(struct mda_vertex *vertex, uint32_t flow, bool ended);
void mda_vertex_remove_flow(struct mda_vertex *vertex, uint32_t flow, bool ended);
