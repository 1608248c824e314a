// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides where a path ends, as far as it is known. */
#include "strategy/path_state.h"

/* Returns true if this address has answered as a router of the path, too. */
static bool is_router(const struct path *path, struct address address)
{
    for (unsigned ttl = path->config.first_ttl; ttl <= path->length; ttl++)
        for (unsigned i = 0; i < path->config.queries; i++) {
            const struct path_query *query = path_query(path, ttl, i);

            if (query->state == QUERY_ANSWERED && query->meaning == ANSWER_ON_THE_WAY &&
                address_equal(query->record.responder, address))
                return true;
        }
    return false;
}

static enum answer_meaning judge(const struct path *path, enum answer_meaning meaning, bool from_target,
                                 struct address responder)
{
    bool of_router = meaning == ANSWER_ARRIVED && !from_target && is_router(path, responder);

    return of_router ? ANSWER_REFUSED : meaning;
}

enum answer_meaning path_meaning(const struct path *path, const struct path_query *query)
{
    return judge(path, query->meaning, query->from_target, query->record.responder);
}

enum answer_meaning path_answer_meaning(const struct path *path, const struct answer *answer)
{
    return judge(path, answer_meaning(answer), answer->from_target, answer->responder);
}

bool path_reached(const struct path *path)
{
    for (unsigned i = 0; i < path->config.queries && path->reached; i++) {
        const struct path_query *query = path_query(path, path->length, i);

        if (query->state == QUERY_ANSWERED && answer_reached(path_meaning(path, query)))
            return true;
    }
    return false;
}

/* Nothing beyond the end belongs to the path. Probes in flight there are not waited for. If the path turns
 * out to be longer, all queries there begin again. */
void path_set_length(struct path *path, unsigned length)
{
    unsigned kept = 0;

    path->length = length;
    for (unsigned i = 0; i < path->flights; i++)
        if (path->flight[i].ttl <= length)
            path->flight[kept++] = path->flight[i];
    path->flights = kept;
    if (path->next_ttl <= length)
        return;
    path_queries_forget(&path->queries, length + 1);
    path->next_ttl = length + 1;
    path->next_query = 0;
}

/* Ends the path where `gap_limit` hops in a row were given up and no later hop has answered. */
void path_look_for_gap(struct path *path)
{
    unsigned begin = path->config.first_ttl;

    for (unsigned ttl = begin; ttl <= path->length; ttl++)
        if (path_queries_answered(&path->queries, ttl))
            begin = ttl + 1;
    if (!path->config.gap_limit)
        return;
    for (unsigned ttl = begin; ttl <= path->length && path_hop_settled(path, ttl); ttl++)
        if (ttl - begin + 1 == path->config.gap_limit) {
            path_set_length(path, ttl);
            return;
        }
}

void path_learn_distance(struct path *path, unsigned ttl, enum answer_meaning meaning)
{
    if (answer_reached(meaning))
        path->reached = true;
    if (meaning != ANSWER_ON_THE_WAY)
        path_set_length(path, ttl);
    else if (ttl == path->length && !path->reached)
        path->length = path->config.max_ttl; /* the target is no longer where it was in the last round */
}
