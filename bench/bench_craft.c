// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a probe costs before the kernel sees it: each step alone, and all of them through sender_step() with a
 * backend that crafts into memory laid out like a TX_RING.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "engine/sender.h"
#include "packet/frame.h"
#include "send/packet_ring.h"
#include "strategy/probe_order.h"
#include "target_shapes.h"

enum {
    SLOTS = 256,
    PAGE = 4096,
    MIN_TTL = 1,
    MAX_TTL = 32,
    FLOWS = 64,     /* so many that no measurement comes to the end of the order */
    CHOSEN = 65536, /* probes chosen beforehand, more than branch predictors learn by heart */
};

static const struct siphash_key key = {1, 2};

/* Slots as in a TX_RING, without a kernel behind them. */
struct memory_tx {
    struct tx base;
    struct frame_template frame;
    struct packet_ring ring;
};

static size_t memory_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct memory_tx *self = (struct memory_tx *)tx;
    uint32_t now_us = (uint32_t)(now_ns / NS_PER_US);

    for (size_t i = 0; i < n; i++) {
        uint8_t *frame = packet_ring_slot(&self->ring, self->ring.head) + PACKET_RING_FRAME_OFFSET;

        packet_ring_publish(&self->ring, frame_craft(&self->frame, &probes[i], now_us, frame));
    }
    counter_add(&self->base.counters.sent, n);
    return n;
}

static int memory_push(struct tx *tx)
{
    (void)tx;
    return 0;
}

static const struct tx_ops memory_ops = {.name = "memory", .send = memory_send, .push = memory_push};

static void memory_init(struct memory_tx *tx)
{
    const struct frame_config config = {
        .key = key,
        .source = 0xc6120002,
        .source_mac = {2, 0, 0, 0, 0, 1},
        .next_hop_mac = {2, 0, 0, 0, 0, 2},
        .vlan = FRAME_NO_VLAN,
    };

    *tx = (struct memory_tx){
        .base.ops = &memory_ops,
        .ring = {.slots = aligned_alloc(PAGE, SLOTS * PACKET_RING_SLOT), .mask = SLOTS - 1, .slot_bits = 8},
    };
    bench_require(tx->ring.slots, "keep a ring in memory");
    frame_template_init(&tx->frame, &config);
    for (uint64_t i = 0; i < SLOTS; i++)
        frame_prepare(&tx->frame, packet_ring_slot(&tx->ring, i) + PACKET_RING_FRAME_OFFSET);
}

struct bench {
    struct memory_tx tx;
    struct sender sender;
    struct probe_order order;
    struct probe *chosen;
};

static void bench_init(struct bench *bench, const struct targets *targets,
                       const struct address_set *blocklist)
{
    const struct strategy_config config = {
        .targets = targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .key = key,
        .slices = 1,
    };

    memory_init(&bench->tx);
    probe_order_init(&bench->order, targets_count(targets), MIN_TTL, MAX_TTL, FLOWS, key);
    bench->sender = (struct sender){
        .strategy = strategy_exhaustive.create(&config),
        .tx = &bench->tx.base,
        .blocklist = blocklist,
    };
    pacer_init(&bench->sender.pacer, INFINITY, 0);
    bench->chosen = calloc(CHOSEN, sizeof(*bench->chosen));
    bench_require(bench->sender.strategy && bench->chosen, "keep probes in memory");
    strategy_exhaustive.next(bench->sender.strategy, 0, bench->chosen, CHOSEN);
}

static void bench_free(struct bench *bench)
{
    strategy_exhaustive.destroy(bench->sender.strategy);
    free(bench->tx.ring.slots);
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
        sum += batch[0].target;
    }
    return sum;
}

static uint64_t check(void *context, uint64_t count)
{
    const struct bench *bench = context;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++)
        sum += address_set_contains(bench->sender.blocklist, bench->chosen[i % CHOSEN].target);
    return sum;
}

static uint64_t craft(void *context, uint64_t count)
{
    struct bench *bench = context;

    for (uint64_t done = 0; done < count; done += SENDER_BATCH)
        memory_send(&bench->tx.base, &bench->chosen[done % CHOSEN], SENDER_BATCH, done * NS_PER_US);
    return bench->tx.ring.head;
}

static uint64_t step(void *context, uint64_t count)
{
    struct bench *bench = context;

    for (uint64_t done = 0; done < count; done += SENDER_BATCH)
        sender_step(&bench->sender, done * NS_PER_US);
    return bench->tx.ring.head;
}

static void report(const char *name, struct prefix_list *list, uint64_t round_ns)
{
    const struct address_set *special = shape_special();
    struct targets *targets = shape_targets(list, special);
    struct bench bench;

    bench_init(&bench, targets, special);
    printf("%-24s %9lu", name, (unsigned long)targets_count(targets));
    for (size_t i = 0; i < 5; i++) {
        bench_body *const bodies[] = {order, choose, check, craft, step};

        printf(" %10.1f", bench_ns_per_op(bodies[i], &bench, round_ns));
    }
    putchar('\n');
    bench_free(&bench);
    targets_destroy(targets);
}

int main(int argc, char **argv)
{
    uint64_t round_ns = bench_start(argc, argv);
    struct prefix_list slash8 = {0}, table = {0};

    bench_pin();
    printf("%-24s %9s %10s %10s %10s %10s %10s\n", "ns a probe", "targets", "order", "+ address", "blocklist",
           "craft", "all");
    shape_slash8(&slash8);
    report("a /8", &slash8, round_ns);
    shape_routing_table(&table);
    report("like a routing table", &table, round_ns);
    return 0;
}
