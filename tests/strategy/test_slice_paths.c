// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "strategy/slice_paths.h"
#include "support/some_targets.h"

enum {
    FLOWS = 3,
    SLICES = 7,
};

/* All slices together have each target and flow once, and find it back. */
Test(slice_paths, make_the_whole)
{
    struct targets *targets = some_targets("8.0.0.0/17 1.1.1.1");
    uint64_t count = targets_count(targets), total = 0, path;
    uint8_t seen[129][FLOWS] = {{0}};

    for (unsigned slice = 0; slice < SLICES; slice++) {
        struct slice_paths paths = slice_paths_of(
            &(struct strategy_config){.targets = targets, .flows = FLOWS, .slice = slice, .slices = SLICES});

        for (uint64_t i = 0; i < paths.count; i++) {
            struct probe probe = {.target_address = slice_paths_address(&paths, i),
                                  .flow = slice_paths_flow(&paths, i)};

            cr_assert(slice_paths_find_probe(&paths, &probe, &path));
            cr_assert_eq(path, i);
            seen[slice_paths_target(&paths, i)][probe.flow]++;
            cr_assert_eq(slice_paths_common(&paths, i), slice_paths_target(&paths, i) * FLOWS + probe.flow);
        }
        total += paths.count;
        cr_expect_not(slice_paths_find(&paths, slice + 1, 0, &path), "of another slice");
        cr_expect_not(slice_paths_find(&paths, slice, FLOWS, &path));
        cr_expect_not(slice_paths_find(&paths, slice + SLICES * count, 0, &path));
    }
    cr_expect_eq(total, count * FLOWS);
    for (uint64_t target = 0; target < count; target++)
        for (unsigned flow = 0; flow < FLOWS; flow++)
            cr_assert_eq(seen[target][flow], 1);
    targets_destroy(targets);
}

Test(slice_paths, more_slices_than_targets)
{
    struct targets *targets = some_targets("1.1.1.1");
    const struct strategy_config config = {.targets = targets, .flows = 1, .slice = 1, .slices = 2};

    cr_expect_eq(slice_paths_of(&config).count, 0);
    targets_destroy(targets);
}

/* Path number i of all slices are neighbours by address: they do not begin together. */
Test(slice_paths, slices_go_by_different_orders)
{
    struct targets *targets = some_targets("8.0.0.0/14");
    struct permutation orders[2];
    unsigned together = 0;

    for (unsigned slice = 0; slice < 2; slice++) {
        struct slice_paths paths = slice_paths_of(
            &(struct strategy_config){.targets = targets, .flows = 1, .slice = slice, .slices = 2});

        slice_paths_order(&paths, (struct siphash_key){1, 2}, &orders[slice]);
    }
    for (uint64_t i = 0; i < orders[0].size; i++)
        together += permutation_at(&orders[0], i) == permutation_at(&orders[1], i);
    cr_expect_lt(together, 10);
    targets_destroy(targets);
}
