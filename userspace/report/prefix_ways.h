// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ways to one /24 of IPv4 or /48 of IPv6, as its walks met them, and where they part and meet again. A walk is what one
 * flow to one target met. Balancers may choose by address, too: walks to all targets of a prefix are taken together.
 *
 *     TTL   1 2 3 4 5
 *   walk 0  A B D F G     from A to F a diamond: 2 wide, 3 long, and 2 where it is shortest
 *   walk 1  A C F G
 *   walk 2  A * D F G     silence contradicts nothing
 *
 * A *diamond* lies between an interface that all walks meet and the next such one, where there are several interfaces at
 * one hop between them. Its width is how many these are at most, its length how many hops the longest way takes
 * (Augustin, Friedman and Teixeira, "Measuring load-balanced paths in the Internet", IMC 2007).
 *
 * All walks meet an interface where none of them met others at all TTLs at which it was seen. Who is silent is no
 * interface: silent hops make ways longer and never wider, and no diamond begins or ends there. Where a prefix has several
 * targets, these are none either.
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
    /* Hops beyond are not looked at: TTLs are bits of a word, with one before all and one behind. */
    WAYS_TTL_MOST = 62,
    WAYS_WALKS_MOST = 1 << 16, /* 256 flows to each host of a /24; more are not looked at */
};

/* An interface where a walk met it first. */
struct ways_hop {
    uint32_t walk, interface; /* numbers, of the walk from 0 */
    uint32_t rtt_us;          /* RECORD_NO_RTT: not known */
    uint8_t ttl;
    bool is_target;
};

struct prefix_ways {
    struct ways_hop *hops; /* by walk and TTL */
    size_t count, capacity;
    uint32_t walks, targets;
    uint64_t walk_serial; /* of the last walk, among those of all prefixes, from 1 on */
    uint64_t *met;        /* by interface: the last walk that met it, by its serial */
    size_t met_room;
    struct address target; /* of the last walk */
    uint16_t flow;
};

/* prefix_ways_begin() begins a walk, unless that of this target and flow is the last one. prefix_ways_add() adds a hop to
 * it, by TTL, which may be one that is not looked at: 0 or -ENOMEM. */
void prefix_ways_begin(struct prefix_ways *ways, struct address target, uint16_t flow);
int prefix_ways_add(struct prefix_ways *ways, struct ways_hop hop);

/* prefix_ways_add_record() does both, with what a map takes (output/map_part.h), in the order of output/record_sort.h; of
 * paths that were traced again and again the first round counts. Interfaces get numbers. 0 or -ENOMEM. */
int prefix_ways_add_record(struct prefix_ways *ways, const struct record *record,
                           struct address_numbers *interfaces);

/* prefix_ways_length() is how many bits the targets of a prefix share. */
static inline unsigned prefix_ways_length(struct address target)
{
    return address_is_ipv4(target) ? WAYS_IPV4_LENGTH : WAYS_IPV6_LENGTH;
}

/* prefix_ways_take() says whether `target` is in the same prefix as those before, or the first. */
bool prefix_ways_take(const struct prefix_ways *ways, struct address target);

/* prefix_ways_clear() makes room for another prefix; prefix_ways_free() leaves zeros, which `ways` begins as. */
void prefix_ways_clear(struct prefix_ways *ways);
void prefix_ways_free(struct prefix_ways *ways);

/* An interface of a diamond, `depth` hops behind its beginning. */
struct ways_member {
    uint8_t depth;
    uint32_t interface;
};

struct ways_diamond {
    /* The ways part before the first interface that all meet, or behind the last one: there are no ends. */
    bool is_open;
    uint32_t from, to;                 /* interfaces */
    uint8_t length, shortest;          /* hops */
    const struct ways_member *members; /* by depth and interface, each once */
    size_t count;
};

/* Takes a diamond: 0, or a negative errno that ends the search. */
typedef int ways_visitor(void *context, const struct ways_diamond *diamond);

/* prefix_ways_find_diamonds() shows all diamonds of a prefix, in the order of TTLs. 0, -ENOMEM, or what the visitor
 * returned. */
int prefix_ways_find_diamonds(const struct prefix_ways *ways, ways_visitor *visit, void *context);
