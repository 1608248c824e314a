// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ways to one IPv4 /24 or IPv6 /48, from its walks, and where they part and meet again. A walk is the
 * sequence of interfaces that one flow to one target met. Balancers may also choose by address, so walks to
 * all targets of a prefix are combined.
 *
 *     TTL   1 2 3 4 5
 *   walk 0  A B D F G     a diamond from A to F: width 2, length 3, shortest way 2
 *   walk 1  A C F G
 *   walk 2  A * D F G     silence contradicts nothing
 *
 * A *diamond* is between two consecutive interfaces that all walks meet, if some hop between them has several
 * interfaces. Its width is the largest number of interfaces at one hop, its length is the number of hops of
 * the longest way (Augustin, Friedman and Teixeira, "Measuring load-balanced paths in the Internet", IMC
 * 2007).
 *
 * All walks meet an interface if no walk met other interfaces at all TTLs at which it was seen. A silent hop
 * is no interface: it makes ways longer but never wider, and no diamond begins or ends there. If a prefix has
 * several targets, targets are no interfaces either.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_numbers.h"
#include "output/record.h"

enum {
    WAYS_IPV4_LENGTH = 24,
    WAYS_IPV6_LENGTH = 48,
    /* Hops beyond this TTL are ignored: TTLs are bits of a word, with one before all and one behind. */
    WAYS_TTL_MOST = 62,
    WAYS_WALKS_MOST = 1 << 16, /* 256 flows to each host of a /24; further ones are ignored */
};

/* An interface at the hop where a walk met it first. */
struct ways_hop {
    uint32_t walk, interface; /* numbers; walks are counted from 0 */
    uint32_t rtt_us;          /* RECORD_NO_RTT: unknown */
    uint8_t ttl;
    bool is_target;
};

struct prefix_ways {
    struct ways_hop *hops; /* sorted by walk and TTL */
    size_t count, capacity;
    uint32_t walks, targets;
    uint64_t walk_serial; /* of the last walk, counted over all prefixes from 1 */
    uint64_t *met;        /* by interface: serial of the last walk that met it */
    size_t met_room;
    struct address target; /* of the last walk */
    uint16_t flow;
};

/* prefix_ways_begin() begins a walk, unless the last walk has this target and flow. prefix_ways_add() adds a
 * hop to it, in the order of TTLs; hops beyond WAYS_TTL_MOST are ignored. Returns 0 or -ENOMEM. */
void prefix_ways_begin(struct prefix_ways *ways, struct address target, uint16_t flow);
int prefix_ways_add(struct prefix_ways *ways, struct ways_hop hop);

/* prefix_ways_add_record() does both for a record of a map (output/map_part.h), in the order of
 * output/record_sort.h. If a path was traced repeatedly, only the first round counts. Interfaces get numbers.
 * Returns 0 or -ENOMEM. */
int prefix_ways_add_record(struct prefix_ways *ways, const struct record *record,
                           struct address_numbers *interfaces);

/* prefix_ways_length() returns how many bits the targets of a prefix share. */
static inline unsigned prefix_ways_length(struct address target)
{
    return address_is_ipv4(target) ? WAYS_IPV4_LENGTH : WAYS_IPV6_LENGTH;
}

/* prefix_ways_take() returns whether `target` is in the same prefix as those before, or is the first. */
bool prefix_ways_take(const struct prefix_ways *ways, struct address target);

/* prefix_ways_clear() clears it for another prefix. `ways` starts as zeros; prefix_ways_free() leaves
 * zeros. */
void prefix_ways_clear(struct prefix_ways *ways);
void prefix_ways_free(struct prefix_ways *ways);

/* An interface of a diamond, `depth` hops behind its beginning. */
struct ways_member {
    uint8_t depth;
    uint32_t interface;
};

struct ways_diamond {
    /* The ways part before the first interface that all walks meet, or behind the last one: there are no
     * ends. */
    bool is_open;
    uint32_t from, to;                 /* interfaces */
    uint8_t length, shortest;          /* hops */
    const struct ways_member *members; /* sorted by depth and interface, each once */
    size_t count;
};

/* Called for each diamond. Returns 0, or a negative errno, which ends the search. */
typedef int ways_visitor(void *context, const struct ways_diamond *diamond);

/* prefix_ways_find_diamonds() visits all diamonds of a prefix, in the order of TTLs. Returns 0, -ENOMEM, or
 * what the visitor returned. */
int prefix_ways_find_diamonds(const struct prefix_ways *ways, ways_visitor *visit, void *context);
