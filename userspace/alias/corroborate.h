// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs were tested one by one; a set is as good as the worst pair in it. So all addresses of each set are asked once more
 * together, and all their pairs tested: where one is broken, one of the links that led there is wrong, nobody knows which,
 * and all of the set go.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias/id_series.h"
#include "alias/links.h"
#include "alias/sets.h"

struct corroboration {
    const struct id_series *series; /* the caller's */
    size_t count, next;             /* numbers; the place in `order` of the one that is tested next */
    struct alias_sets sets;
    uint32_t *order;
    bool *broken; /* sets, by their roots */
    size_t contradicted;
};

/* corroborate_order() writes the numbers below `count` that links name, those of one set beside each other, into `order`, and
 * empties their series; returns how many, 0 also when memory is short: then nothing is left of the links later. */
size_t corroborate_order(const struct alias_links *links, size_t count, struct id_series *series,
                         uint32_t *order);

/* corroboration_begin() takes the sets that links make of the numbers below `count`: 0 or -ENOMEM. corroboration_more() tests
 * some of their addresses, and says whether there are more; corroboration_drop() leaves the links of sets in which no two
 * counters are broken. corroboration_free() leaves zeros, which one begins as. */
int corroboration_begin(struct corroboration *all, const struct alias_links *links,
                        const struct id_series *series, size_t count);
bool corroboration_more(struct corroboration *all);
void corroboration_drop(struct corroboration *all, struct alias_links *links);
void corroboration_free(struct corroboration *all);
