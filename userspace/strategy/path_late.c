// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers to probes of earlier rounds, which were given up: an RTT may be longer than any wait. */
#include <stdlib.h>

#include "base/clock.h"
#include "strategy/path_state.h"

static uint32_t *lost_before(const struct path *path, unsigned ttl, unsigned query)
{
    return &path->lost_before[(ttl - path->config.first_ttl) * path->config.queries + query];
}

static unsigned count_queries(const struct path *path)
{
    return (path->config.max_ttl - path->config.first_ttl + 1) * path->config.queries;
}

bool path_late_begin(struct path *path)
{
    path->lost_before = calloc(count_queries(path), sizeof(*path->lost_before));
    return path->lost_before;
}

void path_late_lost(struct path *path, struct flight flight)
{
    *lost_before(path, flight.ttl, flight.query) |= 1;
}

void path_late_answered(struct path *path, struct flight flight)
{
    *lost_before(path, flight.ttl, flight.query) &= ~1U;
}

void path_late_round_ended(struct path *path)
{
    for (unsigned i = 0; i < count_queries(path); i++)
        path->lost_before[i] <<= 1;
}

void path_forget_lost(struct path *path)
{
    for (unsigned i = 0; i < count_queries(path); i++)
        path->lost_before[i] = 0;
}

/* Numbers count through the rounds, so that the distance to the first one of the present round tells how many
 * rounds ago a probe left, and as which query of its hop. */
bool path_late_take(struct path *path, unsigned ttl, uint16_t number)
{
    unsigned queries = path->config.queries, numbers = (1U << 16) / queries * queries;
    unsigned back = (path_first_number(path) + numbers - number % numbers) % numbers;
    unsigned rounds = (back + queries - 1) / queries;

    if (rounds == 0 || rounds >= PATH_ROUNDS_REMEMBERED || ttl < path->config.first_ttl ||
        ttl > path->config.max_ttl)
        return false;

    uint32_t *bits = lost_before(path, ttl, rounds * queries - back), bit = 1U << rounds;
    bool lost = *bits & bit;

    *bits &= ~bit;
    return lost;
}
