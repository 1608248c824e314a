// SPDX-License-Identifier: GPL-2.0-or-later
/* Sorts lists of a hundred million prefixes in place. For prefix_list.c. */
#pragma once

#include <stddef.h>

#include "target/prefix_list.h"

/* prefix_compare() orders IPv4 first (address_order.h), and a covering prefix before those that it covers. */
int prefix_compare(const struct prefix *a, const struct prefix *b);

/* prefix_sort() sorts in the order of prefix_compare(), in place. */
void prefix_sort(struct prefix *prefixes, size_t count);
