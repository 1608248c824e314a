// SPDX-License-Identifier: GPL-2.0-or-later
/* Sorting of lists of a hundred million prefixes where they are. For prefix_list.c. */
#pragma once

#include <stddef.h>

#include "target/prefix_list.h"

/* prefix_compare() has IPv4 first (address_order.h), and a covering prefix before those that it covers. */
int prefix_compare(const struct prefix *a, const struct prefix *b);

/* prefix_sort() sorts in this order, in place. */
void prefix_sort(struct prefix *prefixes, size_t count);
