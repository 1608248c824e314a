// SPDX-License-Identifier: GPL-2.0-or-later
/* A router or host at one hop of strategy/mda_graph.h, the flows through it, and their next hops. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"

enum mda_sight_state {
    MDA_UNSENT,
    MDA_WAITING, /* a probe is in flight */
    MDA_MISSED,  /* not answered so far */
    MDA_LOST,    /* not answered in any of its attempts */
    MDA_BEYOND,  /* answered, but the flow ends, or may end, at an earlier hop */
    MDA_SEEN,    /* answered; or assigned to a silent vertex */
    MDA_SIGHT_STATES,
};

struct mda_sight {
    struct mda_vertex *vertex; /* for BEYOND and SEEN */
    uint16_t sent;             /* probes */
    uint8_t state;             /* enum mda_sight_state */
    uint8_t missed;            /* probes that were not answered */
    bool ended;                /* the flow ends here: the target answered, or a router refused */
};

struct mda_edge {
    struct mda_vertex *to;
    uint32_t seen; /* by so many flows, and packets of flows that had met another vertex */
};

struct mda_vertex {
    struct address address; /* none where silent */
    uint8_t ttl;
    bool silent;
    bool from_target;
    bool per_packet;           /* one flow met different next hops */
    bool incomplete;           /* its next hops could not be found with the wanted confidence */
    uint8_t silent_run;        /* number of silent vertices in a row that end here */
    struct mda_vertex *parent; /* for a silent vertex: the one before it */
    uint32_t answers;
    uint32_t best_rtt_us; /* 0: not known */
    struct record record; /* of the first answer */
    bool solicited;       /* the first answer is what its probe asked for */

    uint32_t *flows; /* indexes of the flows through it */
    uint32_t flow_count, flow_capacity;
    uint32_t ended;                   /* number of these flows that end here */
    uint32_t after[MDA_SIGHT_STATES]; /* flows at the next hop, by state */
    uint32_t before;                  /* number of edges that lead here */
    struct mda_edge *edges;           /* edges to the next hop, in the order of vertices */
    uint32_t edge_count, edge_capacity;

    /* State of the search: strategy/mda_plan.c. */
    bool satisfied;     /* enough of its flows were answered at the next hop */
    bool supplied;      /* no more flows will come from the vertices before without being searched for */
    uint32_t cursor;    /* flows with lower positions were sent to the next hop */
    uint32_t found_at;  /* flows sent to this hop when the last one was found to come here */
    uint32_t test_flow; /* flow that is repeated: 1 + its index */
    uint32_t repeats, repeats_lost;
};

/* mda_vertex_rtt_us() returns the lowest RTT of its answers, or RECORD_NO_RTT. */
static inline uint32_t mda_vertex_rtt_us(const struct mda_vertex *vertex)
{
    return vertex->best_rtt_us ? vertex->best_rtt_us : RECORD_NO_RTT;
}

/* mda_vertex_is_there() returns false for a vertex that turned out not to exist: a silence that was
 * broken, or a target beyond its hop. */
static inline bool mda_vertex_is_there(const struct mda_vertex *vertex)
{
    return vertex->flow_count || (vertex->answers && vertex->before);
}

/* mda_vertex_create() makes a vertex, a silent one if `parent` is not NULL. Returns NULL when memory is
 * short. */
struct mda_vertex *mda_vertex_create(unsigned ttl, struct address address, struct mda_vertex *parent);
void mda_vertex_destroy(struct mda_vertex *vertex);

/* mda_vertex_compare() orders the vertices of a hop by address, and silent ones by the vertices before
 * them. Returns a negative number, 0 or a positive number. */
int mda_vertex_compare(const struct mda_vertex *vertex, struct address address,
                       const struct mda_vertex *parent);

/* mda_vertex_leads_to() returns true if there is an edge. */
bool mda_vertex_leads_to(const struct mda_vertex *from, const struct mda_vertex *to);

/* These update lists and counts. They return -ENOMEM when memory is short. */
int mda_vertex_add_edge(struct mda_vertex *from, struct mda_vertex *to);
void mda_vertex_remove_edge(struct mda_vertex *from, struct mda_vertex *to);
int mda_vertex_add_flow(struct mda_vertex *vertex, uint32_t flow, bool ended);
void mda_vertex_remove_flow(struct mda_vertex *vertex, uint32_t flow, bool ended);
