// SPDX-License-Identifier: GPL-2.0-or-later
/* What the order and the address of a probe cost: a step of the permutation, and the look-up of a target. */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "bench/target_shapes.h"
#include "mix.h"
#include "target/permutation.h"

enum {
    BATCH = 64,
    TTLS = 32,
};

static const struct siphash_key key = {1, 2};

static uint64_t walk_forward(void *context, uint64_t count)
{
    const struct permutation *permutation = context;
    uint64_t sum = 0, position = 0;

    for (uint64_t i = 0; i < count; i++) {
        sum += permutation_at(permutation, position);
        position = position + 1 < permutation->size ? position + 1 : 0;
    }
    return sum;
}

static uint64_t walk_in_batches(void *context, uint64_t count)
{
    const struct permutation *permutation = context;
    uint64_t elements[BATCH];
    uint64_t sum = 0, position = 0;

    for (uint64_t done = 0; done < count; done += BATCH) {
        permutation_range(permutation, position, 1, elements, BATCH);
        sum += elements[done % BATCH];
        position = position + 2 * BATCH < permutation->size ? position + BATCH : 0;
    }
    return sum;
}

static uint64_t walk_backward(void *context, uint64_t count)
{
    const struct permutation *permutation = context;
    uint64_t sum = 0, element = 0;

    for (uint64_t i = 0; i < count; i++) {
        sum += permutation_position(permutation, element);
        element = element + 1 < permutation->size ? element + 1 : 0;
    }
    return sum;
}

/* Each step waits for the one before. */
static uint64_t walk_chained(void *context, uint64_t count)
{
    const struct permutation *permutation = context;
    uint64_t position = 0;

    for (uint64_t i = 0; i < count; i++)
        position = permutation_at(permutation, position);
    return position;
}

static void report_permutation(uint64_t size, uint64_t round_ns)
{
    struct permutation permutation;

    permutation_init(&permutation, size, key);
    printf("%-25" PRIu64 " %10.1f %10.1f %10.1f %10.1f\n", size,
           bench_ns_per_op(walk_forward, &permutation, round_ns),
           bench_ns_per_op(walk_in_batches, &permutation, round_ns),
           bench_ns_per_op(walk_backward, &permutation, round_ns),
           bench_ns_per_op(walk_chained, &permutation, round_ns));
}

/* A cheap stand-in for the permutation, about a nanosecond. */
static uint64_t scattered_index(const struct targets *targets, uint64_t i)
{
    return keyed_draw(i, key.k0, targets_count(targets));
}

static uint64_t look_up(void *context, uint64_t count)
{
    const struct targets *targets = context;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++)
        sum += targets_address(targets, scattered_index(targets, i)).low;
    return sum;
}

static uint64_t look_up_in_batches(void *context, uint64_t count)
{
    const struct targets *targets = context;
    uint64_t indexes[BATCH];
    uint64_t sum = 0;

    for (uint64_t done = 0; done < count; done += BATCH) {
        for (unsigned i = 0; i < BATCH; i++) {
            indexes[i] = scattered_index(targets, done + i);
            targets_prefetch(targets, indexes[i]);
        }
        for (unsigned i = 0; i < BATCH; i++)
            sum += targets_address(targets, indexes[i]).low;
    }
    return sum;
}

static uint64_t find_scattered(void *context, uint64_t count)
{
    const struct targets *targets = context;
    uint64_t sum = 0, index = 0;

    for (uint64_t i = 0; i < count; i++)
        sum += targets_find(targets, address_of_ipv4(keyed_draw(i, key.k1, 1ULL << 32)), &index) + index;
    return sum;
}

static void report_targets(const char *name, struct prefix_list *list, const struct address_set *withheld,
                           uint64_t round_ns)
{
    uint64_t start = clock_now_ns();
    struct targets *targets = shape_targets(list, SHAPE_GRANULARITY, withheld);
    double created_ms = (double)(clock_now_ns() - start) / NS_PER_MS;

    bench_require(targets, "keep targets in memory");
    printf("%-26s %9" PRIu64 " %10.1f %10.1f %10.1f %10.1f\n", name, targets_count(targets),
           bench_ns_per_op(look_up, targets, round_ns),
           bench_ns_per_op(look_up_in_batches, targets, round_ns),
           bench_ns_per_op(find_scattered, targets, round_ns), created_ms);
    targets_destroy(targets);
}

static void report_all_targets(uint64_t round_ns)
{
    struct address_set *withheld = shape_special();
    struct prefix_list slash8 = {0}, table = {0}, scattered = {0};

    bench_require(withheld && shape_slash8(&slash8) == 0 && shape_routing_table(&table) == 0 &&
                      shape_scattered(&scattered) == 0,
                  "keep targets in memory");
    report_targets("a /8", &slash8, withheld, round_ns);
    report_targets("like a routing table", &table, withheld, round_ns);
    report_targets("1M scattered prefixes", &scattered, withheld, round_ns);
    address_set_destroy(withheld);
}

int main(int argc, char **argv)
{
    uint64_t round_ns = bench_start(argc, argv);

    bench_pin();
    printf("%-25s %10s %10s %10s %10s\n", "permutation, ns per step", "forward", "batches", "backward",
           "chained");
    report_permutation(1000003, round_ns);
    report_permutation(12000000ULL * TTLS, round_ns);
    report_permutation(1ULL << 38, round_ns);
    printf("\n%-26s %9s %10s %10s %10s %10s\n", "targets, ns per look-up", "count", "address", "prefetched",
           "find", "create ms");
    report_all_targets(round_ns);
    return 0;
}
