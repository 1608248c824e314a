// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A strategy that learns, in several senders and receivers of the real engine, over a network that loses and
 * duplicates, with rings of answers that are far too small.
 *
 *   sender 0 --network--> receiver 0 --\
 *   sender 1 --network--> receiver 1 ---+--rings of answers--> senders
 *
 * Threads run on clocks of their own, a microsecond a step: nothing depends on how fast they are.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "base/clock.h"
#include "engine/receiver.h"
#include "engine/sender.h"
#include "support/learner.h"
#include "support/reply_builder.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    SENDERS = 3,
    RECEIVERS = 2,
    TARGETS = 256,
    IN_FLIGHT = 512, /* on the way from one sender to one receiver */
    ANSWERS = 4,     /* a ring */
    BLOCKED = 100,   /* the number of a target */
    STEP_NS = 1000,
    PATIENCE_NS = 300 * STEP_NS,
};

/* What happens to a probe, by a number that is drawn. */
enum {
    LOST_OF_8 = 1,
    TWICE_OF_8 = 2,
};

struct world;

struct network_tx {
    struct tx base;
    struct world *world;
    unsigned number;
    uint64_t drawn;
};

struct network_source {
    struct source base;
    struct world *world;
    unsigned number;
    struct built_reply taken[SOURCE_BATCH];
};

struct world {
    struct targets *targets;
    struct matcher matcher;
    struct spsc_ring network[SENDERS][RECEIVERS];
    struct answer_rings answers;
    struct network_tx txs[SENDERS];
    struct network_source canned[RECEIVERS];
    struct source *sources[RECEIVERS];
    struct sender senders[SENDERS];
    struct receiver receivers[RECEIVERS];
    struct address_set *blocklist;
    _Atomic bool stop;
};

static unsigned length_of(uint64_t target)
{
    return 3 + target % 9;
}

static struct address router_at(uint64_t target, unsigned ttl)
{
    return address_of_ipv4(0x0a000000 + (uint32_t)target * 256 + ttl);
}

static struct built_reply answer_to(const struct world *world, const struct probe *probe)
{
    uint64_t target;
    bool arrives =
        targets_find(world->targets, probe->target_address, &target) && probe->ttl >= length_of(target);
    struct built_reply reply = reply_build(
        *probe, 0, arrives ? (struct reply_shape){.icmp_type = 3, .icmp_code = 3} : (struct reply_shape){0});

    store_be32(reply.frame + reply.ip + 12,
               address_ipv4(arrives ? probe->target_address : router_at(target, probe->ttl)));
    reply_seal(&reply);
    return reply;
}

static bool put(struct spsc_ring *ring, const struct built_reply *reply)
{
    void *slot = spsc_ring_reserve(ring);

    if (!slot)
        return false;
    memcpy(slot, reply, sizeof(*reply));
    spsc_ring_publish(ring);
    return true;
}

static size_t network_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct network_tx *self = (struct network_tx *)tx;
    size_t taken = 0;

    (void)now_ns;
    for (; taken < n; taken++) {
        uint64_t drawn = siphash_u64((struct siphash_key){7, self->number}, self->drawn);
        struct spsc_ring *ring = &self->world->network[self->number][drawn / 8 % RECEIVERS];
        struct built_reply reply = answer_to(self->world, &probes[taken]);

        if (drawn % 8 >= LOST_OF_8 && !put(ring, &reply))
            break;
        if (drawn % 8 >= 8 - TWICE_OF_8)
            put(ring, &reply);
        self->drawn++;
    }
    counter_add(&tx->counters.sent, taken);
    return taken;
}

static int network_push(struct tx *tx)
{
    (void)tx;
    return 0;
}

static const struct tx_ops network_tx_ops = {.name = "network", .send = network_send, .push = network_push};

static size_t network_receive(struct source *source, struct received_frame out[SOURCE_BATCH])
{
    struct network_source *self = (struct network_source *)source;
    size_t count = 0;

    for (unsigned i = 0; i < SENDERS; i++) {
        struct spsc_ring *ring = &self->world->network[i][self->number];
        const void *slot;

        for (; count < SOURCE_BATCH && (slot = spsc_ring_peek(ring)); count++) {
            struct built_reply *reply = memcpy(&self->taken[count], slot, sizeof(*reply));

            out[count] = (struct received_frame){reply->frame, reply->length, NS_PER_MS};
            spsc_ring_release(ring);
        }
    }
    return count;
}

static void network_release(struct source *source, size_t count)
{
    memset(((struct network_source *)source)->taken, 0xee, count * sizeof(struct built_reply));
}

static const struct source_ops network_source_ops = {.receive = network_receive, .release = network_release};

static const struct learner_options patience = {.patience_ns = PATIENCE_NS};

static void open_sender(struct world *world, unsigned i)
{
    const struct strategy_config config = {
        .targets = world->targets,
        .min_ttl = 1,
        .max_ttl = LEARNER_MAX_TTL,
        .flows = 1,
        .slice = i,
        .slices = SENDERS,
        .options = &patience,
    };
    struct sender *sender = &world->senders[i];

    world->txs[i] = (struct network_tx){.base.ops = &network_tx_ops, .world = world, .number = i};
    sender->tx = &world->txs[i].base;
    sender->answers = &world->answers;
    sender->number = i;
    sender->prompt = true;
    sender->blocklist = world->blocklist;
    pacer_init(&sender->pacer, INFINITY, 0);
    cr_assert_eq(strategy_learner.open(&sender->strategy, &config), 0);
    sender_open(sender);
}

static void open_receiver(struct world *world, unsigned i)
{
    world->canned[i] = (struct network_source){.base.ops = &network_source_ops, .world = world, .number = i};
    world->sources[i] = &world->canned[i].base;
    world->receivers[i] = (struct receiver){
        .layouts = reply_builder_layouts,
        .matcher = &world->matcher,
        .producer = i,
        .answers = &world->answers,
        .sources = &world->sources[i],
        .source_count = 1,
    };
}

static void block(struct world *world)
{
    struct prefix_list list = {0};

    cr_assert_eq(prefix_list_add(&list, (struct prefix){targets_address(world->targets, BLOCKED), 32}), 0);
    world->blocklist = address_set_create(&list);
    prefix_list_free(&list);
}

static struct world *open_world(void)
{
    static struct world world;

    world.targets = some_targets("8.0.0.0/16");
    cr_assert_eq(targets_count(world.targets), TARGETS);
    world.matcher = (struct matcher){.targets = world.targets,
                                     .min_ttl = 1,
                                     .max_ttl = LEARNER_MAX_TTL,
                                     .flows = 1,
                                     .late_after_us = 1000000};
    cr_assert_eq(answer_rings_open(&world.answers, RECEIVERS, SENDERS, ANSWERS), 0);
    block(&world);
    for (unsigned i = 0; i < SENDERS; i++)
        for (unsigned k = 0; k < RECEIVERS; k++)
            cr_assert_eq(spsc_ring_init(&world.network[i][k], IN_FLIGHT, sizeof(struct built_reply)), 0);
    for (unsigned i = 0; i < RECEIVERS; i++)
        open_receiver(&world, i);
    for (unsigned i = 0; i < SENDERS; i++)
        open_sender(&world, i);
    return &world;
}

static void close_world(struct world *world)
{
    for (unsigned i = 0; i < SENDERS; i++) {
        world->senders[i].strategy->ops->close(world->senders[i].strategy);
        for (unsigned k = 0; k < RECEIVERS; k++)
            spsc_ring_destroy(&world->network[i][k]);
    }
    answer_rings_close(&world->answers);
    address_set_destroy(world->blocklist);
    targets_destroy(world->targets);
}

struct thread {
    pthread_t id;
    struct world *world;
    unsigned number;
};

static void *send_until_done(void *argument)
{
    const struct thread *thread = argument;
    struct sender *sender = &thread->world->senders[thread->number];
    int state;

    for (uint64_t now = 0; (state = sender_step(sender, now)) != SENDER_DONE; now += STEP_NS)
        if (state == SENDER_IDLE)
            sched_yield();
    sender_end(sender);
    return NULL;
}

static void *receive_until_stopped(void *argument)
{
    const struct thread *thread = argument;
    struct receiver *receiver = &thread->world->receivers[thread->number];

    for (;;) {
        bool stop = atomic_load(&thread->world->stop);

        if (receiver_step(receiver, NS_PER_MS))
            continue;
        if (stop)
            return NULL;
        sched_yield();
    }
}

static void start(struct thread *threads, unsigned count, struct world *world, void *(*run)(void *))
{
    for (unsigned i = 0; i < count; i++) {
        threads[i] = (struct thread){.world = world, .number = i};
        cr_assert_eq(pthread_create(&threads[i].id, NULL, run, &threads[i]), 0);
    }
}

static void join(struct thread *threads, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i].id, NULL);
}

static void run(struct world *world)
{
    struct thread senders[SENDERS], receivers[RECEIVERS];

    start(senders, SENDERS, world, send_until_done);
    start(receivers, RECEIVERS, world, receive_until_stopped);
    join(senders, SENDERS);
    atomic_store(&world->stop, true);
    join(receivers, RECEIVERS);
}

static void expect_path(const struct world *world, uint64_t target)
{
    const struct strategy *strategy = world->senders[target % SENDERS].strategy;
    const struct learner_path *path = learner_path(strategy, target / SENDERS);

    cr_expect_eq(path->blocked, target == BLOCKED, "target %lu", target);
    cr_expect_eq(path->length, target == BLOCKED ? 0 : length_of(target), "target %lu", target);
    for (unsigned ttl = 1; ttl < path->length; ttl++)
        cr_expect(address_equal(path->responders[ttl], router_at(target, ttl)), "target %lu, TTL %u", target,
                  ttl);
}

static struct answer_totals totals_of(const struct world *world)
{
    struct answer_totals totals;

    answer_rings_totals(&world->answers, true, &totals);
    return totals;
}

/* Every path is walked to its end, by its owner alone, and what became of each answer is known. */
Test(learning, walks_every_path_however_much_is_lost, .timeout = 120)
{
    struct world *world = open_world();
    uint64_t accepted = 0;

    run(world);
    for (uint64_t target = 0; target < TARGETS; target++)
        expect_path(world, target);
    for (unsigned i = 0; i < SENDERS; i++)
        cr_expect_eq(learner_faults(world->senders[i].strategy), 0);
    for (unsigned i = 0; i < RECEIVERS; i++)
        accepted += counter_read(&world->receivers[i].counters.verdicts[DECODE_ACCEPTED]);
    struct answer_totals totals = totals_of(world);
    cr_expect_eq(totals.answers, accepted);
    cr_expect_eq(totals.answers, totals.heard + totals.full + totals.after_end);
    close_world(world);
}

/* Without anybody who empties them, a ring holds what it holds. Afterwards all is found all the same. */
Test(learning, full_rings_are_losses_like_others, .timeout = 120)
{
    struct world *world = open_world();

    for (unsigned i = 0; i < SENDERS; i++)
        sender_step(&world->senders[i], 0);
    for (unsigned i = 0; i < RECEIVERS; i++)
        while (receiver_step(&world->receivers[i], NS_PER_MS))
            continue;
    cr_expect_gt(totals_of(world).full, SENDERS * (SENDER_BATCH / 2 - RECEIVERS * ANSWERS));
    for (unsigned i = 0; i < SENDERS; i++)
        while (sender_step(&world->senders[i], STEP_NS) != SENDER_IDLE)
            continue;
    run(world);
    for (uint64_t target = 0; target < TARGETS; target++)
        expect_path(world, target);
    struct answer_totals totals = totals_of(world);
    cr_expect_eq(totals.answers, totals.heard + totals.full + totals.after_end);
    close_world(world);
}
