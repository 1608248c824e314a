// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/map.h"

#include <errno.h>

#include "base/clock.h"
#include "knowledge/graph_record.h"
#include "target/path.h"

enum {
    SECRET_OF_GRAPH = 0x6d6170, /* separates what is derived from the key */
    SETTLE_EVERY = 64,          /* replies per batch, as in a receiver */
};

int map_open(struct map *map, const struct plan *plan, const struct map_memory *memory)
{
    uint64_t targets = targets_count(plan->targets);
    const struct graph_config graph = {
        .paths = path_count(targets, plan->config.flows),
        .min_ttl = plan->config.min_ttl,
        .max_ttl = plan->config.max_ttl,
        .link_memory = memory->links,
        .interface_memory = memory->interfaces,
        .secret = siphash_u64(plan->config.layout.key, SECRET_OF_GRAPH),
    };

    *map = (struct map){.plan = plan, .graph = graph_create(&graph)};
    map->handle = map->graph ? graph_open(map->graph) : NULL;
    if (answered_init(&map->answered, targets, plan->config.flows, plan->config.max_ttl,
                      memory->duplicates) ||
        !map->handle)
        return -ENOMEM;
    return 0;
}

void map_close(struct map *map)
{
    graph_close(map->handle);
    graph_destroy(map->graph);
    answered_free(&map->answered);
    *map = (struct map){0};
}

static void settle(struct map *map)
{
    graph_settle(map->handle);
    map->unsettled = 0;
}

static bool is_of_survey(const struct map *map, const struct record *record, uint64_t *target)
{
    const struct plan_config *config = &map->plan->config;

    return record->probe_ttl >= config->min_ttl && record->probe_ttl <= config->max_ttl &&
           record->flow < config->flows &&
           targets_find_flow(map->plan->targets, record->target_address, record->flow, target);
}

void map_add(struct map *map, const struct record *record)
{
    uint64_t target, path;

    if (record->flags & (RECORD_DUPLICATE | RECORD_REWRITTEN) || !is_of_survey(map, record, &target))
        return;
    path = path_of(target, record->flow, map->plan->config.flows);
    if (answered_mark(&map->answered, path, record->probe_ttl) != ANSWER_FIRST)
        return;
    map->reached += record_reaches(record) && !answered_reach(&map->answered, target);
    graph_add_record(map->handle, path, record);
    if (++map->unsettled == SETTLE_EVERY)
        settle(map);
}

static struct discovery_point point_of(const struct map *map, uint64_t us, uint64_t probes)
{
    return (struct discovery_point){
        .ns = us * NS_PER_US,
        .probes = probes,
        .interfaces = graph_interfaces(map->graph),
        .links = graph_links(map->graph),
        .lost = DISCOVERY_LOST_UNKNOWN,
    };
}

void map_note(struct map *map, uint64_t us, uint64_t probes)
{
    settle(map);

    struct discovery_point point = point_of(map, us, probes);
    discovery_add(&map->discovery, &point);
}

void map_end(struct map *map, uint64_t us, uint64_t probes)
{
    settle(map);

    struct discovery_point point = point_of(map, us, probes);
    discovery_end(&map->discovery, &point);
}
