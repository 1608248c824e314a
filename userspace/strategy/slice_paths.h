// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The paths of a sender whose strategy hears answers: its targets, every `slices`-th of all, and their flows,
 * numbered consecutively. Paths with neighbouring numbers have neighbouring addresses.
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

/* slice_paths_order() makes a random order of the paths, different in each slice. With the same order, all
 * slices would probe neighbours at once, because paths with the same number in different slices are neighbours. */
void slice_paths_order(const struct slice_paths *paths, struct siphash_key key, struct permutation *out);

static inline uint64_t slice_paths_target(const struct slice_paths *paths, uint64_t path)
{
    return paths->slice + path / paths->flows * paths->slices;
}

static inline uint16_t slice_paths_flow(const struct slice_paths *paths, uint64_t path)
{
    return (uint16_t)(path % paths->flows);
}

/* slice_paths_common() returns the path's number among the paths of all slices, where neighbours by number are
 * neighbours by address, too. slice_paths_common_count() returns how many these are. */
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

/* slice_paths_find() finds the path of a target and flow. Returns false for those of other slices.
 * slice_paths_find_probe() finds the path of a probe that was not sent. */
bool slice_paths_find(const struct slice_paths *paths, uint64_t target, unsigned flow, uint64_t *path);
bool slice_paths_find_probe(const struct slice_paths *paths, const struct probe *probe, uint64_t *path);

/* slice_paths_identity() returns a hash that identifies the state of a survey. It covers the first paths of the
 * order, which differ with another seed or list, and `count` numbers of the strategy. */
uint64_t slice_paths_identity(const struct slice_paths *paths, const struct permutation *order,
                              const uint64_t *numbers, size_t count);
