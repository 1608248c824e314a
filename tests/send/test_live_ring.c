// SPDX-License-Identifier: GPL-2.0-or-later
/* The ring without a kernel: the test is BPF's side. */
#include "send/live_ring.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"

enum {
    SLOTS = 8,
};

struct fixture {
    uint8_t slots[SLOTS * LIVE_SLOT_MOST];
    struct live_orders orders;
    struct live_progress progress;
    struct live_drops drops;
    struct frame_template frame;
    struct live_ring ring;
};

static struct fixture *start_with(const struct layout *layout)
{
    const struct frame_config config = {.layout = layout_choose(layout, (struct siphash_key){1, 2}),
                                        .source = IPV4(0xc6120002),
                                        .vlan = FRAME_NO_VLAN};
    static struct fixture fixture;

    fixture = (struct fixture){0};
    frame_template_init(&fixture.frame, &config);
    fixture.ring = (struct live_ring){.slots = fixture.slots,
                                      .orders = &fixture.orders,
                                      .progress = &fixture.progress,
                                      .drops = &fixture.drops,
                                      .count = SLOTS};
    live_ring_prepare(&fixture.ring, &fixture.frame);
    return &fixture;
}

static struct fixture *start(void)
{
    return start_with(&layouts[LAYOUT_USUAL]);
}

static struct probe probe_at(uint32_t i)
{
    return (struct probe){.target_address = IPV4(0x14000001 + i), .ttl = 7};
}

static void craft(struct fixture *fixture, uint32_t i, uint32_t now_us)
{
    const struct probe probe = probe_at(i);

    live_ring_craft(&fixture->ring, &fixture->frame, &probe, now_us);
}

/* Whether a slot holds the probe `i` as sent at `now_us`, and its length. */
static bool holds(struct fixture *fixture, uint64_t position, uint32_t i, uint32_t now_us)
{
    const struct layout *layout = fixture->frame.layout.layout;
    const uint8_t *slot = live_ring_slot(&fixture->ring, position);
    uint8_t expected[LAYOUT_LONGEST];
    const struct probe probe = probe_at(i);
    uint16_t length;

    layout->prepare(&fixture->frame.probe, expected);
    memcpy(&length, slot + LIVE_SLOT_BYTES(layout->crafted) - sizeof(length), sizeof(length));
    return layout->craft(&fixture->frame.probe, &probe, now_us, expected) == length &&
           memcmp(slot, expected, layout->crafted) == 0;
}

Test(live_ring, has_room_for_what_bpf_has_taken)
{
    struct fixture *fixture = start();

    cr_expect_eq(live_ring_room(&fixture->ring, SLOTS + 1), SLOTS);
    for (uint32_t i = 0; i < SLOTS; i++)
        craft(fixture, i, 1);
    cr_expect_eq(live_ring_room(&fixture->ring, 1), 0);
    live_ring_publish(&fixture->ring);
    cr_expect_eq(fixture->orders.published, SLOTS);
    fixture->progress.taken = 3;
    cr_expect_eq(live_ring_room(&fixture->ring, 2), 2);
    cr_expect_eq(live_ring_room(&fixture->ring, SLOTS), 3);
    cr_expect_eq(live_ring_update(&fixture->ring), SLOTS - 3);
}

/* Which are dropped is known before the slots behind may be used again. */
Test(live_ring, finds_what_was_dropped_in_its_slots)
{
    struct fixture *fixture = start();

    cr_expect_null(live_ring_next_dropped(&fixture->ring));
    for (uint64_t round = 0; round < 2 * LIVE_RING_MAX_SLOTS; round += SLOTS) {
        for (uint32_t i = 0; i < SLOTS; i++)
            craft(fixture, i, 1);
        live_ring_publish(&fixture->ring);
        for (uint32_t i = 0; i < SLOTS; i++)
            fixture->drops.positions[(round + i) % LIVE_RING_MAX_SLOTS] = round + i;
        fixture->progress.dropped = fixture->progress.taken = round + SLOTS;
        cr_expect_null(live_ring_next_dropped(&fixture->ring), "nobody has looked");
        cr_expect_eq(live_ring_update(&fixture->ring), 0);
        for (uint32_t i = 0; i < SLOTS; i++)
            cr_expect_eq(live_ring_next_dropped(&fixture->ring), live_ring_slot(&fixture->ring, round + i));
        cr_expect_null(live_ring_next_dropped(&fixture->ring));
    }
}

static void expect_renewal(struct fixture *fixture)
{
    for (uint32_t i = 0; i < 4; i++)
        craft(fixture, i, 1000);
    live_ring_publish(&fixture->ring);
    live_ring_renew(&fixture->ring, &fixture->frame, 2000);
    cr_expect(holds(fixture, 0, 0, 1000), "nobody asked BPF to hold them");
    live_ring_hold(&fixture->ring);
    live_ring_renew(&fixture->ring, &fixture->frame, 2000);
    cr_expect(holds(fixture, 0, 0, 1000), "BPF has not answered");
    fixture->progress.taken = 1;
    fixture->progress.held = fixture->orders.hold;
    live_ring_renew(&fixture->ring, &fixture->frame, 2000);
    cr_expect(holds(fixture, 0, 0, 1000), "it has left");
    for (uint32_t i = 1; i < 4; i++)
        cr_expect(holds(fixture, i, i, 2000), "probe %u of %s", i, fixture->frame.layout.layout->name);
}

/* A slot that BPF may be reading is not written. */
Test(live_ring, renews_only_what_is_held)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++)
        expect_renewal(start_with(&layouts[i]));
}

/* Where BPF has not seen that it may go on, its answer to the hold before says nothing about the next. */
Test(live_ring, an_old_answer_is_none)
{
    struct fixture *fixture = start();

    craft(fixture, 0, 1000);
    live_ring_publish(&fixture->ring);
    live_ring_hold(&fixture->ring);
    live_ring_hold(&fixture->ring);
    cr_expect_eq(fixture->orders.hold, 1);
    fixture->progress.held = 1;
    cr_expect(live_ring_is_obeyed(&fixture->ring));
    live_ring_let_go(&fixture->ring);
    live_ring_let_go(&fixture->ring);
    cr_expect_not(live_ring_is_held(&fixture->ring));
    live_ring_hold(&fixture->ring);
    cr_expect_eq(fixture->orders.hold, 3);
    cr_expect_not(live_ring_is_obeyed(&fixture->ring));
    live_ring_renew(&fixture->ring, &fixture->frame, 2000);
    cr_expect(holds(fixture, 0, 0, 1000));
}
