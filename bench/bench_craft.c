// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a probe costs before the kernel sees it: each step alone, and all of them through sender_step() with a
 * backend that crafts into memory with the layout of a TX_RING; all of them also with bounds on the rate, and
 * crafting alone for every protocol and family. Alternatives are measured in turn.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "bench/memory_tx.h"
#include "bench/target_shapes.h"
#include "engine/sender.h"
#include "mix.h"
#include "strategy/gentle.h"
#include "strategy/probe_order.h"
#include "strategy/spacing.h"

enum {
    MIN_TTL = 1,
    MAX_TTL = 32,
    FLOWS = 64,     /* so many that no measurement reaches the end of the order */
    CHOSEN = 65536, /* probes chosen beforehand, more than branch predictors can learn */
    TURNS = 5,      /* of each family, of which the fastest counts */
};

static const struct siphash_key key = {1, 2};

struct bench {
    struct frame_template frame;
    struct sender sender;
    struct probe_order order;
    struct probe *chosen;
    uint64_t now_ns; /* of sender_step(): a million probes a second */
};

/* The sources of the probes of a family: 198.18.0.2 (RFC 2544), 2001:2::2 (RFC 5180). */
static struct address source_of(enum address_family family)
{
    return family == FAMILY_IPV4 ? address_of_ipv4(0xc6120002) : (struct address){0x2001000200000000ULL, 2};
}

static void frame_init(struct frame_template *frame, const struct layout *layout)
{
    const struct frame_config config = {
        .layout = layout_choose(layout, key),
        .source = source_of(layout->family),
        .source_mac = {2, 0, 0, 0, 0, 1},
        .next_hop_mac = {2, 0, 0, 0, 0, 2},
        .vlan = FRAME_NO_VLAN,
    };

    frame_template_init(frame, &config);
}

static void bench_init(struct bench *bench, const struct targets *targets,
                       const struct address_set *blocklist, const struct layout *layout)
{
    const struct strategy_config config = {
        .targets = targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .key = key,
        .slices = 1,
    };

    bench->sender = (struct sender){.blocklist = blocklist};
    bench_require(strategy_exhaustive.open(&bench->sender.strategy, &config) == 0, "keep an order in memory");
    frame_init(&bench->frame, layout);
    bench_require(tx_memory.open(&bench->sender.tx, &(struct tx_config){.frame = &bench->frame}) == 0,
                  "keep a ring in memory");
    probe_order_init(&bench->order, targets_count(targets), MIN_TTL, MAX_TTL, FLOWS, key);
    pacer_init(&bench->sender.pacer, INFINITY, 0);
    bench->chosen = calloc(CHOSEN, sizeof(*bench->chosen));
    bench_require(bench->chosen, "keep probes in memory");
    strategy_exhaustive.next(bench->sender.strategy, 0, bench->chosen, CHOSEN);
}

static void bench_free(struct bench *bench)
{
    struct tx_totals totals;

    tx_memory.close(bench->sender.tx, &totals);
    bench->sender.strategy->ops->close(bench->sender.strategy);
    free(bench->chosen);
}

static uint64_t order(void *context, uint64_t count)
{
    struct bench *bench = context;
    uint64_t elements[SENDER_BATCH], sum = 0;

    for (uint64_t done = 0; done < count; done += SENDER_BATCH) {
        permutation_range(&bench->order.permutation, done, 1, elements, SENDER_BATCH);
        for (unsigned i = 0; i < SENDER_BATCH; i++) {
            struct probe_choice choice = probe_order_choice(&bench->order, elements[i]);

            sum += choice.target + choice.flow + choice.ttl;
        }
    }
    return sum;
}

static uint64_t choose(void *context, uint64_t count)
{
    struct bench *bench = context;
    uint64_t sum = 0;

    for (uint64_t done = 0; done < count; done += SENDER_BATCH) {
        struct probe batch[SENDER_BATCH];

        sum += strategy_exhaustive.next(bench->sender.strategy, 0, batch, SENDER_BATCH);
        sum += batch[0].target_address.low;
    }
    return sum;
}

static uint64_t check(void *context, uint64_t count)
{
    const struct bench *bench = context;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++)
        sum += address_set_contains(bench->sender.blocklist, bench->chosen[i % CHOSEN].target_address);
    return sum;
}

static uint64_t craft(void *context, uint64_t count)
{
    struct bench *bench = context;

    for (uint64_t done = 0; done < count; done += SENDER_BATCH)
        tx_memory.send(bench->sender.tx, &bench->chosen[done % CHOSEN], SENDER_BATCH, done * NS_PER_US);
    return counter_read(&bench->sender.tx->counters.sent);
}

static uint64_t step(void *context, uint64_t count)
{
    struct bench *bench = context;

    for (uint64_t done = 0; done < count; done += SENDER_BATCH)
        sender_step(&bench->sender, bench->now_ns += SENDER_BATCH * NS_PER_US);
    return counter_read(&bench->sender.tx->counters.sent);
}

static void report(const char *name, struct prefix_list *list, uint64_t round_ns)
{
    struct address_set *special = shape_special();
    struct targets *targets = shape_targets(list, SHAPE_GRANULARITY, special);
    struct bench bench;

    bench_require(special && targets, "keep targets in memory");
    bench_init(&bench, targets, special, &layouts[LAYOUT_USUAL]);
    printf("%-24s %9lu", name, (unsigned long)targets_count(targets));
    for (size_t i = 0; i < 5; i++) {
        bench_body *const bodies[] = {order, choose, check, craft, step};

        printf(" %10.1f", bench_ns_per_op(bodies[i], &bench, round_ns));
    }
    putchar('\n');
    bench_free(&bench);
    targets_destroy(targets);
    address_set_destroy(special);
}

/* The same probes, to addresses that are equally far apart. */
static void move_to_ipv6(struct bench *bench)
{
    for (size_t i = 0; i < CHOSEN; i++) {
        uint64_t number = address_ipv4(bench->chosen[i].target_address);

        bench->chosen[i].target_address =
            (struct address){0x2400000000000000ULL | number << 16, mix64(number)};
    }
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void compare(const struct targets *targets, const struct layout *ipv4, const struct layout *ipv6,
                    uint64_t round_ns)
{
    struct bench benches[2];
    double ns[2] = {INFINITY, INFINITY};

    bench_init(&benches[0], targets, NULL, ipv4);
    bench_init(&benches[1], targets, NULL, ipv6);
    move_to_ipv6(&benches[1]);
    for (unsigned turn = 0; turn < TURNS; turn++)
        for (size_t i = 0; i < 2; i++)
            ns[i] = least(ns[i], bench_ns_per_op(craft, &benches[i], round_ns));
    printf("%-24s %9s %10.1f %10.1f %10.2f\n", "craft", ipv4->name, ns[0], ns[1], ns[1] / ns[0]);
    bench_free(&benches[0]);
    bench_free(&benches[1]);
}

static void compare_families(struct prefix_list *list, uint64_t round_ns)
{
    struct targets *targets = shape_targets(list, SHAPE_GRANULARITY, NULL);

    bench_require(targets, "keep targets in memory");
    printf("\n%-24s %9s %10s %10s %10s\n", "ns a probe", "protocol", "IPv4", "IPv6", "ratio");
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        const struct layout *ipv6 = layout_by_name(layouts[i].name, FAMILY_IPV6);

        if (layouts[i].family == FAMILY_IPV4 && ipv6)
            compare(targets, &layouts[i], ipv6, round_ns);
    }
    targets_destroy(targets);
}

/* Bounds that delay few of a million probes per second. */
static const struct {
    const char *name;
    struct gentle_bounds bounds;
    unsigned senders;
    bool owned;
} bounded[] = {
    {"no bounds", {0, 0}, 1, true},
    {"--max-per-prefix 1k", {1000, 0}, 1, true},
    {"with several senders", {1000, 0}, 2, true},
    {"whose prefixes mix", {1000, 0}, 2, false},
    {"--max-per-hop 1k", {0, 1000}, 1, true},
    {"both", {1000, 1000}, 1, true},
};

enum {
    BOUNDED = sizeof(bounded) / sizeof(bounded[0]),
};

/* `spacing` must outlive the strategy. */
static void bind(struct bench *bench, const struct targets *targets, size_t number, struct spacing *spacing)
{
    const struct gentle_bounds *bounds = &bounded[number].bounds;
    unsigned senders = bounded[number].senders;
    const struct strategy_config config = {.targets = targets,
                                           .min_ttl = MIN_TTL,
                                           .max_ttl = MAX_TTL,
                                           .flows = FLOWS,
                                           .key = key,
                                           .slices = senders};

    bench->sender.strategy->ops->close(bench->sender.strategy);
    bench->sender.prompt = true;
    bench_require(spacing_open(spacing, bounds->per_prefix, bounds->per_hop, targets_count(targets), senders,
                               bounded[number].owned) == 0 &&
                      gentle_open(&bench->sender.strategy, &strategy_exhaustive, &config, spacing) == 0,
                  "keep bounds in memory");
}

static void compare_bounds(const char *name, struct prefix_list *list, uint64_t round_ns)
{
    static struct bench benches[BOUNDED];
    static struct spacing spacings[BOUNDED];
    struct targets *targets = shape_targets(list, SHAPE_GRANULARITY, NULL);
    double ns[BOUNDED];

    bench_require(targets, "keep targets in memory");
    for (size_t i = 0; i < BOUNDED; i++) {
        bench_init(&benches[i], targets, NULL, &layouts[LAYOUT_USUAL]);
        if (i)
            bind(&benches[i], targets, i, &spacings[i]);
        ns[i] = INFINITY;
    }
    for (unsigned turn = 0; turn < TURNS; turn++)
        for (size_t i = 0; i < BOUNDED; i++)
            ns[i] = least(ns[i], bench_ns_per_op(step, &benches[i], round_ns));
    for (size_t i = 0; i < BOUNDED; i++) {
        printf("%-24s %-22s %9.1f %10.1f\n", name, bounded[i].name, ns[i], ns[i] - ns[0]);
        bench_free(&benches[i]);
        spacing_close(&spacings[i]);
    }
    targets_destroy(targets);
}

int main(int argc, char **argv)
{
    uint64_t round_ns = bench_start(argc, argv);
    struct prefix_list slash8 = {0}, table = {0}, same = {0}, again = {0}, table_again = {0};

    bench_pin();
    printf("%-24s %9s %10s %10s %10s %10s %10s\n", "ns per probe", "targets", "order", "+ address",
           "blocklist", "craft", "all");
    bench_require(shape_slash8(&slash8) == 0 && shape_routing_table(&table) == 0 &&
                      shape_slash8(&same) == 0 && shape_slash8(&again) == 0 &&
                      shape_routing_table(&table_again) == 0,
                  "keep targets in memory");
    report("a /8", &slash8, round_ns);
    report("like a routing table", &table, round_ns);
    printf("\n%-24s %-22s %9s %10s\n", "ns a probe", "bounds", "all", "of which");
    compare_bounds("a /8", &again, round_ns);
    compare_bounds("like a routing table", &table_again, round_ns);
    compare_families(&same, round_ns);
    return 0;
}
