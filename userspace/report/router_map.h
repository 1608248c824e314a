// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interfaces and links, from records in any order and of any number: what `hopwire interfaces` and `links` print.
 *
 *   router_map_add_record()…  ──> interfaces, at once
 *                      └─> sorted by path (output/record_sort.h) ──> router_map_find_links() ──> links
 *
 * What counts, output/map_part.h says; targets are among the interfaces here. Memory grows with interfaces and
 * links, and not with records.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address_numbers.h"
#include "base/u64_set.h"
#include "output/record.h"
#include "output/record_sort.h"

/* What is known of an interface, or of the far end of a link. */
struct map_facts {
    uint64_t count;      /* replies; of a link paths that it lies on */
    uint32_t min_rtt_us; /* RECORD_NO_RTT: not known */
    uint8_t min_ttl, max_ttl;
    bool transit;     /* it let a TTL expire */
    bool destination; /* it was reached as a target */
};

struct router_map {
    struct address_numbers interfaces;
    struct map_facts *interface_facts; /* by number */
    size_t interface_capacity;
    struct u64_set links;         /* number of the near end, number of the far one */
    struct map_facts *link_facts; /* by place in the set */
    size_t link_capacity;
    struct record_sort *sort; /* NULL: links are not asked for */
};

/* router_map_open(): with `memory` bytes, not 0, links are looked for, sorted in that memory and then in files in
 * `directory`. 0 or a negative errno; router_map_close() is right after both. */
int router_map_open(struct router_map *map, uint64_t memory, const char *directory);
void router_map_close(struct router_map *map);

/* router_map_add_record() takes a record; router_map_find_links() is called once all have come. 0 or a negative errno. */
int router_map_add_record(struct router_map *map, const struct record *record);
int router_map_find_links(struct router_map *map);

/* router_map_link_near() and router_map_link_far() are the numbers of the ends of a link. */
static inline uint32_t router_map_link_near(const struct router_map *map, size_t link)
{
    return (uint32_t)(map->links.keys[link] >> 32);
}

static inline uint32_t router_map_link_far(const struct router_map *map, size_t link)
{
    return (uint32_t)map->links.keys[link];
}

/* router_map_interface_order() has the numbers of all interfaces by address (base/address_order.h), router_map_link_order() the
 * places of all links by their near and far ends; to be freed by the caller. NULL when memory is short. */
uint32_t *router_map_interface_order(const struct router_map *map);
uint32_t *router_map_link_order(const struct router_map *map);
