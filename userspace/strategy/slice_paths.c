// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/slice_paths.h"

enum {
    IDENTIFYING = 64, /* number of paths in the identity */
};

struct slice_paths slice_paths_of(const struct strategy_config *config)
{
    uint64_t all = targets_count(config->targets);
    uint64_t targets = all > config->slice ? (all - config->slice - 1) / config->slices + 1 : 0;

    return (struct slice_paths){
        .targets = config->targets,
        .slice = config->slice,
        .slices = config->slices,
        .flows = config->flows,
        .count = targets * config->flows,
    };
}

void slice_paths_order(const struct slice_paths *paths, struct siphash_key key, struct permutation *out)
{
    permutation_init(out, paths->count ? paths->count : 1,
                     (struct siphash_key){key.k0 ^ paths->slice, key.k1});
}

bool slice_paths_find(const struct slice_paths *paths, uint64_t target, unsigned flow, uint64_t *path)
{
    if (target % paths->slices != paths->slice || flow >= paths->flows)
        return false;
    *path = target / paths->slices * paths->flows + flow;
    return *path < paths->count;
}

bool slice_paths_find_probe(const struct slice_paths *paths, const struct probe *probe, uint64_t *path)
{
    uint64_t target;

    return targets_find_flow(paths->targets, probe->target_address, probe->flow, &target) &&
           slice_paths_find(paths, target, probe->flow, path);
}

static void absorb_path(const struct slice_paths *paths, uint64_t path, struct siphash_state *state)
{
    struct address address = slice_paths_address(paths, path);

    siphash_absorb(state, address.high);
    siphash_absorb(state, address.low);
    siphash_absorb(state, path);
}

uint64_t slice_paths_identity(const struct slice_paths *paths, const struct permutation *order,
                              const uint64_t *numbers, size_t count)
{
    const uint64_t slice[] = {paths->slice, paths->slices, paths->flows, paths->count};
    struct siphash_state state = siphash_start((struct siphash_key){0});

    for (size_t i = 0; i < sizeof(slice) / sizeof(slice[0]); i++)
        siphash_absorb(&state, slice[i]);
    for (size_t i = 0; i < count; i++)
        siphash_absorb(&state, numbers[i]);
    for (uint64_t i = 0; i < IDENTIFYING && i < paths->count; i++)
        absorb_path(paths, permutation_at(order, i), &state);
    return siphash_finish(state, 0, 0);
}
