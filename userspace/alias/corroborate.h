// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs were tested one by one; a set is as good as the worst pair in it. So all addresses of each set are asked once more
 * together, and all their pairs tested: where one is broken, one of the links that led there is wrong, nobody knows which,
 * and all of the set go.
 */
#pragma once

#include "alias/resolver.h"

/* corroborate_order() writes the numbers below `count` that links name, those of one set beside each other, into `order`, and
 * empties their series; returns how many, 0 also when memory is short: then nothing is left of the links later. */
size_t corroborate_order(const struct alias_links *links, size_t count, struct id_series *series,
                         uint32_t *order);

/* corroborate_links() drops the links of sets in which two counters are broken, and counts these. 0 or -ENOMEM. */
int corroborate_links(struct alias_links *links, const struct id_series *series, size_t count,
                      size_t *contradicted);
