// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/slice_paths.h"

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

    return targets_find(paths->targets, probe->target_address, &target) &&
           slice_paths_find(paths, target, probe->flow, path);
}
