// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The paths of a sender whose strategy hears answers: its targets, every `slices`-th of all, and their flows,
 * numbered one after the other. Neighbours by number are neighbours by address.
 */
#pragma once

#include "strategy/strategy.h"
#include "target/permutation.h"

struct slice_paths {
    const struct targets *targets;
    unsigned slice, slices, flows;
    uint64_t count;
};

struct slice_paths slice_paths_of(const struct strategy_config *config);

/* slice_paths_order() is a random order of the paths, in each slice another one: path number i of all slices are
 * neighbours, and would be asked at once. */
void slice_paths_order(const struct slice_paths *paths, struct siphash_key key, struct permutation *out);

static inline uint64_t slice_paths_target(const struct slice_paths *paths, uint64_t path)
{
    return paths->slice + path / paths->flows * paths->slices;
}

static inline uint16_t slice_paths_flow(const struct slice_paths *paths, uint64_t path)
{
    return (uint16_t)(path % paths->flows);
}

/* slice_paths_common() is its number among the paths of all slices: neighbours there are neighbours by address,
 * too. slice_paths_common_count() is how many these are. */
static inline uint64_t slice_paths_common(const struct slice_paths *paths, uint64_t path)
{
    return slice_paths_target(paths, path) * paths->flows + path % paths->flows;
}

static inline uint64_t slice_paths_common_count(const struct slice_paths *paths)
{
    return targets_count(paths->targets) * paths->flows;
}

static inline struct address slice_paths_address(const struct slice_paths *paths, uint64_t path)
{
    return targets_flow_address(paths->targets, slice_paths_target(paths, path),
                                slice_paths_flow(paths, path));
}

/* slice_paths_find() is the path of a target and flow; false for those of others. slice_paths_find_probe() is
 * that of a probe which was not sent. */
bool slice_paths_find(const struct slice_paths *paths, uint64_t target, unsigned flow, uint64_t *path);
bool slice_paths_find_probe(const struct slice_paths *paths, const struct probe *probe, uint64_t *path);

/* slice_paths_identity() is a hash by which the state of a survey is known again: of its first paths in their order,
 * which another seed or list changes, and of `count` numbers by which it goes. */
uint64_t slice_paths_identity(const struct slice_paths *paths, const struct permutation *order,
                              const uint64_t *numbers, size_t count);
