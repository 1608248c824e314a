// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_round.h"

static void add_responder(struct round_hop *hop, struct address responder)
{
    for (unsigned i = 0; i < hop->count; i++)
        if (address_equal(hop->responders[i], responder))
            return;
    hop->responders[hop->count++] = responder;
}

static void add_target_answer(struct path_round *round, const struct record *record)
{
    round->target_answers++;
    if (record_has_rtt(record) && record->rtt_us && (!round->rtt_us || record->rtt_us < round->rtt_us))
        round->rtt_us = record->rtt_us;
}

static void read_hop(const struct path *path, unsigned ttl, struct path_round *round)
{
    for (unsigned i = 0; i < round->queries; i++) {
        const struct path_query *query = path_query(path, ttl, i);

        if (query->state != QUERY_ANSWERED)
            continue;
        add_responder(&round->hops[ttl], query->record.responder);
        if (ttl == round->target_ttl && query->meaning == ANSWER_ARRIVED)
            add_target_answer(round, &query->record);
    }
}

void path_round_read(const struct path *path, struct path_round *round)
{
    const struct path_config *config = path_config(path);

    *round = (struct path_round){
        .first_ttl = config->first_ttl,
        .length = path_length(path),
        .target_ttl = path_reached(path) ? path_length(path) : 0,
        .queries = config->queries,
    };
    for (unsigned ttl = round->first_ttl; ttl <= round->length; ttl++)
        read_hop(path, ttl, round);
}
