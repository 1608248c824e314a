// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who answers at one hop, by the network that announces their addresses: what balances load is mostly many routers of one network. Groups
 * stand in the order of their first members.
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
    unsigned others; /* members for whose groups there was no room */
    uint64_t others_weight;
    struct as_group {
        char number[ASN_TEXT_SIZE];
        const char *asn; /* as of asn_text(); NULL: nobody announces them */
        unsigned members;
        uint64_t weight; /* answers, or flows */
    } groups[AS_GROUPS_MAX];
};

/* as_groups_begin() begins with none, `table` lasting as long. Groups stay where they are: they are not copied. */
void as_groups_begin(struct as_groups *self, const struct asn_table *table);

/* as_groups_add() adds one who answers. as_groups_find() is the number of an address's group; AS_GROUPS_MAX: none has it. */
void as_groups_add(struct as_groups *self, struct address address, uint64_t weight);
unsigned as_groups_find(const struct as_groups *self, struct address address);

/* as_groups_text() writes "AS64496: 3 routers, AS64511: 1 router, AS???: 1 router" and returns `text`. */
const char *as_groups_text(const struct as_groups *self, char text[AS_GROUPS_TEXT_SIZE]);

/* as_groups_json() is an array of {"asn": "64496", "routers": 3, WEIGHT: 60}, the caller's, with null for nobody, and "others", the
 * last, for those for whose groups there was no room; NULL when memory is short. */
json_t *as_groups_json(const struct as_groups *self, const char *weight);
