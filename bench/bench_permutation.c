// SPDX-License-Identifier: GPL-2.0-or-later
/* What a probe's order and address cost: a step of the permutation, and the look-up of a target. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "mix.h"
#include "target/permutation.h"
#include "target/special.h"
#include "target/targets.h"

enum {
    BATCH = 64,
    TTLS = 32,
    SYNTHETIC_PREFIXES = 1000000,
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

static void report_permutation(uint64_t size)
{
    struct permutation permutation;

    permutation_init(&permutation, size, key);
    printf("%-36" PRIu64 " %10.1f %10.1f %10.1f\n", size, bench_ns_per_op(walk_forward, &permutation),
           bench_ns_per_op(walk_backward, &permutation), bench_ns_per_op(walk_chained, &permutation));
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
        sum += targets_address(targets, scattered_index(targets, i));
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
            sum += targets_address(targets, indexes[i]);
    }
    return sum;
}

static uint64_t find_scattered(void *context, uint64_t count)
{
    const struct targets *targets = context;
    uint64_t sum = 0, index = 0;

    for (uint64_t i = 0; i < count; i++)
        sum += targets_find(targets, keyed_draw(i, key.k1, ADDRESS_SPACE), &index) + index;
    return sum;
}

/* Exits with a message: a benchmark has nothing to fall back to. */
static void require(bool condition)
{
    if (condition)
        return;
    fprintf(stderr, "bench_permutation: out of memory\n");
    exit(1);
}

/* Lengths and gaps roughly as in a full routing table: mostly /24, the others to /18, and half of them next
 * to the one before. Real tables hold more that joins or covers; this one is the harder to search. */
static void fill_scattered(struct prefix_list *list)
{
    uint64_t base = 0x01000000;

    for (uint64_t i = 0; i < SYNTHETIC_PREFIXES; i++) {
        unsigned kind = keyed_draw(i, key.k0, 12);
        uint8_t length = kind < 8 ? 24 : (uint8_t)(24 - keyed_draw(i, key.k1, 7));
        uint64_t size = 1ULL << (32 - length);
        uint64_t gap = keyed_draw(i, key.k0 ^ key.k1, 2) ? keyed_draw(i, ~key.k0, 20) * 256ULL : 0;

        base = (base + gap + size - 1) & ~(size - 1);
        require(prefix_list_add(list, (struct prefix){(uint32_t)base, length}) == 0);
        base += size;
    }
    require(base < ADDRESS_SPACE);
}

static void report_targets(const char *name, struct prefix_list *list, const struct address_set *withheld)
{
    struct targets_config config = {.granularity = 24, .key = key, .withheld = withheld};
    uint64_t start = clock_now_ns();
    struct targets *targets;
    double created_ms;

    prefix_list_normalize(list, config.granularity);
    targets = targets_create(list, &config);
    require(targets);
    created_ms = (double)(clock_now_ns() - start) / NS_PER_MS;
    printf("%-26s %9" PRIu64 " %10.1f %10.1f %10.1f %10.1f\n", name, targets_count(targets),
           bench_ns_per_op(look_up, targets), bench_ns_per_op(look_up_in_batches, targets),
           bench_ns_per_op(find_scattered, targets), created_ms);
    targets_destroy(targets);
}

static void report_all_targets(void)
{
    struct prefix_list special = {0}, table = {0}, everything = {0};
    struct address_set *withheld;

    require(special_prefixes(&special) == 0);
    withheld = address_set_create(&special);
    require(withheld);
    fill_scattered(&table);
    report_targets("1M scattered prefixes", &table, withheld);
    require(prefix_list_add(&everything, (struct prefix){0, 0}) == 0);
    report_targets("0.0.0.0/0", &everything, withheld);
    address_set_destroy(withheld);
    prefix_list_free(&special);
    prefix_list_free(&table);
    prefix_list_free(&everything);
}

int main(void)
{
    printf("%-36s %10s %10s %10s\n", "permutation, ns a step", "forward", "backward", "chained");
    report_permutation(1000003);
    report_permutation(12000000ULL * TTLS);
    report_permutation(1ULL << 38);
    printf("\n%-26s %9s %10s %10s %10s %10s\n", "targets, ns a look-up", "count", "address", "prefetched",
           "find", "create ms");
    report_all_targets();
    return 0;
}
