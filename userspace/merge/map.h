// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all parts have found together, from their records: interfaces, links, targets that answered, and when.
 * Parts alone cannot be added up: two have seen the same router, and a link's ends may be in two of them.
 *
 * What counts is what counts in a survey (engine/receiver.c): the first answer to a probe, unless it was
 * rewritten. Runs of a shard may have asked twice.
 */
#pragma once

#include "engine/plan.h"
#include "knowledge/answered.h"
#include "knowledge/graph.h"
#include "merge/part.h"
#include "survey/discovery.h"

struct map_memory {
    uint64_t links, interfaces, duplicates; /* bytes, as of a survey */
};

struct map {
    const struct plan *plan;
    struct graph *graph;
    struct graph_handle *handle;
    struct answered answered;
    uint64_t reached;
    unsigned unsettled;
    struct discovery discovery;
};

/* The columns that it is made from. */
#define MAP_COLUMNS "time_us,responder,target,flow,probe_ttl,icmp_type,icmp_code,flags"

/* map_open() makes one of the whole plan. 0 or -ENOMEM; map_close() is right after both. */
int map_open(struct map *map, const struct plan *plan, const struct map_memory *memory);
void map_close(struct map *map);

/* map_add() takes a record of a part. */
void map_add(struct map *map, const struct record *record);

/* map_note() adds a point to the curve: `us` after the first part began, by when `probes` had been sent.
 * map_end() counts what is left, and adds the last one. */
void map_note(struct map *map, uint64_t us, uint64_t probes);
void map_end(struct map *map, uint64_t us, uint64_t probes);
