// SPDX-License-Identifier: GPL-2.0-or-later
/* What a map's records show about ways. Called instead of router_map_find_links() (router_map.h): after the
 * last record, and only once. */
#pragma once

#include "report/diamonds.h"
#include "report/router_map.h"

/* map_ways_diamonds() finds the diamonds of all prefixes; map_ways_all() treats all ways as those to one
 * prefix. Both return 0 or a negative errno. */
int map_ways_diamonds(struct router_map *map, struct diamonds *out);
int map_ways_all(struct router_map *map, struct prefix_ways *out);
