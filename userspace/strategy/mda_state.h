// SPDX-License-Identifier: GPL-2.0-or-later
/* State shared by the parts of the multipath detection algorithm: mda.c, mda_flight.c, mda_node.c,
 * mda_silence.c, mda_plan.c. */
#pragma once

#include "strategy/mda.h"
#include "strategy/stopping_points.h"

struct mda_flight {
    uint64_t sent_ns;
    uint32_t flow; /* its index */
    uint16_t query;
    uint8_t ttl;
    bool repeat; /* of a flow that was answered before */
};

struct mda {
    struct strategy base;
    struct mda_config config;
    struct mda_graph graph;
    struct mda_flight *flights; /* config.window */
    unsigned flight_count;
    struct stopping_points **points; /* by the number of vertices before that branch */
    unsigned point_count;
    uint64_t last_sent_ns, probes;
    bool eager; /* there may be something to send */
    bool finished, stopped;
};

/* mda_next_deadline() returns when the first of the probes in flight is given up, or UINT64_MAX where
 * there are none. */
uint64_t mda_next_deadline(const struct mda *mda);

/* mda_expire() gives up the probes whose time is over. Returns true where there were any. */
bool mda_expire(struct mda *mda, uint64_t now_ns);

/* mda_land() removes an answered probe from those in flight. */
void mda_land(struct mda *mda, unsigned ttl, uint32_t flow, uint16_t query);

/* mda_give_up() removes a probe that was not sent, and treats it as unanswered. Returns false where it is
 * not in flight. */
bool mda_give_up(struct mda *mda, unsigned ttl, uint32_t flow, uint16_t query);

/* mda_repeats_flying() returns the number of repeats of a flow in flight. */
unsigned mda_repeats_flying(const struct mda *mda, unsigned ttl, uint32_t flow);

/* mda_take_answer() enters an answer into the graph. Returns false where it answers no probe that was
 * sent. */
bool mda_take_answer(struct mda *mda, const struct answer *answer);

/* mda_tester() returns the vertex that stores the state of the repeated flow for `vertex`: itself, or the
 * first vertex of its hop where they are one node. */
struct mda_vertex *mda_tester(struct mda *mda, struct mda_vertex *vertex);

/* mda_points() returns the stopping points for a vertex with `branching` branching vertices before it, or
 * NULL when memory is short. */
struct stopping_points *mda_points(struct mda *mda, unsigned branching);
