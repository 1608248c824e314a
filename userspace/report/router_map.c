// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/router_map.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "base/growing.h"
#include "output/map_part.h"

enum {
    /* At one place of a path, where a balancer chooses by packet; more must be forged. */
    ANSWERS_MOST = 64,
};

int router_map_open(struct router_map *map, uint64_t memory, const char *directory)
{
    *map = (struct router_map){0};
    return memory ? record_sort_open(&map->sort, memory, directory) : 0;
}

void router_map_close(struct router_map *map)
{
    address_numbers_free(&map->interfaces);
    free(map->interface_facts);
    u64_set_free(&map->links);
    free(map->link_facts);
    record_sort_close(map->sort);
    *map = (struct router_map){0};
}

static void count(struct map_facts *facts, const struct record *record)
{
    facts->count++;
    if (record_has_rtt(record) && record->rtt_us < facts->min_rtt_us)
        facts->min_rtt_us = record->rtt_us;
    if (record->probe_ttl < facts->min_ttl)
        facts->min_ttl = record->probe_ttl;
    if (record->probe_ttl > facts->max_ttl)
        facts->max_ttl = record->probe_ttl;
}

/* Returns the facts of number `index`, which may be the next new one. */
static struct map_facts *facts_at(struct map_facts **list, size_t *capacity, size_t index, bool is_new)
{
    struct map_facts *larger = is_new ? growing_room(*list, index, capacity, sizeof(**list)) : *list;

    if (!larger)
        return NULL;
    *list = larger;
    if (is_new)
        larger[index] = (struct map_facts){.min_rtt_us = RECORD_NO_RTT, .min_ttl = UINT8_MAX};
    return &larger[index];
}

static int add_interface(struct router_map *map, const struct record *record, bool transit)
{
    size_t before = map->interfaces.count;
    uint32_t number;
    int error = address_numbers_get(&map->interfaces, record->responder, &number);
    struct map_facts *facts = error ? NULL
                                    : facts_at(&map->interface_facts, &map->interface_capacity, number,
                                               map->interfaces.count > before);

    if (!facts)
        return -ENOMEM;
    count(facts, record);
    facts->transit |= transit;
    facts->destination |= !transit;
    return 0;
}

int router_map_add_record(struct router_map *map, const struct record *record)
{
    enum map_part part = map_part_of(record);

    if (part == MAP_NO_PART)
        return 0;
    int error = add_interface(map, record, part == MAP_INTERFACE);

    return error || !map->sort ? error : record_sort_add(map->sort, record);
}

/* The responders at one TTL of a path. */
struct place {
    struct record records[ANSWERS_MOST];
    unsigned count;
};

static bool is_at(const struct place *place, const struct record *record, unsigned step)
{
    const struct record *first = place->records;

    return place->count && address_equal(first->target_address, record->target_address) &&
           first->flow == record->flow && first->round == record->round &&
           first->probe_ttl + step == record->probe_ttl;
}

static int add_link(struct router_map *map, uint32_t near, const struct record *far)
{
    uint64_t key = (uint64_t)near << 32;
    uint32_t number;
    size_t index;

    if (address_numbers_get(&map->interfaces, far->responder, &number))
        return -ENOMEM;
    key |= number;
    int added = u64_set_add(&map->links, key);

    if (added < 0 || !u64_set_find(&map->links, key, &index))
        return -ENOMEM;
    struct map_facts *facts = facts_at(&map->link_facts, &map->link_capacity, index, added == 1);

    if (!facts)
        return -ENOMEM;
    count(facts, far);
    facts->transit |= record_is_of_hop(far);
    facts->destination |= !record_is_of_hop(far);
    return 0;
}

/* Several responders may have answered at one place, because a path changed or packets alternate: each of
 * them counts. */
static int join(struct router_map *map, const struct place *near, const struct record *far)
{
    int error = 0;

    for (unsigned i = 0; i < near->count && !error; i++) {
        uint32_t number;

        if (address_equal(near->records[i].responder, far->responder))
            continue;
        error = address_numbers_get(&map->interfaces, near->records[i].responder, &number);
        error = error ? error : add_link(map, number, far);
    }
    return error;
}

static void keep(struct place *place, const struct record *record)
{
    if (place->count < ANSWERS_MOST)
        place->records[place->count++] = *record;
}

int router_map_find_links(struct router_map *map)
{
    struct place *near = calloc(2, sizeof(*near)), *here = near + 1;
    const struct record *record;
    int error = near ? 0 : -ENOMEM;
    struct place *places = near;

    while (!error && !(error = record_sort_next(map->sort, &record)) && record) {
        if (!is_at(here, record, 0)) {
            struct place *old = near;

            near = here;
            here = old;
            here->count = 0;
        }
        if (is_at(near, record, 1))
            error = join(map, near, record);
        keep(here, record);
    }
    free(places);
    return error;
}

static int compare_numbers(uint32_t a, uint32_t b, const struct router_map *map)
{
    return address_order(map->interfaces.addresses[a], map->interfaces.addresses[b]);
}

static int compare_interfaces(const void *left, const void *right, void *map)
{
    return compare_numbers(*(const uint32_t *)left, *(const uint32_t *)right, map);
}

static int compare_links(const void *left, const void *right, void *context)
{
    const struct router_map *map = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int order = compare_numbers(router_map_link_near(map, a), router_map_link_near(map, b), map);

    return order ? order : compare_numbers(router_map_link_far(map, a), router_map_link_far(map, b), map);
}

static uint32_t *ordered(const struct router_map *map, size_t count_of,
                         int (*compare)(const void *left, const void *right, void *map))
{
    uint32_t *order = malloc((count_of + 1) * sizeof(*order));

    for (size_t i = 0; order && i < count_of; i++)
        order[i] = (uint32_t)i;
    if (order)
        qsort_r(order, count_of, sizeof(*order), compare, (void *)(uintptr_t)map);
    return order;
}

uint32_t *router_map_interface_order(const struct router_map *map)
{
    return ordered(map, map->interfaces.count, compare_interfaces);
}

uint32_t *router_map_link_order(const struct router_map *map)
{
    return ordered(map, map->links.count, compare_links);
}
