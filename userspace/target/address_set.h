// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A set of addresses that is looked up once per probe: the blocklist, the special-purpose ranges.
 *
 * Two bits for each /16 of IPv4 stand for "none of it", "all of it" or "a part". They take 16 KB, which stay
 * in the first-level cache. Only "a part" needs a binary search over the ranges, which are sorted and
 * disjoint. Ranges of IPv6 have an address_index.
 */
#pragma once

#include <stdbool.h>

#include "address.h"
#include "target/prefix_list.h"

/* Every function that looks up takes NULL as the empty set. */
struct address_set;

/* address_set_create() builds the set of all addresses under `prefixes`, which may be in any order and are
 * not kept. Returns NULL when memory is short. The set is immutable afterwards, so every thread may look
 * up. */
struct address_set *address_set_create(const struct prefix_list *prefixes);
void address_set_destroy(struct address_set *set);

bool address_set_contains(const struct address_set *set, struct address address);

/* address_set_covers() returns true if all of `prefix` is in the set. */
bool address_set_covers(const struct address_set *set, struct prefix prefix);

/* address_set_alike_to() returns the end of the stretch that begins at `address` and is wholly in the set,
 * or wholly outside. The stretch ends with the address family at the latest. */
struct address address_set_alike_to(const struct address_set *set, struct address address);
