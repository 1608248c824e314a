// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decides about unanswered probes: were they lost, or did they meet a router that does not answer?
 *
 * If no flow behind a node was answered, the next hop is silent. Then as many flows as the stopping rule
 * wants are sent only once each. One of them is sent more often, over a longer time than a burst of losses
 * lasts; all of them, if so many probes are lost elsewhere that one is not enough. If other flows were
 * answered, each unanswered one is sent again. Then a silent vertex is assumed, too, if so many flows cannot
 * have been lost. The rate of losses is measured on the flows that were answered in the end. As more becomes
 * known, an assumption may be withdrawn.
 */
#include <math.h>

#include "strategy/mda_plan.h"

/* Probability of taking loss for a silent vertex, at each look. Lower, and silent vertices among others
 * are found later, or never. */
#define UNLIKELY 1e-3
/* A silent vertex is withdrawn if loss explains it with this probability after all. */
#define LIKELY 0.05

/* A hop with a higher loss than this limits its answers: measured lossy paths stay below it. */
#define LIMITED 0.3
enum {
    LIMITED_LEAST = 4, /* answered flows that are needed for this conclusion */
};

/* Answered flows that are added to the measured ones, because no loss among a few flows does not mean that
 * none is possible. */
#define DOUBT_LOSS 2.0

/* Returns the share of probes that are lost. A flow that needs i probes of at most n does so with
 * probability proportional to p^(i-1). So p is the ratio of the number of flows that needed 2 … n probes
 * to the number that needed 1 … n-1. */
static double loss_rate(const struct mda_hop *hop, double made_up)
{
    double again = hop->answered - hop->answered_first, not_last = hop->answered - hop->answered_last;

    return not_last + made_up > 0 ? fmin((again + made_up) / (not_last + made_up), 1) : again > 0;
}

static double loss_everywhere(const struct mda_graph *graph, double made_up)
{
    struct mda_hop all = {.answered = 0};

    for (unsigned i = graph->first_ttl; i <= graph->max_ttl; i++) {
        all.answered += graph->hops[i].answered;
        all.answered_first += graph->hops[i].answered_first;
        all.answered_last += graph->hops[i].answered_last;
    }
    return loss_rate(&all, made_up);
}

bool mda_hop_is_limited(const struct mda_hop *hop)
{
    return hop->answered >= LIMITED_LEAST && loss_rate(hop, 0) > LIMITED;
}

/* Returns the loss at the hop itself or everywhere, whichever is higher. Where answers are limited,
 * returns 1: losses come in rows there, so a probability has no meaning. */
static double loss(const struct mda_graph *graph, unsigned ttl, double made_up)
{
    const struct mda_hop *hop = &graph->hops[ttl];

    return mda_hop_is_limited(hop) ? 1 : fmax(loss_everywhere(graph, made_up), loss_rate(hop, made_up));
}

/* Returns the probability that at least `lost` flows are lost where `expected` are lost on average: a sum
 * of the Poisson distribution. */
static double at_least(uint32_t lost, double expected)
{
    double term = exp(-expected), below = 0;

    for (uint32_t i = 0; i < lost; i++) {
        below += term;
        term *= expected / (i + 1);
    }
    return 1 - below;
}

/* Returns the probability that so many flows through the node, or more, were lost. */
static double chance(const struct mda *mda, const struct mda_node *node, uint32_t lost)
{
    double each = pow(loss(&mda->graph, node->ttl + 1, DOUBT_LOSS), mda->config.attempts);

    return at_least(lost, each * (node->after[MDA_LOST] + node->after[MDA_SEEN]));
}

/* Assigns all flows with one state at the next hop to the silent vertex there. */
static void give_to_silence(struct mda_plan *plan, const struct mda_node *node, enum mda_sight_state state)
{
    struct mda_graph *graph = &plan->mda->graph;
    struct mda_vertex *silent = mda_graph_silent(graph, node->leader);
    uint32_t position = 0, flow;

    while (silent && (flow = mda_node_find(plan->mda, node, state, &position)) != MDA_NO_FLOW) {
        struct mda_sight sight = mda_graph_sight(graph, node->ttl + 1, flow);

        sight.vertex = silent;
        sight.state = MDA_SEEN;
        mda_graph_set(graph, node->ttl + 1, flow, sight);
        plan->changed = true;
    }
}

/* Returns the number of the node's flows that are assigned to silence. */
static uint32_t silent_flows(const struct mda *mda, const struct mda_node *node)
{
    uint32_t position = 0, flow, count = 0;

    while ((flow = mda_node_find(mda, node, MDA_SEEN, &position)) != MDA_NO_FLOW)
        count += mda_graph_sight(&mda->graph, node->ttl + 1, flow).vertex->silent;
    return count;
}

/* Called when other flows are answered. Takes back flows that were assigned to silence after too few
 * probes, or all of them. */
static void doubt_silence(struct mda_plan *plan, const struct mda_node *node, bool all)
{
    struct mda_graph *graph = &plan->mda->graph;
    uint32_t position = 0, flow;

    while ((flow = mda_node_find(plan->mda, node, MDA_SEEN, &position)) != MDA_NO_FLOW) {
        struct mda_sight sight = mda_graph_sight(graph, node->ttl + 1, flow);
        bool is_due = sight.missed < plan->mda->config.attempts;

        if (!sight.vertex->silent || (!is_due && !all))
            continue;
        sight.vertex = NULL;
        sight.state = is_due ? MDA_MISSED : MDA_LOST;
        mda_graph_set(graph, node->ttl + 1, flow, sight);
        plan->changed = true;
    }
}

/* Sends up to `most` unanswered flows again. */
static void ask_again(struct mda_plan *plan, const struct mda_node *node, unsigned most)
{
    uint32_t position = 0, flow;

    while (most-- && (flow = mda_node_find(plan->mda, node, MDA_MISSED, &position)) != MDA_NO_FLOW)
        if (!mda_plan_probe(plan, node->ttl + 1, flow))
            return;
}

/* Returns the probability that all probes behind the node were lost. */
static double chance_of_nothing(const struct mda *mda, const struct mda_node *node)
{
    static const enum mda_sight_state states[] = {MDA_MISSED, MDA_LOST, MDA_SEEN};
    unsigned missed = 0;

    for (unsigned i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        uint32_t position = 0, flow;

        while ((flow = mda_node_find(mda, node, states[i], &position)) != MDA_NO_FLOW)
            missed += mda_graph_sight(&mda->graph, node->ttl + 1, flow).missed;
    }
    return pow(loss(&mda->graph, node->ttl + 1, 0), missed);
}

/* Called where no flow was answered, and enough flows were sent. */
static void judge_silence(struct mda_plan *plan, const struct mda_node *node)
{
    double chance_of_loss = chance_of_nothing(plan->mda, node);

    if (node->silent_next_hops ? chance_of_loss > LIKELY : chance_of_loss > UNLIKELY) {
        doubt_silence(plan, node, true);
        ask_again(plan, node, node->after[MDA_MISSED]);
        node->leader->incomplete = true; /* unless one of these is answered */
    } else if (!node->silent_next_hops && !node->after[MDA_LOST]) {
        ask_again(plan, node, 1);
    } else {
        give_to_silence(plan, node, MDA_MISSED);
        give_to_silence(plan, node, MDA_LOST);
    }
}

/* Called where other flows are answered: decides whether the rest was lost, or met a silent vertex. */
static void judge_loss(struct mda_plan *plan, const struct mda_node *node)
{
    uint32_t lost = node->after[MDA_LOST], silent = 0;

    if (node->silent_next_hops) {
        silent = silent_flows(plan->mda, node);
        doubt_silence(plan, node, chance(plan->mda, node, lost + silent) > LIKELY);
    }
    if (!plan->changed && lost && (silent || chance(plan->mda, node, lost) < UNLIKELY))
        give_to_silence(plan, node, MDA_LOST);
}

void mda_plan_silence(struct mda_plan *plan, const struct mda_node *node, unsigned least)
{
    uint32_t unanswered = node->after[MDA_MISSED] + node->after[MDA_LOST];

    if (node->next_hops > node->silent_next_hops) {
        ask_again(plan, node, node->after[MDA_MISSED]);
        judge_loss(plan, node);
    } else if (node->silent_next_hops || (unanswered >= least && !node->after[MDA_WAITING])) {
        judge_silence(plan, node);
    }
}
