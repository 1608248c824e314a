// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides how long to wait for the answer to a probe. */
#include "base/clock.h"
#include "strategy/path_state.h"

enum {
    /* However near a hop seems, routers sometimes answer this much later (traceroute has the same limit). */
    LEAST_WAIT_NS = 10000000,
};

/* An answer may have come after its probe was given up. With a quarter more than it took, the next one comes in
 * time. */
static uint64_t usual_wait(const struct path *path)
{
    uint64_t wait = path->config.patience.wait_ns, enough = path->slowest_ns / 4 * 5;

    if (!path->config.patience.grows || enough < wait)
        return wait;
    return enough < 2 * wait ? enough : 2 * wait;
}

/* A hop that was silent for a whole round must not make all later rounds longer than their period. */
static uint64_t longest_wait(const struct path *path, unsigned ttl)
{
    uint64_t wait =
        path->config.period_ns > 2 * path->slowest_ns ? path->config.period_ns : 2 * path->slowest_ns;
    uint64_t usual = usual_wait(path);

    return path->silent_before >> (ttl - 1) & 1 && wait < usual ? wait : usual;
}

static uint64_t patience(const struct path *path, unsigned ttl)
{
    const struct path_patience *config = &path->config.patience;
    uint64_t rtt = config->here > 0 ? path_queries_rtt_ns(&path->queries, ttl) : 0;
    double times = config->here;

    if (!rtt && config->near > 0) {
        rtt = path_queries_rtt_beyond_ns(&path->queries, ttl, path->length);
        times = config->near;
    }
    if (!rtt)
        return longest_wait(path, ttl);

    uint64_t shorter = (uint64_t)((double)rtt * times), longest = longest_wait(path, ttl);
    if (shorter < LEAST_WAIT_NS)
        shorter = LEAST_WAIT_NS;
    return shorter < longest ? shorter : longest;
}

uint64_t path_flight_deadline(const struct path *path, struct flight flight)
{
    return path_flight_query(path, flight)->sent_ns + patience(path, flight.ttl);
}
