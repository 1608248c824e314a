// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes in flight, and how long to wait for them. */
#include "base/clock.h"
#include "strategy/mda_state.h"

enum {
    /* However near a hop seems, routers sometimes answer this much later, as on a single path. */
    LEAST_WAIT_NS = 10000000,
};

/* Returns the RTT of the nearest later hop with a known one; 0: there is none. */
static uint64_t rtt_beyond(const struct mda_graph *graph, unsigned ttl)
{
    for (unsigned beyond = ttl + 1; beyond <= graph->max_ttl; beyond++)
        if (graph->hops[beyond].rtt_us)
            return graph->hops[beyond].rtt_us * NS_PER_US;
    return 0;
}

static uint64_t patience(const struct mda *mda, unsigned ttl)
{
    const struct path_patience *config = &mda->config.patience;
    uint64_t rtt = config->here > 0 ? mda->graph.hops[ttl].rtt_us * NS_PER_US : 0, shorter;
    double times = config->here;

    if (!rtt && config->near > 0) {
        rtt = rtt_beyond(&mda->graph, ttl);
        times = config->near;
    }
    if (!rtt)
        return config->wait_ns;
    shorter = (uint64_t)((double)rtt * times);
    if (shorter < LEAST_WAIT_NS)
        shorter = LEAST_WAIT_NS;
    return shorter < config->wait_ns ? shorter : config->wait_ns;
}

static uint64_t deadline(const struct mda *mda, const struct mda_flight *flight)
{
    return flight->sent_ns + patience(mda, flight->ttl);
}

uint64_t mda_next_deadline(const struct mda *mda)
{
    uint64_t first = UINT64_MAX;

    for (unsigned i = 0; i < mda->flight_count; i++) {
        uint64_t end = deadline(mda, &mda->flights[i]);

        first = end < first ? end : first;
    }
    return first;
}

/* Handles a probe that was not answered. */
static void give_up(struct mda *mda, const struct mda_flight *flight)
{
    struct mda_sight sight = mda_graph_sight(&mda->graph, flight->ttl, flight->flow);
    struct mda_sight before = mda_graph_sight(&mda->graph, flight->ttl - 1U, flight->flow);

    if (sight.missed < UINT8_MAX)
        sight.missed++;
    if (sight.state == MDA_WAITING) {
        sight.state = sight.missed >= mda->config.attempts ? MDA_LOST : MDA_MISSED;
        mda_graph_set(&mda->graph, flight->ttl, flight->flow, sight);
    } else if (flight->repeat && before.state == MDA_SEEN) {
        mda_tester(mda, before.vertex)->repeats_lost++;
    }
}

bool mda_expire(struct mda *mda, uint64_t now_ns)
{
    bool any = false;

    for (unsigned i = 0; i < mda->flight_count;) {
        struct mda_flight flight = mda->flights[i];

        if (deadline(mda, &flight) > now_ns) {
            i++;
            continue;
        }
        mda->flights[i] = mda->flights[--mda->flight_count];
        give_up(mda, &flight);
        any = true;
    }
    return any;
}

/* Removes a probe from those in flight. Returns false where it is not among them. */
static bool land(struct mda *mda, unsigned ttl, uint32_t flow, uint16_t query, struct mda_flight *landed)
{
    for (unsigned i = 0; i < mda->flight_count; i++) {
        *landed = mda->flights[i];
        if (landed->ttl == ttl && landed->flow == flow && landed->query == query) {
            mda->flights[i] = mda->flights[--mda->flight_count];
            return true;
        }
    }
    return false;
}

void mda_land(struct mda *mda, unsigned ttl, uint32_t flow, uint16_t query)
{
    struct mda_flight landed;

    land(mda, ttl, flow, query, &landed);
}

bool mda_give_up(struct mda *mda, unsigned ttl, uint32_t flow, uint16_t query)
{
    struct mda_flight landed;
    bool found = land(mda, ttl, flow, query, &landed);

    if (found)
        give_up(mda, &landed);
    return found;
}

unsigned mda_repeats_flying(const struct mda *mda, unsigned ttl, uint32_t flow)
{
    unsigned count = 0;

    for (unsigned i = 0; i < mda->flight_count; i++)
        count += mda->flights[i].repeat && mda->flights[i].ttl == ttl && mda->flights[i].flow == flow;
    return count;
}
