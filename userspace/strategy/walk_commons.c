// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/walk_commons.h"

#include <errno.h>

#include "base/pages.h"
#include "strategy/state.h"

enum {
    /* Up to this many paths may have half as many hops, and further paths a fifth. Lower, and late discoveries
     * count as known. Higher, and the tables take twice the memory. */
    PATHS_OF_HALF = 2000000,
    NODES_LEAST = 1 << 16,
    NODES_MOST = 1 << 23,
    LINKS_MOST = 3 << 24,
};

static uint32_t within(uint64_t value, uint32_t least, uint32_t most)
{
    return value < least ? least : value > most ? most : (uint32_t)value;
}

/* Returns the number of hops and links that paths may have: the more paths, the smaller the share of new ones. */
static uint64_t room_for(uint64_t paths)
{
    return paths < PATHS_OF_HALF ? paths / 2 : PATHS_OF_HALF / 2 + (paths - PATHS_OF_HALF) / 5;
}

int walk_commons_init(struct walk_commons *commons, uint64_t paths, uint64_t secret)
{
    int error;

    *commons = (struct walk_commons){.paths = paths, .sharing = ATOMIC_FLAG_INIT};
    walk_value_init(&commons->value, paths);
    commons->ends = pages_map_untouched(paths + 1);
    if (!commons->ends)
        return -ENOMEM;
    error = hop_nodes_init(&commons->nodes, within(room_for(paths), NODES_LEAST, NODES_MOST), secret);
    return error ? error
                 : link_marks_init(&commons->links, within(room_for(paths), NODES_LEAST, LINKS_MOST), secret);
}

void walk_commons_free(struct walk_commons *commons)
{
    hop_nodes_free(&commons->nodes);
    link_marks_free(&commons->links);
    pages_unmap(commons->ends, commons->paths + 1);
}

void walk_commons_share(struct walk_commons *commons, struct value_sums *sums, struct spending *spending)
{
    if (atomic_flag_test_and_set_explicit(&commons->sharing, memory_order_acquire))
        return;
    walk_value_fold(&commons->value, sums);
    atomic_store_explicit(&commons->value.price, spending_tell(spending, &commons->pool),
                          memory_order_relaxed);
    atomic_store_explicit(&commons->value.base_price, spending_base_price(&commons->pool),
                          memory_order_relaxed);
    atomic_flag_clear_explicit(&commons->sharing, memory_order_release);
}

enum {
    POOL_NUMBERS = 6,
    ENDS_A_NUMBER = sizeof(uint64_t),
};

static int save_pool(const struct walk_commons *commons, FILE *out)
{
    const struct spending_pool *pool = &commons->pool;
    const uint64_t numbers[] = {pool->sent,    pool->begun,        pool->found,
                                pool->excused, commons->distances, commons->distance_count};

    _Static_assert(sizeof(numbers) == POOL_NUMBERS * sizeof(numbers[0]), "one is left out");
    return state_put(out, numbers, POOL_NUMBERS);
}

static int load_pool(struct walk_commons *commons, FILE *in)
{
    struct spending_pool *pool = &commons->pool;
    uint64_t numbers[POOL_NUMBERS];

    if (state_get(in, numbers, POOL_NUMBERS))
        return -EINVAL;
    pool->sent = numbers[0];
    pool->begun = numbers[1];
    pool->found = numbers[2];
    pool->excused = numbers[3];
    commons->distances = numbers[4];
    commons->distance_count = numbers[5];
    return 0;
}

/* Saves the ends, eight per number. */
static int save_ends(const struct walk_commons *commons, FILE *out)
{
    int error = 0;

    for (uint64_t path = 0; !error && path < commons->paths; path += ENDS_A_NUMBER) {
        uint64_t ends = 0;

        for (unsigned i = 0; i < ENDS_A_NUMBER && path + i < commons->paths; i++)
            ends |= (uint64_t)commons->ends[path + i] << 8 * i;
        error = state_put(out, &ends, 1);
    }
    return error;
}

static int load_ends(struct walk_commons *commons, FILE *in)
{
    uint64_t ends;

    for (uint64_t path = 0; path < commons->paths; path += ENDS_A_NUMBER) {
        if (state_get(in, &ends, 1))
            return -EINVAL;
        for (unsigned i = 0; i < ENDS_A_NUMBER && path + i < commons->paths; i++)
            commons->ends[path + i] = (uint8_t)(ends >> 8 * i);
    }
    return 0;
}

int walk_commons_save(const struct walk_commons *commons, FILE *out)
{
    int error = save_pool(commons, out);

    if (!error)
        error = walk_value_save(&commons->value, out);
    if (!error)
        error = hop_nodes_save(&commons->nodes, out);
    if (!error)
        error = link_marks_save(&commons->links, out);
    if (!error)
        error = limited_hops_save(&commons->limited, out);
    return error ? error : save_ends(commons, out);
}

int walk_commons_load(struct walk_commons *commons, FILE *in)
{
    if (load_pool(commons, in) || walk_value_load(&commons->value, in) ||
        hop_nodes_load(&commons->nodes, in) || link_marks_load(&commons->links, in) ||
        limited_hops_load(&commons->limited, in) || load_ends(commons, in))
        return -EINVAL;
    return 0;
}
