// SPDX-License-Identifier: GPL-2.0-or-later
#include "target_shapes.h"

#include "bench.h"
#include "mix.h"
#include "target/special.h"

enum {
    GRANULARITY = 24,
    RUNS = 64000,
    RUN_SIZES = 11,   /* 1, 2, 4, … blocks, equally many of each */
    LARGEST_GAP = 60, /* blocks */
    SCATTERED = 1000000,
    SCATTERED_SIZES = 5, /* 1, 2, 4, 8, 16 blocks */
    SCATTERED_GAP = 4,
};

#define FIRST_BLOCK (0x01000000 >> (32 - GRANULARITY))
#define SLASH8      0x14000000

static void add(struct prefix_list *list, struct prefix prefix)
{
    bench_require(prefix_list_add(list, prefix) == 0, "keep the targets in memory");
}

/* Cuts blocks into the largest prefixes that fit. */
static void add_blocks(struct prefix_list *list, uint32_t block, uint32_t end)
{
    while (block < end) {
        unsigned aligned = (unsigned)__builtin_ctz(block);
        unsigned fitting = 31 - (unsigned)__builtin_clz(end - block);
        unsigned bits = aligned < fitting ? aligned : fitting;

        add(list, (struct prefix){block << (32 - GRANULARITY), (uint8_t)(GRANULARITY - bits)});
        block += 1U << bits;
    }
}

static void add_runs(struct prefix_list *list, uint64_t runs, unsigned sizes, unsigned largest_gap)
{
    uint32_t block = FIRST_BLOCK;

    for (uint64_t i = 0; i < runs; i++) {
        uint32_t end = block + (1U << keyed_draw(i, 1, sizes));

        add_blocks(list, block, end);
        block = end + 1 + keyed_draw(i, 2, largest_gap);
    }
}

void shape_routing_table(struct prefix_list *list)
{
    add_runs(list, RUNS, RUN_SIZES, LARGEST_GAP);
}

void shape_scattered(struct prefix_list *list)
{
    add_runs(list, SCATTERED, SCATTERED_SIZES, SCATTERED_GAP);
}

void shape_slash8(struct prefix_list *list)
{
    add(list, (struct prefix){SLASH8, 8});
}

struct address_set *shape_special(void)
{
    struct prefix_list list = {0};
    struct address_set *set = special_prefixes(&list, false) == 0 ? address_set_create(&list) : NULL;

    bench_require(set, "keep the special-purpose ranges in memory");
    prefix_list_free(&list);
    return set;
}

struct targets *shape_targets(struct prefix_list *list, const struct address_set *withheld)
{
    const struct targets_config config = {.granularity = GRANULARITY, .key = {1, 2}, .withheld = withheld};
    struct targets *targets;

    prefix_list_normalize(list, GRANULARITY);
    targets = targets_create(list, &config);
    bench_require(targets, "keep the targets in memory");
    prefix_list_free(list);
    return targets;
}
