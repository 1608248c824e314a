// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs are tested one by one, but a set is only as good as its worst pair. So all addresses of each set are
 * probed once more together, and all pairs among them tested. If one pair is broken, one of the links that
 * connect it is wrong. Nobody knows which, so all links of the set are dropped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias/id_series.h"
#include "alias/links.h"
#include "alias/sets.h"

struct corroboration {
    const struct id_series *series; /* owned by the caller */
    size_t count, next;             /* number of addresses; the index in `order` of the next one to test */
    struct alias_sets sets;
    uint32_t *order;
    bool *broken; /* for each set, by its root */
    size_t contradicted;
};

/* corroborate_order() writes the numbers below `count` that links contain into `order`, those of one set
 * together, and empties their series. Returns how many; 0 also if memory is short: then all links are dropped
 * later. */
size_t corroborate_order(const struct alias_links *links, size_t count, struct id_series *series,
                         uint32_t *order);

/* corroboration_begin() takes the sets that links make of the numbers below `count`. Returns 0 or -ENOMEM.
 * corroboration_more() tests some of their addresses, and returns whether there are more.
 * corroboration_drop() keeps only the links of sets without a broken pair. corroboration_free() leaves a
 * zeroed structure, as at the start. */
int corroboration_begin(struct corroboration *all, const struct alias_links *links,
                        const struct id_series *series, size_t count);
bool corroboration_more(struct corroboration *all);
void corroboration_drop(struct corroboration *all, struct alias_links *links);
void corroboration_free(struct corroboration *all);
