// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/corroborate.h"

#include <errno.h>
#include <stdlib.h>

enum {
    /* Each address is compared with at most this many of its set: a host that answers for everybody could
     * join all addresses into one set. */
    NEIGHBOURS = 256,
    AT_ONCE = 128, /* addresses; takes some tens of milliseconds, so other work does not wait longer */
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

int corroboration_begin(struct corroboration *all, const struct alias_links *links,
                        const struct id_series *series, size_t count)
{
    *all = (struct corroboration){.series = series, .count = count, .broken = calloc(count + 1, 1)};
    int error = join(links, count, &all->sets, &all->order);

    return all->broken ? error : -ENOMEM;
}

/* Compares the address at `place` with those behind it in its set. */
static bool breaks(struct corroboration *all, size_t place, uint32_t root)
{
    const struct id_series *one = &all->series[all->order[place]];

    for (size_t i = place + 1; i < all->count && i <= place + NEIGHBOURS; i++) {
        if (alias_sets_root(&all->sets, all->order[i]) != root)
            break;
        if (id_bounds_test(one, &all->series[all->order[i]]).broken)
            return true;
    }
    return false;
}

bool corroboration_more(struct corroboration *all)
{
    size_t end = all->next + AT_ONCE;

    for (; all->next < all->count && all->next < end; all->next++) {
        uint32_t root = alias_sets_root(&all->sets, all->order[all->next]);

        if (all->broken[root] || !breaks(all, all->next, root))
            continue;
        all->broken[root] = true;
        all->contradicted++;
    }
    return all->next < all->count;
}

void corroboration_drop(struct corroboration *all, struct alias_links *links)
{
    size_t kept = 0;

    for (size_t i = 0; i < links->count; i++)
        if (!all->broken[alias_sets_root(&all->sets, links->list[i].a)])
            links->list[kept++] = links->list[i];
    links->count = kept;
}

void corroboration_free(struct corroboration *all)
{
    free(all->broken);
    free(all->order);
    alias_sets_close(&all->sets);
    *all = (struct corroboration){0};
}
