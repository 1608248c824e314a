// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/sets.h"

#include <errno.h>
#include <stdlib.h>

int alias_sets_open(struct alias_sets *sets, size_t count)
{
    *sets = (struct alias_sets){calloc(count ? count : 1, sizeof(*sets->parents)), count};
    for (uint32_t i = 0; sets->parents && i < count; i++)
        sets->parents[i] = i;
    return sets->parents ? 0 : -ENOMEM;
}

void alias_sets_close(struct alias_sets *sets)
{
    free(sets->parents);
    *sets = (struct alias_sets){0};
}

uint32_t alias_sets_root(struct alias_sets *sets, uint32_t number)
{
    uint32_t *parents = sets->parents;

    while (parents[number] != number) {
        parents[number] = parents[parents[number]];
        number = parents[number];
    }
    return number;
}

void alias_sets_join(struct alias_sets *sets, uint32_t a, uint32_t b)
{
    uint32_t root_a = alias_sets_root(sets, a), root_b = alias_sets_root(sets, b);

    if (root_a < root_b)
        sets->parents[root_b] = root_a;
    else
        sets->parents[root_a] = root_b;
}

/* Counts the members of each set, then places them behind the sets before: without comparisons, in the order
 * of numbers. */
uint32_t *alias_sets_order(struct alias_sets *sets)
{
    uint32_t *order = calloc(sets->count + 1, sizeof(*order));
    uint32_t *places = calloc(sets->count + 1, sizeof(*places));

    for (uint32_t i = 0; order && places && i < sets->count; i++)
        places[alias_sets_root(sets, i) + 1]++;
    for (size_t i = 0; order && places && i < sets->count; i++)
        places[i + 1] += places[i];
    for (uint32_t i = 0; order && places && i < sets->count; i++)
        order[places[alias_sets_root(sets, i)]++] = i;
    if (!places) {
        free(order);
        order = NULL;
    }
    free(places);
    return order;
}

size_t alias_sets_end(struct alias_sets *sets, const uint32_t *order, size_t first)
{
    uint32_t root = alias_sets_root(sets, order[first]);
    size_t end = first + 1;

    while (end < sets->count && alias_sets_root(sets, order[end]) == root)
        end++;
    return end;
}
