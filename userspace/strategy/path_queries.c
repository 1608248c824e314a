// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/path_queries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

int path_queries_init(struct path_queries *queries, unsigned first_ttl, unsigned max_ttl, unsigned per_hop)
{
    *queries = (struct path_queries){.first_ttl = first_ttl, .max_ttl = max_ttl, .per_hop = per_hop};
    queries->first = calloc((size_t)(max_ttl - first_ttl + 1) * per_hop, sizeof(*queries->first));
    return queries->first ? 0 : -ENOMEM;
}

void path_queries_free(struct path_queries *queries)
{
    free(queries->first);
    queries->first = NULL;
}

struct path_query *path_queries_at(const struct path_queries *queries, unsigned ttl, unsigned number)
{
    return &queries->first[(ttl - queries->first_ttl) * queries->per_hop + number];
}

void path_queries_forget(struct path_queries *queries, unsigned ttl)
{
    if (ttl <= queries->max_ttl)
        memset(path_queries_at(queries, ttl, 0), 0,
               (size_t)(queries->max_ttl - ttl + 1) * queries->per_hop * sizeof(*queries->first));
}

static bool is_settled(const struct path_query *query)
{
    return query->state == QUERY_ANSWERED || query->state == QUERY_LOST;
}

bool path_queries_settled(const struct path_queries *queries, unsigned ttl)
{
    for (unsigned i = 0; i < queries->per_hop; i++)
        if (!is_settled(path_queries_at(queries, ttl, i)))
            return false;
    return true;
}

bool path_queries_answered(const struct path_queries *queries, unsigned ttl)
{
    for (unsigned i = 0; i < queries->per_hop; i++)
        if (path_queries_at(queries, ttl, i)->state == QUERY_ANSWERED)
            return true;
    return false;
}

uint64_t path_queries_rtt_ns(const struct path_queries *queries, unsigned ttl)
{
    for (unsigned i = 0; i < queries->per_hop; i++) {
        const struct path_query *query = path_queries_at(queries, ttl, i);

        if (query->state == QUERY_ANSWERED && record_has_rtt(&query->record))
            return (query->record.rtt_us ? query->record.rtt_us : 1) * NS_PER_US;
    }
    return 0;
}

uint64_t path_queries_rtt_beyond_ns(const struct path_queries *queries, unsigned ttl, unsigned last_ttl)
{
    for (unsigned beyond = ttl + 1; beyond <= last_ttl; beyond++) {
        uint64_t rtt = path_queries_rtt_ns(queries, beyond);

        if (rtt)
            return rtt;
    }
    return 0;
}
