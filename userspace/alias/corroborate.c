// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/corroborate.h"

#include <errno.h>
#include <stdlib.h>

enum {
    /* Each is held against so many of its set: who answers for everybody could make one of all there is. */
    NEIGHBOURS = 256,
};

/* A set, as it is laid out in an order. */
struct span_of_set {
    const uint32_t *numbers;
    size_t count;
};

static int join(const struct alias_links *links, size_t count, struct alias_sets *sets, uint32_t **order)
{
    int error = alias_sets_open(sets, count);

    for (size_t i = 0; !error && i < links->count; i++)
        alias_sets_join(sets, links->list[i].a, links->list[i].b);
    *order = error ? NULL : alias_sets_order(sets);
    return *order ? 0 : -ENOMEM;
}

size_t corroborate_order(const struct alias_links *links, size_t count, struct id_series *series,
                         uint32_t *order)
{
    struct alias_sets sets;
    uint32_t *by_set;
    size_t chosen = 0;

    if (join(links, count, &sets, &by_set) == 0)
        for (size_t first = 0, end; first < count; first = end) {
            end = alias_sets_end(&sets, by_set, first);
            for (size_t i = first; end - first > 1 && i < end; i++) {
                series[by_set[i]].count = 0;
                order[chosen++] = by_set[i];
            }
        }
    free(by_set);
    alias_sets_close(&sets);
    return chosen;
}

static bool is_broken(struct span_of_set set, const struct id_series *series)
{
    for (size_t i = 0; i < set.count; i++)
        for (size_t j = i + 1; j < set.count && j <= i + NEIGHBOURS; j++)
            if (id_bounds_test(&series[set.numbers[i]], &series[set.numbers[j]]).broken)
                return true;
    return false;
}

static void drop(struct alias_links *links, struct alias_sets *sets, const bool *broken)
{
    size_t kept = 0;

    for (size_t i = 0; i < links->count; i++)
        if (!broken[alias_sets_root(sets, links->list[i].a)])
            links->list[kept++] = links->list[i];
    links->count = kept;
}

int corroborate_links(struct alias_links *links, const struct id_series *series, size_t count,
                      size_t *contradicted)
{
    struct alias_sets sets;
    uint32_t *order;
    bool *broken = calloc(count + 1, sizeof(*broken));
    int error = join(links, count, &sets, &order);

    if (!broken)
        error = -ENOMEM;
    for (size_t first = 0, end; !error && first < count; first = end) {
        end = alias_sets_end(&sets, order, first);
        uint32_t root = alias_sets_root(&sets, order[first]);

        broken[root] = is_broken((struct span_of_set){order + first, end - first}, series);
        *contradicted += broken[root];
    }
    if (!error)
        drop(links, &sets, broken);
    free(broken);
    free(order);
    alias_sets_close(&sets);
    return error;
}
