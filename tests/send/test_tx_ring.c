// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "addresses.h"
#include "base/clock.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "reference.h"
#include "send/tx.h"
#include "support/wire.h"
#include "table.h"

enum {
    SLOTS = 32,
    BATCH = 64,
};

struct fixture {
    struct two_hosts hosts;
    struct frame_template frame;
    struct tx *tx;
    int wire;
    uint64_t random;
};

static struct fixture *start(uint32_t slots)
{
    static struct fixture fixture;
    const struct frame_config frame = {
        .layout = layout_choose(&layouts[LAYOUT_USUAL], (struct siphash_key){1, 2}),
        .source = NEAR_ADDRESS,
        .source_mac = {0x02, 1},
        .next_hop_mac = {0x02, 2}, /* nobody's: the far host does not answer */
        .vlan = FRAME_NO_VLAN,
    };

    two_hosts_make(&fixture.hosts);
    fixture.wire = wire_open(fixture.hosts.far_netns, fixture.hosts.far_index);
    frame_template_init(&fixture.frame, &frame);
    const struct tx_config config = {
        .interface_index = fixture.hosts.near_index, .frame = &fixture.frame, .slots = slots};
    cr_assert_eq(tx_ring.open(&fixture.tx, &config), 0);
    return &fixture;
}

static void draw_probes(struct fixture *fixture, struct probe probes[BATCH], size_t n)
{
    for (size_t i = 0; i < n; i++)
        probes[i] = (struct probe){
            .target_address = IPV4(reference_random(&fixture->random)),
            .flow = (uint16_t)(reference_random(&fixture->random) % 256),
            .ttl = (uint8_t)(1 + reference_random(&fixture->random) % PROBE_MAX_TTL),
        };
}

static void expect_on_the_wire(struct fixture *fixture, const struct probe *probes, size_t n, uint64_t now_ns)
{
    uint8_t expected[FRAME_MAX_LENGTH], frame[WIRE_FRAME_MAX];

    frame_prepare(&fixture->frame, expected);
    for (size_t i = 0; i < n; i++) {
        unsigned length = frame_craft(&fixture->frame, &probes[i], (uint32_t)(now_ns / NS_PER_US), expected);

        cr_assert_eq(wire_receive(fixture->wire, frame), length, "probe %zu", i);
        cr_assert_arr_eq(frame, expected, length, "probe %zu", i);
    }
}

static void expect_counted(const struct fixture *fixture, uint64_t sent, uint64_t dropped)
{
    cr_expect_eq(counter_read(&fixture->tx->counters.sent), sent);
    cr_expect_eq(counter_read(&fixture->tx->counters.dropped), dropped);
}

static void expect_closed_with(struct fixture *fixture, uint64_t sent, uint64_t dropped)
{
    unsigned before = open_descriptors();
    struct tx_totals totals;

    tx_ring.close(fixture->tx, &totals);
    cr_expect_eq(totals.sent, sent, "%d sent", (int)totals.sent);
    cr_expect_eq(totals.dropped, dropped, "%d dropped", (int)totals.dropped);
    cr_expect_eq(open_descriptors(), before - 1);
}

/* Probes of all lengths in all slots, many times round the ring; send times beyond what 32 bits of
 * microseconds hold. */
Test(tx_ring, probes_arrive_as_crafted)
{
    struct fixture *fixture = start(SLOTS);
    uint64_t now = 5000 * NS_PER_S, sent = 0;
    struct probe probes[BATCH];

    for (size_t n = 1; n <= SLOTS; n++, now += 12345678) {
        draw_probes(fixture, probes, n);
        cr_assert_eq(tx_ring.send(fixture->tx, probes, n, now), n);
        cr_assert_eq(tx_ring.push(fixture->tx), 0);
        expect_on_the_wire(fixture, probes, n, now);
        expect_counted(fixture, sent += n, 0);
    }
    expect_closed_with(fixture, sent, 0);
}

Test(tx_ring, takes_what_there_is_room_for)
{
    struct fixture *fixture = start(SLOTS);
    struct probe probes[BATCH];

    draw_probes(fixture, probes, BATCH);
    cr_expect_eq(tx_ring.send(fixture->tx, probes, 0, 0), 0);
    cr_expect_eq(tx_ring.send(fixture->tx, probes, 20, 0), 20);
    cr_expect_eq(tx_ring.send(fixture->tx, probes + 20, BATCH - 20, 0), SLOTS - 20);
    cr_expect_eq(tx_ring.send(fixture->tx, probes + SLOTS, BATCH - SLOTS, 0), 0);
    expect_counted(fixture, 0, 0);
    cr_assert_eq(tx_ring.push(fixture->tx), 0);
    expect_counted(fixture, SLOTS, 0);
    cr_expect_eq(tx_ring.send(fixture->tx, probes + SLOTS, BATCH - SLOTS, 0), BATCH - SLOTS);
    cr_assert_eq(tx_ring.push(fixture->tx), 0);
    expect_on_the_wire(fixture, probes, BATCH, 0);
    expect_closed_with(fixture, BATCH, 0);
}

Test(tx_ring, the_default_holds_a_batch)
{
    struct fixture *fixture = start(0);
    struct probe probes[BATCH];

    draw_probes(fixture, probes, BATCH);
    cr_expect_eq(tx_ring.send(fixture->tx, probes, BATCH, 0), BATCH);
    cr_expect_eq(tx_ring.push(fixture->tx), 0);
    expect_closed_with(fixture, BATCH, 0);
}

Test(tx_ring, probes_survive_a_link_that_is_down)
{
    struct fixture *fixture = start(SLOTS);
    struct probe probes[BATCH];

    draw_probes(fixture, probes, 10);
    cr_expect_eq(tx_ring.push(fixture->tx), 0, "nothing is pending");
    wire_set_up("near", 0);
    cr_expect_eq(tx_ring.push(fixture->tx), 0, "nothing is pending");
    cr_expect_eq(tx_ring.send(fixture->tx, probes, 10, 7777777), 10);
    cr_expect_eq(tx_ring.push(fixture->tx), -ENETDOWN);
    cr_expect_eq(tx_ring.push(fixture->tx), -ENETDOWN);
    expect_counted(fixture, 0, 0);
    wire_set_up("near", 1);
    cr_expect_eq(tx_ring.push(fixture->tx), 0);
    expect_on_the_wire(fixture, probes, 10, 7777777);
    expect_counted(fixture, 10, 0);
    expect_closed_with(fixture, 10, 0);
}

/* A thread of the kernel's own notes the loss of carrier, some time later. */
static int push_until_told(struct fixture *fixture)
{
    int result = -EAGAIN;

    for (int tick = 0; tick < 5000 && result == -EAGAIN; tick++) {
        result = tx_ring.push(fixture->tx);
        nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
    return result;
}

Test(tx_ring, a_link_without_carrier_is_down)
{
    struct fixture *fixture = start(SLOTS);
    struct probe probes[BATCH];

    draw_probes(fixture, probes, 10);
    cr_assert_eq(netns_enter(fixture->hosts.far_netns), 0);
    wire_set_up("far", 0);
    cr_expect_eq(tx_ring.send(fixture->tx, probes, 10, 0), 10);
    cr_expect_eq(push_until_told(fixture), -ENETDOWN);
    expect_counted(fixture, 0, 0);
    wire_set_up("far", 1);
    cr_expect_eq(tx_ring.push(fixture->tx), 0);
    expect_on_the_wire(fixture, probes, 10, 0);
    expect_closed_with(fixture, 10, 0);
}

/* sent + dropped is all that was taken, whatever the device did. */
Test(tx_ring, what_is_pending_at_the_end_is_dropped)
{
    struct fixture *fixture = start(SLOTS);
    struct probe probes[BATCH];

    draw_probes(fixture, probes, BATCH);
    cr_expect_eq(tx_ring.send(fixture->tx, probes, 9, 0), 9);
    cr_expect_eq(tx_ring.push(fixture->tx), 0);
    wire_set_up("near", 0);
    cr_expect_eq(tx_ring.send(fixture->tx, probes, BATCH, 0), SLOTS);
    cr_expect_eq(tx_ring.push(fixture->tx), -ENETDOWN);
    expect_closed_with(fixture, 9, SLOTS);
}

/* A device that is gone does not come back: that is beyond repair. */
Test(tx_ring, a_device_that_is_gone)
{
    struct fixture *fixture = start(SLOTS);
    struct probe probes[BATCH];

    draw_probes(fixture, probes, 4);
    wire_remove("near");
    cr_expect_eq(tx_ring.send(fixture->tx, probes, 4, 0), 4);
    int error = tx_ring.push(fixture->tx);
    cr_expect(error < 0 && error != -EAGAIN && error != -ENETDOWN, "%d", error);
    expect_closed_with(fixture, 0, 4);
}

Test(tx_ring, refusals_are_passed_on)
{
    struct frame_template frame = {.ethernet_length = 14, .layout.layout = layouts};
    struct tx_config config = {.frame = &frame, .slots = SLOTS, .interface_index = 9999};
    struct two_hosts hosts;
    struct tx *tx;

    two_hosts_make(&hosts);
    unsigned before = open_descriptors();
    cr_expect_eq(tx_ring.open(&tx, &config), -ENODEV);
    config.interface_index = hosts.near_index;
    config.slots = 24;
    cr_expect_eq(tx_ring.open(&tx, &config), -EINVAL);
    cr_expect_eq(open_descriptors(), before);
}

Test(tx_ring, is_found_by_its_name)
{
    cr_expect_eq(tx_find("ring"), &tx_ring);
    cr_expect_null(tx_find("rin"));
    cr_expect_null(tx_find(""));
}
