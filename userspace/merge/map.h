// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all parts have found together, from their records: interfaces, links, targets that answered, and when.
 * The parts' counts cannot be added: two parts may have seen the same router, and the two ends of a link may
 * be in different parts.
 *
 * The same answers count as in a survey (engine/receiver.c): the first answer to a probe, unless it was
 * rewritten. Two runs of a shard may have sent the same probe.
 */
#pragma once

#include "engine/plan.h"
#include "knowledge/answered.h"
#include "knowledge/graph.h"
#include "merge/part.h"
#include "survey/discovery.h"

struct map_memory {
    uint64_t links, interfaces, duplicates; /* bytes, as for a survey */
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

/* The columns that the map is made from. */
#define MAP_COLUMNS "time_us,responder,target,flow,probe_ttl,icmp_type,icmp_code,flags"

/* map_open() makes a map for the whole plan. Returns 0 or -ENOMEM; map_close() may be called after either. */
int map_open(struct map *map, const struct plan *plan, const struct map_memory *memory);
void map_close(struct map *map);

/* map_add() adds a record of a part. */
void map_add(struct map *map, const struct record *record);

/* map_note() adds a point to the curve: `us` microseconds after the start of the first part, `probes` had
 * been sent. map_end() counts what is left, and adds the last point. */
void map_note(struct map *map, uint64_t us, uint64_t probes);
void map_end(struct map *map, uint64_t us, uint64_t probes);
