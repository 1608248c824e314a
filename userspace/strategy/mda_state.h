// SPDX-License-Identifier: GPL-2.0-or-later
/* What the parts of the multipath detection algorithm share: mda.c, mda_flight.c, mda_node.c, mda_silence.c,
 * mda_plan.c. */
#pragma once

#include "strategy/mda.h"
#include "strategy/stopping_points.h"

struct mda_flight {
    uint64_t sent_ns;
    uint32_t flow; /* its index */
    uint16_t query;
    uint8_t ttl;
    bool repeat; /* of a flow that was answered */
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
    bool eager; /* something may have to be sent */
    bool finished, stopped;
};

/* mda_next_deadline() is when the first of the probes in flight is given up;
 * UINT64_MAX where there are none. */
uint64_t mda_next_deadline(const struct mda *mda);

/* mda_expire() gives up the probes whose time has come; true where there were any. */
bool mda_expire(struct mda *mda, uint64_t now_ns);

/* mda_land() takes a probe that was answered off the flights. */
void mda_land(struct mda *mda, unsigned ttl, uint32_t flow, uint16_t query);

/* mda_give_up() takes one off that was not sent, and so is not answered; false where it is on no flight. */
bool mda_give_up(struct mda *mda, unsigned ttl, uint32_t flow, uint16_t query);

/* mda_repeats_flying() counts the repeats of a flow in flight. */
unsigned mda_repeats_flying(const struct mda *mda, unsigned ttl, uint32_t flow);

/* mda_take_answer() enters an answer into the graph; false where it answers no probe that was sent. */
bool mda_take_answer(struct mda *mda, const struct answer *answer);

/* mda_tester() is the vertex that keeps the state of the repeated flow for `vertex`: itself, or the first one
 * of its hop where they are one node. */
struct mda_vertex *mda_tester(struct mda *mda, struct mda_vertex *vertex);

/* mda_points() are the stopping points for a vertex that so many vertices before it branch; NULL when memory
 * is short. */
struct stopping_points *mda_points(struct mda *mda, unsigned branching);
