// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels differ in what they report of frames that a device refuses. Here are rings with a kernel of either
 * kind, and a device that holds frames for a while, which virtual devices do not. */
#include "xdp/xdp_tx_kernel.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "reference.h"

enum {
    SLOTS = 16,
    RING = 2 * SLOTS,
    BUDGET = 5, /* frames of a call; the kernel's is larger than this ring */
    FRAMES = 200,
    FRAME = 60,
    ROUNDS_MAX = 10000,
};

struct variant {
    bool reports_in_order;   /* addresses of completed frames are those that were taken first: 6.6 to 6.17 */
    bool reports_consumer;   /* after a call that sent some frames and then was refused one: from 6.17 on */
    unsigned held;           /* frames that the device holds; when one more comes, it finishes the first */
    unsigned out_of_hundred; /* frames that the device refuses */
};

static struct world {
    const struct variant *variant;
    uint64_t random;
    struct xdp_tx tx;
    uint8_t memory[SLOTS * XDP_TX_PROBE_SLOT];
    struct xdp_desc descriptors[RING];
    uint64_t addresses[SLOTS];
    uint32_t producer, consumer, flags, completion_producer, completion_consumer;
    uint32_t taken;          /* the kernel's own position in the TX ring */
    uint64_t order[SLOTS];   /* addresses of frames that have not been reported, in the order of the ring */
    uint64_t holding[SLOTS]; /* those that the device holds */
    uint32_t order_count, holding_count;
    unsigned sent_times[FRAMES]; /* by the number in the frame */
} world;

static void take_out(uint64_t *list, uint32_t *count, uint64_t address)
{
    uint32_t i = 0;

    while (list[i] != address)
        i++;
    memmove(&list[i], &list[i + 1], (--*count - i) * sizeof(*list));
}

static void complete(uint64_t address)
{
    uint64_t reported = world.variant->reports_in_order ? world.order[0] : address;

    take_out(world.order, &world.order_count, reported);
    world.addresses[world.completion_producer++ % SLOTS] = reported;
}

static void finish_first(void)
{
    uint64_t address = world.holding[0];

    take_out(world.holding, &world.holding_count, address);
    complete(address);
}

/* Returns false if the device refuses it. */
static bool offer(uint64_t address)
{
    uint32_t number;

    if (reference_random(&world.random) % 100 < world.variant->out_of_hundred)
        return false;
    memcpy(&number, world.memory + address, sizeof(number));
    world.sent_times[number]++;
    world.holding[world.holding_count++] = address;
    if (world.holding_count > world.variant->held)
        finish_first();
    return true;
}

static int fake_send(struct xdp_tx *tx)
{
    cr_assert_eq(tx, &world.tx);
    for (unsigned sent = 0; world.taken != world.producer; sent++) {
        uint64_t address = world.descriptors[world.taken % RING].addr;

        if (sent == BUDGET)
            return -EAGAIN;
        world.taken++;
        world.order[world.order_count++] = address;
        if (!offer(address)) {
            complete(address);
            if (world.variant->reports_consumer && sent)
                world.consumer = world.taken;
            return -EBUSY;
        }
    }
    world.consumer = world.taken;
    return 0;
}

static bool fake_holds_frames(const struct xdp_tx *tx)
{
    cr_assert_eq(tx, &world.tx);
    return world.holding_count;
}

static const struct xdp_tx_kernel fake_kernel = {.send = fake_send, .holds_frames = fake_holds_frames};

static void start(const struct variant *variant, bool drop_refused)
{
    const struct xdp_tx_config config = {.slots = SLOTS, .drop_refused = drop_refused};
    struct xdp_tx *tx = &world.tx;

    memset(&world, 0, sizeof(world));
    world.variant = variant;
    world.flags = XDP_RING_NEED_WAKEUP;
    tx->ring = (struct xsk_ring_prod){.mask = RING - 1,
                                      .size = RING,
                                      .producer = &world.producer,
                                      .consumer = &world.consumer,
                                      .ring = world.descriptors,
                                      .flags = &world.flags};
    tx->completion = (struct xsk_ring_cons){.mask = SLOTS - 1,
                                            .size = SLOTS,
                                            .producer = &world.completion_producer,
                                            .consumer = &world.completion_consumer,
                                            .ring = world.addresses,
                                            .flags = &world.flags};
    cr_assert_eq(xdp_tx_init(tx, world.memory, 0, &config), 0);
    tx->kernel = &fake_kernel;
}

/* Sends all frames, each time as many as there is room for; returns how many are said to be sent and dropped. */
static struct xdp_tx_finished send_all(void)
{
    struct xdp_tx_finished sum = {0};
    uint32_t published = 0;

    for (int round = 0; published < FRAMES || xdp_tx_pending(&world.tx, 0); round++) {
        cr_assert_lt(round, ROUNDS_MAX);
        for (uint8_t *slot; published < FRAMES && (slot = xdp_tx_next(&world.tx, 0)); published++) {
            memcpy(slot, &published, sizeof(published));
            xdp_tx_publish(&world.tx, 0, FRAME);
        }
        xdp_tx_kick(&world.tx);

        struct xdp_tx_finished finished = xdp_tx_collect(&world.tx, 0);
        sum.sent += finished.sent;
        sum.dropped += finished.dropped;
        if (world.holding_count && reference_random(&world.random) % 2)
            finish_first();
    }
    xdp_tx_free(&world.tx);
    return sum;
}

static const struct variant variants[] = {
    {.reports_in_order = false, .reports_consumer = false, .held = 5, .out_of_hundred = 20}, /* 6.1 */
    {.reports_in_order = true, .reports_consumer = false, .held = 5, .out_of_hundred = 20},  /* 6.12 */
    {.reports_in_order = true, .reports_consumer = true, .held = 5, .out_of_hundred = 20},   /* 6.17 */
    {.reports_in_order = false, .reports_consumer = true, .held = 5, .out_of_hundred = 20},  /* 6.18 */
    {.reports_in_order = true, .reports_consumer = false, .held = 0, .out_of_hundred = 50},
    {.reports_in_order = true, .reports_consumer = true, .held = SLOTS, .out_of_hundred = 5},
};

Test(xdp_tx_kernels, refused_frames_are_sent_once)
{
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        start(&variants[i], false);

        struct xdp_tx_finished sum = send_all();
        cr_expect_eq(sum.sent, FRAMES, "variant %zu", i);
        cr_expect_eq(sum.dropped, 0, "variant %zu", i);
        for (unsigned k = 0; k < FRAMES; k++)
            cr_assert_eq(world.sent_times[k], 1, "variant %zu: frame %u was sent %u times", i, k,
                         world.sent_times[k]);
    }
}

/* Where refused frames are only counted, it does not matter which ones they are. */
Test(xdp_tx_kernels, refused_frames_are_counted_once)
{
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        unsigned sent = 0;

        start(&variants[i], true);

        struct xdp_tx_finished sum = send_all();
        for (unsigned k = 0; k < FRAMES; k++) {
            cr_assert_leq(world.sent_times[k], 1, "variant %zu, frame %u", i, k);
            sent += world.sent_times[k];
        }
        cr_expect_lt(sent, FRAMES, "variant %zu", i);
        cr_expect_eq(sum.sent, sent, "variant %zu", i);
        cr_expect_eq(sum.dropped, FRAMES - sent, "variant %zu", i);
    }
}

static void publish(uint32_t first, uint32_t end)
{
    for (uint32_t number = first; number < end; number++) {
        memcpy(xdp_tx_next(&world.tx, 0), &number, sizeof(number));
        xdp_tx_publish(&world.tx, 0, FRAME);
    }
}

/* The device holds frames 0 to 2, and refuses the three after them. */
static void start_stuck(bool in_order)
{
    static const struct variant keeps = {.held = SLOTS};
    static const struct variant refuses[] = {
        {.reports_in_order = false, .held = SLOTS, .out_of_hundred = 100},
        {.reports_in_order = true, .held = SLOTS, .out_of_hundred = 100},
    };

    start(&keeps, false);
    publish(0, 3);
    cr_assert_eq(xdp_tx_kick(&world.tx), 0);
    world.variant = &refuses[in_order];
    publish(3, 6);
    cr_assert_eq(xdp_tx_kick(&world.tx), -EAGAIN);
}

/* As a sender does. Returns how many frames were dropped. */
static uint32_t give_up(void)
{
    xdp_tx_give_up(&world.tx);
    uint32_t dropped = xdp_tx_collect(&world.tx, 0).dropped;

    xdp_tx_kick(&world.tx);
    return dropped + xdp_tx_collect(&world.tx, 0).dropped;
}

/* Frames that the device keeps for ever stop the others until somebody gives up. */
Test(xdp_tx_kernels, who_gives_up_does_not_wait_for_the_device)
{
    for (int in_order = 0; in_order < 2; in_order++) {
        start_stuck(in_order);
        for (int i = 0; i < 3; i++) {
            cr_expect_eq(xdp_tx_kick(&world.tx), -EAGAIN);
            cr_expect_eq(xdp_tx_collect(&world.tx, 0).dropped, 0);
        }
        for (int given_up = 1; given_up <= 3; given_up++)
            cr_expect_eq(give_up(), 1, "number %d, in order: %d", given_up, in_order);
        cr_expect_eq(give_up(), 0);
        cr_expect(xdp_tx_pending(&world.tx, 0), "the device has the others");
        xdp_tx_free(&world.tx);
    }
}

Test(xdp_tx_kernels, nobody_gives_up_while_the_device_works)
{
    start_stuck(false);
    for (int i = 0; i < 2; i++) {
        finish_first();
        cr_expect_eq(give_up(), 0);
    }
    cr_expect_eq(give_up(), 1);
    xdp_tx_free(&world.tx);
}

/* At the end of a survey, and when the link is up again, what the device has is not said to wait. */
Test(xdp_tx_kernels, what_waits_is_known_when_it_must_be)
{
    start_stuck(false);
    xdp_tx_judge(&world.tx);
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        uint32_t number;

        memcpy(&number, xdp_tx_slot(&world.tx, slot), sizeof(number));
        cr_expect_eq(xdp_tx_is_unsent(&world.tx, slot), number >= 3, "frame %u", number);
    }
    cr_expect_eq(xdp_tx_unsent(&world.tx, 0), 3);
    xdp_tx_free(&world.tx);
}

/* Its EBUSY is no word about a frame. */
Test(xdp_tx_kernels, a_zero_copy_driver_refuses_nothing)
{
    start(&(struct variant){.out_of_hundred = 100}, false);
    world.tx.zero_copy = true;
    publish(0, 3);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(xdp_tx_kick(&world.tx), -EAGAIN);

    struct xdp_tx_finished finished = xdp_tx_collect(&world.tx, 0);
    cr_expect_eq(finished.sent, 3, "as many as have completed");
    cr_expect_eq(finished.dropped, 0);
    xdp_tx_free(&world.tx);
}
