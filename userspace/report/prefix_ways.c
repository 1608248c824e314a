// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/prefix_ways.h"

#include <errno.h>
#include <stdlib.h>

#include "base/growing.h"
#include "target/prefix_list.h"

bool prefix_ways_take(const struct prefix_ways *ways, struct address target)
{
    const struct prefix prefix = {ways->target, prefix_ways_length(ways->target)};

    return !ways->walks || prefix_holds(prefix, target);
}

void prefix_ways_begin(struct prefix_ways *ways, struct address target, uint16_t flow)
{
    bool is_other = !ways->walks || !address_equal(ways->target, target);

    if (!is_other && ways->flow == flow)
        return;
    ways->targets += is_other;
    ways->walks++;
    ways->target = target;
    ways->flow = flow;
}

/* Whoever was met before is met in a loop, or is the target, which answers all that goes beyond it. */
static bool was_met(const struct prefix_ways *ways, uint32_t walk, uint32_t interface)
{
    for (size_t i = ways->count; i > 0 && ways->hops[i - 1].walk == walk; i--)
        if (ways->hops[i - 1].interface == interface)
            return true;
    return false;
}

int prefix_ways_add(struct prefix_ways *ways, struct ways_hop hop)
{
    hop.walk = ways->walks - 1;
    if (!hop.ttl || hop.ttl > WAYS_TTL_MOST || ways->walks > WAYS_WALKS_MOST ||
        was_met(ways, hop.walk, hop.interface))
        return 0;
    struct ways_hop *hops = growing_room(ways->hops, ways->count, &ways->capacity, sizeof(*hops));

    if (!hops)
        return -ENOMEM;
    ways->hops = hops;
    hops[ways->count++] = hop;
    return 0;
}

int prefix_ways_add_record(struct prefix_ways *ways, const struct record *record,
                           struct address_numbers *interfaces)
{
    struct ways_hop hop = {
        .rtt_us = record->rtt_us,
        .ttl = record->probe_ttl,
        .is_target = !record_is_of_hop(record),
    };

    if (record->round)
        return 0;
    prefix_ways_begin(ways, record->target_address, record->flow);
    int error = address_numbers_get(interfaces, record->responder, &hop.interface);

    return error ? error : prefix_ways_add(ways, hop);
}

void prefix_ways_clear(struct prefix_ways *ways)
{
    ways->count = 0;
    ways->walks = ways->targets = 0;
}

void prefix_ways_free(struct prefix_ways *ways)
{
    free(ways->hops);
    *ways = (struct prefix_ways){0};
}
