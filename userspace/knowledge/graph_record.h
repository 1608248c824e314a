// SPDX-License-Identifier: GPL-2.0-or-later
/* Adds records to the map: of replies that have just come, or that are read back. */
#pragma once

#include "knowledge/graph.h"
#include "output/map_part.h"

/* graph_add_record() adds the record of a reply of `path` by graph_add(), if it is part of a map. */
static inline void graph_add_record(struct graph_handle *handle, uint64_t path, const struct record *record)
{
    enum map_part part = map_part_of(record);

    if (part != MAP_NO_PART)
        graph_add(handle, path, record->probe_ttl, record->responder,
                  part == MAP_INTERFACE ? HOP_INTERFACE : HOP_TARGET);
}
