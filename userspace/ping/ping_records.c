// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_records.h"

#include <stdlib.h>

#include "ping/ping.h"

bool ping_records_add(struct ping_records *records, const struct record *record)
{
    if (records->count == records->room) {
        size_t room = records->room ? 2 * records->room : 4;
        struct record *list = realloc(records->list, room * sizeof(*list));

        if (!list)
            return false;
        records->list = list;
        records->room = room;
    }
    records->list[records->count++] = *record;
    return true;
}

bool ping_records_full(const struct ping_records *records)
{
    return records->count >= PING_RECORDS_MOST;
}

void ping_records_free(struct ping_records *records)
{
    free(records->list);
    *records = (struct ping_records){0};
}

struct record ping_lost_record(const struct ping_config *config, const struct host *host, uint64_t sequence)
{
    const struct layout_pair pair = layout_pair_of(&config->layout);

    return (struct record){
        .target_address = host->address,
        .source = host->source,
        .rtt_us = RECORD_NO_RTT,
        .flags = RECORD_UNANSWERED,
        .probe_ttl = config->ttl,
        .protocol = layout_of_family(&pair, address_family(host->address))->layout->protocol,
        .dst_port = config->layout.port,
        .probe_size = host->size,
        .quoted_tos = RECORD_NO_TOS,
        .round = (uint16_t)sequence,
    };
}
