// SPDX-License-Identifier: GPL-2.0-or-later
/* What `interfaces`, `links` and `names` share: results that become a map. */
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
    MAP_LINKS, /* too */
    MAP_WAYS,  /* in place of links, for report/map_ways.h */
};

/* The columns that tell interfaces and links; `flags` leaves out what is not certain. */
#define MAP_RESULTS_COLUMNS "responder,target,flow,probe_ttl,icmp_type,icmp_code,flags"

enum {
    MAP_MEMORY = 1 << 30,
};

/* map_results() reads all of `paths`, up to a NULL, into `map`, as far as it is wanted. An exit code, after one line that begins
 * with `command` where something is wrong. The map is to be closed after every outcome. */
int map_results(const char *command, const struct map_options *options, char **paths, enum map_wanted wanted,
                struct router_map *map);
