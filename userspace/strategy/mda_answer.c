// SPDX-License-Identifier: GPL-2.0-or-later
/* Enters answers into the graph. */
#include "strategy/mda_state.h"

static void describe(struct mda_hop *hop, struct mda_vertex *vertex, const struct answer *answer)
{
    uint32_t rtt = answer_has_rtt(answer) ? answer->rtt_us : 0;

    if (!vertex->answers++) {
        vertex->record = *answer->record;
        vertex->solicited = answer->solicited;
    }
    vertex->from_target |= answer_reached(answer_meaning(answer));
    if (rtt && (!vertex->best_rtt_us || rtt < vertex->best_rtt_us))
        vertex->best_rtt_us = rtt;
    if (rtt > hop->rtt_us)
        hop->rtt_us = rtt;
}

/* For the measure of losses. Flows are sent again only where the vertex before is known, so only these
 * flows count. */
static void count_answered(const struct mda *mda, struct mda_hop *hop, const struct mda_sight *sight)
{
    if (sight->missed >= mda->config.attempts)
        return; /* too late to count as an answer to one of the attempts */
    hop->answered++;
    hop->answered_first += sight->missed == 0;
    hop->answered_last += sight->missed + 1U == mda->config.attempts;
}

static void see(struct mda *mda, unsigned ttl, uint32_t flow, struct mda_vertex *vertex, bool ended)
{
    struct mda_sight sight = mda_graph_sight(&mda->graph, ttl, flow);
    struct mda_sight before = mda_graph_sight(&mda->graph, ttl - 1, flow);
    bool came_so_far = before.state == MDA_SEEN && !before.ended;

    if (came_so_far)
        count_answered(mda, &mda->graph.hops[ttl], &sight);
    sight.vertex = vertex;
    sight.ended = ended;
    sight.state = ended && !came_so_far ? MDA_BEYOND : MDA_SEEN;
    mda_graph_set(&mda->graph, ttl, flow, sight);
}

/* Handles another answer to a flow that was answered before. If it comes from another vertex, flows are no
 * evidence at this hop any more. */
static void see_again(struct mda *mda, unsigned ttl, uint32_t flow, struct mda_vertex *vertex)
{
    struct mda_sight sight = mda_graph_sight(&mda->graph, ttl, flow);
    struct mda_sight before = mda_graph_sight(&mda->graph, ttl - 1, flow);
    struct mda_vertex *tester = before.state == MDA_SEEN ? mda_tester(mda, before.vertex) : NULL;

    if (tester && sight.vertex == vertex) {
        tester->repeats += tester->test_flow == flow + 1;
        return;
    }
    if (sight.vertex == vertex)
        return;
    mda->graph.hops[ttl].mixed = true;
    if (tester) {
        tester->per_packet = true;
        mda_graph_add_edge(&mda->graph, before.vertex, vertex);
    }
}

bool mda_take_answer(struct mda *mda, const struct answer *answer)
{
    unsigned ttl = answer->ttl;
    uint32_t flow = (uint32_t)answer->flow - mda->config.flow;
    struct mda_vertex *vertex;
    struct mda_sight sight;

    if (ttl < mda->config.first_ttl || ttl > mda->config.max_ttl || flow >= mda->graph.flows)
        return false;
    sight = mda_graph_sight(&mda->graph, ttl, flow);
    if (answer->query >= sight.sent)
        return false;
    mda_land(mda, ttl, flow, answer->query);
    vertex = mda_graph_vertex(&mda->graph, ttl, answer->responder);
    if (!vertex)
        return true;
    describe(&mda->graph.hops[ttl], vertex, answer);
    if (sight.state == MDA_SEEN && !sight.vertex->silent)
        see_again(mda, ttl, flow, vertex);
    else if (sight.state != MDA_BEYOND)
        see(mda, ttl, flow, vertex, answer_meaning(answer) != ANSWER_ON_THE_WAY);
    return true;
}
