// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Defines what a reply adds to a map. The survey's own map, merged maps, results read again, lists, reports
 * and scores all use it, so that they count the same things:
 *
 *   interface   a router that let a probe's TTL expire, even with a target's address
 *   target      a target that answered itself; no interface, but the end of a link
 *   link        two different ones of these that answered at consecutive TTLs of a path
 *
 * Only the first answer to a probe counts, because senders of later ones need not be on the path at all. An
 * answer that quotes the probe differently from what was sent adds nothing. Other errors do not show which
 * hop their sender is.
 */
#pragma once

#include "output/record.h"

enum map_part {
    MAP_NO_PART,
    MAP_INTERFACE,
    MAP_TARGET,
};

/* map_part_of() returns what a record adds. */
static inline enum map_part map_part_of(const struct record *record)
{
    if (record->flags & (RECORD_REWRITTEN | RECORD_DUPLICATE))
        return MAP_NO_PART;
    if (record_is_of_hop(record))
        return MAP_INTERFACE;
    return record_reaches(record) ? MAP_TARGET : MAP_NO_PART;
}
