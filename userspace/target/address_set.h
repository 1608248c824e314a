// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A set of addresses asked once per probe: the blocklist, the special-purpose ranges.
 *
 * Two bits for each /16 of IPv4 say "none of it", "all of it" or "look closer", 16 KB that stay in the
 * first-level cache; only the last needs a binary search over the sorted disjoint ranges. Those of IPv6 have
 * an address_index.
 */
#pragma once

#include <stdbool.h>

#include "address.h"
#include "target/prefix_list.h"

/* Wherever a set is asked, NULL is the empty set. */
struct address_set;

/* address_set_create() builds the set of all addresses under `prefixes`, in any order, which it does not
 * keep. NULL when memory is short. Immutable afterwards, so every thread may ask it. */
struct address_set *address_set_create(const struct prefix_list *prefixes);
void address_set_destroy(struct address_set *set);

bool address_set_contains(const struct address_set *set, struct address address);

/* address_set_covers() says whether all of `prefix` is in the set. */
bool address_set_covers(const struct address_set *set, struct prefix prefix);

/* address_set_alike_to() is the last address, of the same family, up to which all from `address` on are in
 * the set, or none is. */
struct address address_set_alike_to(const struct address_set *set, struct address address);
