// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interfaces and links, from any number of records in any order: what `hopwire interfaces` and `links` print.
 *
 *   router_map_add_record()…  ──> interfaces, at once
 *                      └─> sorted by path (output/record_sort.h) ──> router_map_find_links() ──> links
 *
 * output/map_part.h defines which records count; here targets are among the interfaces. Memory grows with
 * interfaces and links, not with records.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address_numbers.h"
#include "base/u64_set.h"
#include "output/record.h"
#include "output/record_sort.h"

/* The facts about an interface, or about the far end of a link. */
struct map_facts {
    uint64_t count;      /* replies; for a link, paths that include it */
    uint32_t min_rtt_us; /* RECORD_NO_RTT: unknown */
    uint8_t min_ttl, max_ttl;
    bool transit;     /* a TTL expired at it */
    bool destination; /* it was reached as a target */
};

struct router_map {
    struct address_numbers interfaces;
    struct map_facts *interface_facts; /* indexed by number */
    size_t interface_capacity;
    struct u64_set links;         /* number of the near end, number of the far end */
    struct map_facts *link_facts; /* indexed by place in the set */
    size_t link_capacity;
    struct record_sort *sort; /* NULL: links are not requested */
};

/* router_map_open() opens a map. If `memory` is not 0, links are found too: records are sorted in that many
 * bytes, and beyond them in files in `directory`. Returns 0 or a negative errno; router_map_close() may be
 * called after either. */
int router_map_open(struct router_map *map, uint64_t memory, const char *directory);
void router_map_close(struct router_map *map);

/* router_map_add_record() adds a record; router_map_find_links() is called after the last one. Both return 0
 * or a negative errno. */
int router_map_add_record(struct router_map *map, const struct record *record);
int router_map_find_links(struct router_map *map);

/* router_map_link_near() and router_map_link_far() return the numbers of the ends of a link. */
static inline uint32_t router_map_link_near(const struct router_map *map, size_t link)
{
    return (uint32_t)(map->links.keys[link] >> 32);
}

static inline uint32_t router_map_link_far(const struct router_map *map, size_t link)
{
    return (uint32_t)map->links.keys[link];
}

/* router_map_interface_order() returns the numbers of all interfaces, sorted by address
 * (base/address_order.h); router_map_link_order() the places of all links, sorted by near and far ends. The
 * caller frees them. NULL when memory is short. */
uint32_t *router_map_interface_order(const struct router_map *map);
uint32_t *router_map_link_order(const struct router_map *map);
