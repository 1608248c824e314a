// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/total.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/version.h"
#include "output/json_value.h"

static json_t *part_json(const struct part *part)
{
    json_t *told = json_incref(part->told);

    json_object_set_new(told, "results", json_bytes(part->path));
    json_object_set_new(told, "written", json_integer((json_int_t)part->ledger.written));
    return told;
}

static json_t *merged_json(const struct part *parts, size_t count, const struct gaps *gaps)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < count; i++)
        json_array_append_new(list, part_json(&parts[i]));
    return json_pack("{s:I, s:O, s:o}", "shards", (json_int_t)parts[0].shard.of, "missing", gaps->shards,
                     "parts", list);
}

static bool have_keys_of_their_own(const struct part *parts, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (memcmp(&parts[i].key, &parts[0].key, sizeof(parts[0].key)) != 0)
            return true;
    return false;
}

static void add_counters(json_t *sum, const json_t *counters)
{
    const json_t *value;
    const char *key;

    json_object_foreach((json_t *)(uintptr_t)counters, key, value)
    {
        json_int_t before = json_integer_value(json_object_get(sum, key));

        if (json_is_integer(value))
            json_object_set_new(sum, key, json_integer(before + json_integer_value(value)));
    }
}

/* The parts share one world, but each part counted with a router of its own. */
static json_t *sim_json(const json_t *sim, const struct part *parts, size_t count)
{
    json_t *copy = sim ? json_copy((json_t *)(uintptr_t)sim) : NULL, *sum = copy ? json_object() : NULL;

    for (size_t i = 0; sum && i < count; i++)
        add_counters(sum, parts[i].sim_counters);
    if (sum)
        json_object_set_new(copy, "counters", sum);
    return copy;
}

/* Removes what describes a single host and its share of the run. */
static void leave_out_hosts(struct survey_metadata *metadata)
{
    metadata->host = metadata->nic = metadata->driver = metadata->kernel = metadata->xdp_mode = NULL;
    metadata->directory = metadata->tx = metadata->tx_auto = NULL;
    memset(metadata->gateway_mac, 0, sizeof(metadata->gateway_mac));
    metadata->vlan = 0;
    metadata->cpus = (struct cpu_list){0};
    metadata->files = metadata->outputs = metadata->parts = NULL;
    metadata->resumed = 0;
    metadata->ways = metadata->receiving = metadata->gentle = metadata->control = metadata->limited = NULL;
    metadata->auto_rate = metadata->back_pressure = NULL;
    metadata->device_difference = metadata->device_sent = metadata->outages = NULL;
}

/* Adds up the shards. If a shard took several runs, each has `probes`, `asked_rate` and `threads` of the shard:
 * those of the last run count. */
static void add_up(struct survey_metadata *metadata, const struct part *parts, size_t count)
{
    uint64_t probes = 0;

    metadata->ledger = (struct ledger){0};
    metadata->asked_rate = 0;
    metadata->threads = 0;
    metadata->end_us = 0;
    for (size_t i = 0; i < count; i++) {
        const struct part *part = &parts[i];
        bool last_of_shard = i + 1 == count || parts[i + 1].shard.index != part->shard.index;

        ledger_add(&metadata->ledger, &part->ledger);
        if (part->start_us < metadata->start_us)
            metadata->start_us = part->start_us;
        if (part->end_us > metadata->end_us)
            metadata->end_us = part->end_us;
        if (!last_of_shard)
            continue;
        probes += part->probes;
        metadata->asked_rate += part->asked_rate;
        metadata->threads += metadata->threads + part->threads <= CPU_LIST_MAX ? part->threads : 0;
    }
    metadata->probes = probes;
}

static void take_findings(struct survey_metadata *metadata, const struct map *map)
{
    const struct graph *graph = map->graph;

    metadata->graph = (struct metadata_graph){
        .interfaces = graph_interfaces(graph),
        .links = graph_links(graph),
        .ipv6_interfaces = graph_ipv6_interfaces(graph),
        .ipv6_links = graph_ipv6_links(graph),
        .interfaces_complete = graph_interfaces_complete(graph),
        .links_complete = graph_links_complete(graph),
    };
    metadata->reached = map->reached;
    metadata->discovery = discovery_json(&map->discovery);
}

static double achieved_rate(const struct survey_metadata *metadata)
{
    double us = (double)(metadata->end_us - metadata->start_us);

    return metadata->end_us > metadata->start_us ? (double)metadata->ledger.sent / us * (double)US_PER_S : 0;
}

int total_make(struct survey_metadata *metadata, const struct part *parts, size_t count,
               const struct map *map, const struct gaps *gaps)
{
    metadata->schema = METADATA_SCHEMA;
    metadata->version = hopwire_version();
    metadata->shard = (struct shard){0};
    metadata->requires.shards = false;
    metadata->requires.merged = have_keys_of_their_own(parts, count);
    leave_out_hosts(metadata);
    add_up(metadata, parts, count);
    take_findings(metadata, map);
    metadata->ended = true;
    if (!metadata->end_us)
        metadata->end_us = metadata->start_us;
    metadata->achieved_rate = achieved_rate(metadata);
    metadata->state = gaps->count ? SURVEY_STOPPED : SURVEY_FINISHED;
    metadata->stopped = gaps->count ? "incomplete" : NULL;
    metadata->merged = merged_json(parts, count, gaps);
    metadata->sim = sim_json(metadata->sim, parts, count);
    return metadata->merged && metadata->discovery ? 0 : -ENOMEM;
}

void total_free(struct survey_metadata *metadata)
{
    json_decref(metadata->merged);
    json_decref(metadata->discovery);
    json_decref(metadata->sim);
    metadata->merged = metadata->discovery = metadata->sim = NULL;
}
