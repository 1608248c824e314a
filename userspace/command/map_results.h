// SPDX-License-Identifier: GPL-2.0-or-later
/* What `interfaces`, `links` and `names` share: making a map of results. */
#pragma once

#include <stdint.h>

#include "report/router_map.h"
#include "target/prefix_list.h"

struct map_options {
    uint64_t memory;           /* bytes */
    const struct prefix *only; /* targets; NULL: all */
};

enum map_wanted {
    MAP_INTERFACES,
    MAP_LINKS, /* in addition to interfaces */
    MAP_WAYS,  /* instead of links, for report/map_ways.h */
};

/* The columns needed for interfaces and links; `flags` excludes records that are not certain. */
#define MAP_RESULTS_COLUMNS "responder,target,flow,probe_ttl,icmp_type,icmp_code,flags"

enum {
    MAP_MEMORY = 1 << 30,
};

/* map_results() reads all of `paths`, up to a NULL, into `map`, as far as `wanted`. Returns an exit code,
 * after one line that begins with `command` if something is wrong. The map must be closed after any
 * outcome. */
int map_results(const char *command, const struct map_options *options, char **paths, enum map_wanted wanted,
                struct router_map *map);
