// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/map_ways.h"

int map_ways_diamonds(struct router_map *map, struct diamonds *out)
{
    const struct record *record;
    struct prefix_ways ways = {0};
    int error = 0;

    while (!error && !(error = record_sort_next(map->sort, &record)) && record) {
        if (!prefix_ways_take(&ways, record->target_address))
            error = diamonds_add(out, &ways);
        if (!error)
            error = prefix_ways_add_record(&ways, record, &map->interfaces);
    }
    if (!error)
        error = diamonds_add(out, &ways);
    if (!error)
        diamonds_end(out);
    prefix_ways_free(&ways);
    return error;
}

int map_ways_all(struct router_map *map, struct prefix_ways *out)
{
    const struct record *record;
    int error = 0;

    while (!error && !(error = record_sort_next(map->sort, &record)) && record)
        error = prefix_ways_add_record(out, record, &map->interfaces);
    return error;
}
