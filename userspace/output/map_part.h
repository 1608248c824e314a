// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reply adds to a map. The survey's own map, merged ones, what is read back of results, lists, reports
 * and score all ask here, so that they count the same:
 *
 *   interface   whoever let a probe's TTL expire, whether it has a target's address or not
 *   target      one that answered itself; no interface, but the end of a link
 *   link        two of these, not the same, that answered at consecutive TTLs of a path
 *
 * An answer after the first to its probe adds nothing, since who gives it need not be on the way at all; nor does
 * one that quotes the probe otherwise than it was sent. Other errors say nothing about which hop their sender is.
 */
#pragma once

#include "output/record.h"

enum map_part {
    MAP_NO_PART,
    MAP_INTERFACE,
    MAP_TARGET,
};

/* map_part_of() is what a record adds. */
static inline enum map_part map_part_of(const struct record *record)
{
    if (record->flags & (RECORD_REWRITTEN | RECORD_DUPLICATE))
        return MAP_NO_PART;
    if (record_is_of_hop(record))
        return MAP_INTERFACE;
    return record_reaches(record) ? MAP_TARGET : MAP_NO_PART;
}
