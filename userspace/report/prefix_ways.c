// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/prefix_ways.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
    ways->walk_serial++;
    ways->target = target;
    ways->flow = flow;
}

static int make_room_for(struct prefix_ways *ways, uint32_t interface)
{
    size_t room = ways->met_room ? ways->met_room : 1024;
    uint64_t *met;

    if (interface < ways->met_room)
        return 0;
    while (room <= interface)
        room *= 2;
    met = reallocarray(ways->met, room, sizeof(*met));
    if (!met)
        return -ENOMEM;
    memset(met + ways->met_room, 0, (room - ways->met_room) * sizeof(*met));
    ways->met = met;
    ways->met_room = room;
    return 0;
}

/* Returns 1 if the walk meets this interface for the first time, 0 if not, or -ENOMEM. An interface met
 * before is in a loop, or is the target, which answers all probes with larger TTLs. */
static int meet(struct prefix_ways *ways, uint32_t interface)
{
    int error = make_room_for(ways, interface);

    if (error)
        return error;
    bool is_new = ways->met[interface] != ways->walk_serial;

    ways->met[interface] = ways->walk_serial;
    return is_new;
}

int prefix_ways_add(struct prefix_ways *ways, struct ways_hop hop)
{
    hop.walk = ways->walks - 1;
    if (!hop.ttl || hop.ttl > WAYS_TTL_MOST || ways->walks > WAYS_WALKS_MOST)
        return 0;
    int is_new = meet(ways, hop.interface);
    if (is_new <= 0)
        return is_new;
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
    free(ways->met);
    *ways = (struct prefix_ways){0};
}
