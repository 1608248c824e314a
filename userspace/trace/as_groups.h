// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The responders of one hop, grouped by the network that announces their addresses, because the routers that
 * balance load at a hop are mostly of one network. Groups are in the order of their first members.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "target/asn_table.h"

enum {
    AS_GROUPS_MAX = 16,
    AS_GROUPS_TEXT_SIZE = 1024,
};

struct as_groups {
    const struct asn_table *table;
    unsigned count;
    unsigned others; /* members whose groups found no room */
    uint64_t others_weight;
    struct as_group {
        char number[ASN_TEXT_SIZE];
        const char *asn; /* as asn_text() returns it; NULL: no network announces them */
        unsigned members;
        uint64_t weight; /* answers, or flows */
    } groups[AS_GROUPS_MAX];
};

/* as_groups_begin() begins with no group. `table` must outlive the groups. A group's `asn` may point into the
 * group itself: do not copy the struct. */
void as_groups_begin(struct as_groups *self, const struct asn_table *table);

/* as_groups_add() adds one responder. as_groups_find() returns the index of an address's group, or
 * AS_GROUPS_MAX where no group has it. */
void as_groups_add(struct as_groups *self, struct address address, uint64_t weight);
unsigned as_groups_find(const struct as_groups *self, struct address address);

/* as_groups_text() writes "AS64496: 3 routers, AS64511: 1 router, AS???: 1 router" and returns `text`. */
const char *as_groups_text(const struct as_groups *self, char text[AS_GROUPS_TEXT_SIZE]);

/* as_groups_json() returns an array of {"asn": "64496", "routers": 3, WEIGHT: 60}, owned by the caller. `asn`
 * is null where no network announces the addresses. The last object has the asn "others", for members whose
 * groups found no room. Returns NULL when memory is short. */
json_t *as_groups_json(const struct as_groups *self, const char *weight);
