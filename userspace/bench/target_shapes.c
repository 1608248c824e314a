// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/target_shapes.h"

#include "mix.h"
#include "target/special.h"

enum {
    RUNS = 64000,
    RUN_SIZES = 11,   /* 1, 2, 4, … blocks, equally many of each */
    LARGEST_GAP = 60, /* blocks */
    SCATTERED = 1000000,
    SCATTERED_SIZES = 5, /* 1, 2, 4, 8, 16 blocks */
    SCATTERED_GAP = 4,
};

#define FIRST_BLOCK  (0x01000000 >> (32 - SHAPE_GRANULARITY))
#define SLASH8       0x14000000
#define SLASH32      0x2400140000000000ULL
#define BENCHMARKING 0xc6120000 /* 198.18.0.0/15, RFC 2544 */

/* Cuts blocks into the largest prefixes that fit. */
static int add_blocks(struct prefix_list *list, uint32_t block, uint32_t end)
{
    int error = 0;

    while (!error && block < end) {
        unsigned aligned = (unsigned)__builtin_ctz(block);
        unsigned fitting = 31 - (unsigned)__builtin_clz(end - block);
        unsigned bits = aligned < fitting ? aligned : fitting;

        error = prefix_list_add(list, (struct prefix){address_of_ipv4(block << (32 - SHAPE_GRANULARITY)),
                                                      (uint8_t)(SHAPE_GRANULARITY - bits)});
        block += 1U << bits;
    }
    return error;
}

static int add_runs(struct prefix_list *list, uint64_t runs, unsigned sizes, unsigned largest_gap)
{
    uint32_t block = FIRST_BLOCK;
    int error = 0;

    for (uint64_t i = 0; !error && i < runs; i++) {
        uint32_t end = block + (1U << keyed_draw(i, 1, sizes));

        error = add_blocks(list, block, end);
        block = end + 1 + keyed_draw(i, 2, largest_gap);
    }
    return error;
}

int shape_routing_table(struct prefix_list *list)
{
    return add_runs(list, RUNS, RUN_SIZES, LARGEST_GAP);
}

int shape_scattered(struct prefix_list *list)
{
    return add_runs(list, SCATTERED, SCATTERED_SIZES, SCATTERED_GAP);
}

int shape_slash8(struct prefix_list *list)
{
    return prefix_list_add(list, (struct prefix){address_of_ipv4(SLASH8), 8});
}

int shape_slash32(struct prefix_list *list)
{
    return prefix_list_add(list, (struct prefix){{SLASH32, 0}, 32});
}

int shape_run(struct prefix_list *list, uint64_t blocks)
{
    return add_blocks(list, FIRST_BLOCK, FIRST_BLOCK + (uint32_t)blocks);
}

int shape_benchmarking(struct prefix_list *list)
{
    return prefix_list_add(list, (struct prefix){address_of_ipv4(BENCHMARKING), 15});
}

struct address_set *shape_special(void)
{
    struct prefix_list list = {0};
    struct address_set *set = special_prefixes(&list, false) == 0 ? address_set_create(&list) : NULL;

    prefix_list_free(&list);
    return set;
}

struct targets *shape_targets(struct prefix_list *list, unsigned granularity,
                              const struct address_set *withheld)
{
    const struct targets_config config = {.granularity = granularity, .key = {1, 2}, .withheld = withheld};
    struct targets *targets;

    targets_normalize(list, &config);
    targets = targets_create(list, &config);
    prefix_list_free(list);
    return targets;
}
