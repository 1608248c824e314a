// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/packet_ring.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "reference.h"
#include "support/wire.h"
#include "table.h"

enum {
    SLOTS = 16,
    LONGEST = PACKET_RING_SLOT - PACKET_RING_FRAME_OFFSET,
    ORDINARY = 60,
};

/* A ring at one end of a veth pair, a socket at the other. */
struct fixture {
    struct two_hosts hosts;
    struct packet_ring ring;
    int wire;
    uint64_t published; /* how many frames, which is also the number that the next one carries */
};

static struct fixture *start(void)
{
    static struct fixture fixture;

    two_hosts_make(&fixture.hosts);
    fixture.wire = wire_open(fixture.hosts.far_netns, fixture.hosts.far_index);
    cr_assert_eq(packet_ring_open(&fixture.ring, fixture.hosts.near_index, SLOTS, LONGEST), 0);
    return &fixture;
}

/* A frame that says its number and is noise otherwise, addressed to nobody. */
static void make_frame(uint64_t number, uint8_t *frame, unsigned length)
{
    uint64_t random = number;

    reference_random_bytes(&random, frame, length);
    frame[0] = 0x02;
    if (length >= 14)
        store_be16(frame + 12, 0x0800);
}

static bool publish(struct fixture *fixture, unsigned length)
{
    uint8_t *frame = packet_ring_next(&fixture->ring);

    if (!frame)
        return false;
    make_frame(fixture->published++, frame, length < LONGEST ? length : LONGEST);
    packet_ring_publish(&fixture->ring, length);
    return true;
}

static void expect_frame(struct fixture *fixture, uint64_t number, unsigned length)
{
    uint8_t expected[PACKET_RING_SLOT], frame[WIRE_FRAME_MAX];

    make_frame(number, expected, length);
    cr_assert_eq(wire_receive(fixture->wire, frame), length, "frame %d", (int)number);
    cr_assert_arr_eq(frame, expected, length, "frame %d", (int)number);
}

static void expect_silence(struct fixture *fixture)
{
    uint8_t frame[WIRE_FRAME_MAX];

    cr_expect_eq(wire_receive_now(fixture->wire, frame), 0);
}

static void expect_collected(struct fixture *fixture, uint64_t sent, uint64_t unsent)
{
    struct packet_ring_finished finished = packet_ring_collect(&fixture->ring);

    cr_expect_eq(finished.sent, sent, "%d sent instead of %d", (int)finished.sent, (int)sent);
    cr_expect_eq(finished.unsent, unsent, "%d unsent instead of %d", (int)finished.unsent, (int)unsent);
}

Test(packet_ring, frames_arrive_as_they_were)
{
    struct fixture *fixture = start();

    for (unsigned length = 14; length <= LONGEST; length++) {
        cr_assert(publish(fixture, length));
        cr_assert(packet_ring_pending(&fixture->ring));
        cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
        expect_frame(fixture, fixture->published - 1, length);
        expect_collected(fixture, 1, 0);
        cr_assert_not(packet_ring_pending(&fixture->ring));
    }
    packet_ring_close(&fixture->ring);
}

/* Round the ring many times, in batches of every size. */
Test(packet_ring, goes_round)
{
    struct fixture *fixture = start();
    uint64_t received = 0;

    for (unsigned batch = 1; fixture->published < 100 * SLOTS; batch = batch % SLOTS + 1) {
        for (unsigned i = 0; i < batch; i++)
            cr_assert(publish(fixture, ORDINARY + i));
        cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
        for (unsigned i = 0; i < batch; i++)
            expect_frame(fixture, received++, ORDINARY + i);
        expect_collected(fixture, batch, 0);
    }
    packet_ring_close(&fixture->ring);
}

Test(packet_ring, nothing_leaves_before_a_kick)
{
    struct fixture *fixture = start();

    cr_assert(publish(fixture, ORDINARY));
    expect_silence(fixture);
    expect_collected(fixture, 0, 0);
    cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
    expect_frame(fixture, 0, ORDINARY);
    packet_ring_close(&fixture->ring);
}

Test(packet_ring, takes_as_many_as_it_has_slots)
{
    struct fixture *fixture = start();

    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < SLOTS; i++)
            cr_assert(publish(fixture, ORDINARY), "slot %u", i);
        cr_expect_not(publish(fixture, ORDINARY));
        cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
        cr_expect_not(publish(fixture, ORDINARY), "what is not collected is not free");
        expect_collected(fixture, SLOTS, 0);
    }
    packet_ring_close(&fixture->ring);
}

Test(packet_ring, an_empty_ring)
{
    struct fixture *fixture = start();

    cr_expect_eq(packet_ring_kick(&fixture->ring), 0);
    expect_collected(fixture, 0, 0);
    cr_expect_not(packet_ring_pending(&fixture->ring));
    packet_ring_close(&fixture->ring);
    cr_expect_eq(fixture->ring.fd, -1);
    packet_ring_close(&fixture->ring);
}

/* While the device itself is down, and while it has no carrier since its peer is down. */
static void expect_frames_survive(const char *what, int netns_of_device, const char *device, int error)
{
    struct fixture *fixture = start();

    cr_assert(publish(fixture, ORDINARY));
    cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
    expect_frame(fixture, 0, ORDINARY);
    expect_collected(fixture, 1, 0);

    cr_assert_eq(netns_enter(netns_of_device ? fixture->hosts.far_netns : fixture->hosts.near_netns), 0);
    wire_set_up(device, 0);
    for (unsigned i = 0; i < 5; i++)
        cr_assert(publish(fixture, ORDINARY));
    for (unsigned i = 0; i < 3; i++) {
        cr_expect_eq(packet_ring_kick(&fixture->ring), error, "%s", what);
        expect_collected(fixture, 0, 0);
    }
    wire_set_up(device, 1);
    cr_expect_eq(packet_ring_kick(&fixture->ring), 0, "%s", what);
    for (uint64_t i = 1; i <= 5; i++)
        expect_frame(fixture, i, ORDINARY);
    expect_collected(fixture, 5, 0);
    packet_ring_close(&fixture->ring);
}

Test(packet_ring, frames_survive_a_device_that_is_down)
{
    expect_frames_survive("down", 0, "near", -ENETDOWN);
}

Test(packet_ring, frames_survive_a_link_without_carrier)
{
    expect_frames_survive("no carrier", 1, "far", -EAGAIN);
}

static bool link_becomes(const struct packet_ring *ring, bool down)
{
    for (int tick = 0; tick < 5000 && packet_ring_link_down(ring) != down; tick++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return packet_ring_link_down(ring) == down;
}

/* The kernel notes carrier in a thread of its own, some time later. */
Test(packet_ring, carrier)
{
    struct fixture *fixture = start();

    cr_expect(link_becomes(&fixture->ring, false));
    cr_assert_eq(netns_enter(fixture->hosts.far_netns), 0);
    for (int round = 0; round < 2; round++) {
        wire_set_up("far", 0);
        cr_expect(link_becomes(&fixture->ring, true), "asked from another namespace");
        wire_set_up("far", 1);
        cr_expect(link_becomes(&fixture->ring, false));
    }
    wire_remove("far");
    cr_expect_not(packet_ring_link_down(&fixture->ring), "a device that is gone is not down, but gone");
    packet_ring_close(&fixture->ring);
}

/* Lengths that the kernel refuses, at every place of a batch. */
static void expect_taken_out(struct fixture *fixture, unsigned length, unsigned at, unsigned batch)
{
    uint64_t first = fixture->published;

    for (unsigned i = 0; i < batch; i++)
        cr_assert(publish(fixture, i == at ? length : ORDINARY));
    cr_assert_eq(packet_ring_kick(&fixture->ring), -EAGAIN, "length %u at %u of %u", length, at, batch);
    expect_collected(fixture, at, 1);
    cr_expect_eq(packet_ring_pending(&fixture->ring), at + 1 < batch);
    cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
    for (unsigned i = 0; i < batch; i++)
        if (i != at)
            expect_frame(fixture, first + i, ORDINARY);
    expect_collected(fixture, batch - at - 1, 0);
    cr_expect_not(packet_ring_pending(&fixture->ring));
}

Test(packet_ring, malformed_frames_are_taken_out)
{
    static const unsigned lengths[] = {0, 13, LONGEST + 1, 1000};
    struct fixture *fixture = start();

    for (size_t i = 0; i < COUNT(lengths); i++)
        for (unsigned batch = 1; batch <= SLOTS; batch += 5)
            for (unsigned at = 0; at < batch; at++)
                expect_taken_out(fixture, lengths[i], at, batch);
    expect_silence(fixture);
    packet_ring_close(&fixture->ring);
}

Test(packet_ring, several_malformed_frames)
{
    struct fixture *fixture = start();
    uint64_t sent = 0, unsent = 0;

    for (unsigned i = 0; i < SLOTS; i++)
        cr_assert(publish(fixture, i % 3 ? ORDINARY : 5));
    while (packet_ring_pending(&fixture->ring)) {
        packet_ring_kick(&fixture->ring);
        struct packet_ring_finished finished = packet_ring_collect(&fixture->ring);
        cr_assert_gt(finished.sent + finished.unsent, 0, "the ring is stuck");
        sent += finished.sent;
        unsent += finished.unsent;
    }
    cr_expect_eq(sent, 10);
    cr_expect_eq(unsent, 6);
    for (unsigned i = 0; i < SLOTS; i++)
        if (i % 3)
            expect_frame(fixture, i, ORDINARY);
    packet_ring_close(&fixture->ring);
}

static void set_status(struct packet_ring *ring, uint64_t position, uint32_t status)
{
    ((struct tpacket2_hdr *)packet_ring_slot(ring, position))->tp_status = status;
}

/* A device that holds on to frames, as real ones do and veth does not: the frame's status is set by hand. */
Test(packet_ring, a_malformed_frame_behind_one_in_flight)
{
    struct fixture *fixture = start();

    cr_assert(publish(fixture, ORDINARY));
    cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
    set_status(&fixture->ring, 0, TP_STATUS_SENDING);
    cr_assert(publish(fixture, 13));
    cr_assert(publish(fixture, ORDINARY));
    cr_expect_eq(packet_ring_kick(&fixture->ring), -EAGAIN, "the frame is at fault, not the device");
    expect_collected(fixture, 0, 0);
    cr_expect_eq(packet_ring_kick(&fixture->ring), 0, "the kernel stands at the malformed frame");
    set_status(&fixture->ring, 0, TP_STATUS_AVAILABLE);
    expect_collected(fixture, 1, 1);
    cr_expect_eq(packet_ring_kick(&fixture->ring), 0);
    expect_collected(fixture, 1, 0);
    expect_frame(fixture, 0, ORDINARY);
    expect_frame(fixture, 2, ORDINARY);
    packet_ring_close(&fixture->ring);
}

Test(packet_ring, abandoned_frames_are_told)
{
    struct fixture *fixture = start();

    for (unsigned i = 0; i < 3; i++)
        cr_assert(publish(fixture, ORDINARY));
    cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
    set_status(&fixture->ring, 1, TP_STATUS_SENDING);
    wire_set_up("near", 0);
    for (unsigned i = 0; i < 4; i++)
        cr_assert(publish(fixture, ORDINARY));
    cr_expect_eq(packet_ring_kick(&fixture->ring), -ENETDOWN);

    struct packet_ring_finished finished = packet_ring_abandon(&fixture->ring);
    cr_expect_eq(finished.sent, 3, "one of them is with the device");
    cr_expect_eq(finished.unsent, 4);
    cr_expect_not(packet_ring_pending(&fixture->ring));
    packet_ring_close(&fixture->ring);
}

Test(packet_ring, refusals_leave_nothing_behind)
{
    static const uint32_t slots[] = {0, 1, 8, 24, 17, 0x80000001};
    struct packet_ring ring;
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    unsigned before = open_descriptors();
    for (size_t i = 0; i < COUNT(slots); i++)
        cr_expect_eq(packet_ring_open(&ring, hosts.near_index, slots[i], LONGEST), -EINVAL, "%u slots",
                     slots[i]);
    cr_expect_eq(packet_ring_open(&ring, 9999, SLOTS, LONGEST), -ENODEV);
    drop_capability(CAP_NET_RAW);
    cr_expect_eq(packet_ring_open(&ring, hosts.near_index, SLOTS, LONGEST), -EPERM);
    cr_expect_eq(ring.fd, -1);
    cr_expect_eq(open_descriptors(), before);
    packet_ring_close(&ring);
}

/* Without CAP_NET_ADMIN the send buffer is smaller, and that is all. */
Test(packet_ring, needs_net_raw_only)
{
    struct packet_ring ring;
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    drop_capability(CAP_NET_ADMIN);
    cr_expect_eq(packet_ring_open(&ring, hosts.near_index, 1024, LONGEST), 0);
    packet_ring_close(&ring);
}

/* The ring sends and nothing else: what arrives for the device is not queued in it. */
Test(packet_ring, receives_nothing)
{
    struct fixture *fixture = start();
    uint8_t frame[ORDINARY], received[WIRE_FRAME_MAX];

    make_frame(1, frame, sizeof(frame));
    int near_wire = wire_open(fixture->hosts.near_netns, fixture->hosts.near_index);
    wire_send(fixture->wire, frame, sizeof(frame));
    cr_assert_eq(wire_receive(near_wire, received), sizeof(frame));
    cr_expect_eq(wire_receive_now(fixture->ring.fd, received), 0);
    packet_ring_close(&fixture->ring);
}

/* Slots grow with the longest frame, up to a page. */
Test(packet_ring, long_frames_have_larger_slots)
{
    static const unsigned longest[] = {LONGEST + 1, 1514, 2006, 2007, 4054};
    struct fixture *fixture = start();

    for (size_t i = 0; i < COUNT(longest); i++) {
        uint8_t expected[4096], frame[4096];

        packet_ring_close(&fixture->ring);
        cr_assert_eq(packet_ring_open(&fixture->ring, fixture->hosts.near_index, SLOTS, longest[i]), 0);
        for (unsigned k = 0; k < 2 * SLOTS; k++) {
            unsigned length = longest[i] < 1514 ? longest[i] : 1514;
            uint8_t *slot = packet_ring_next(&fixture->ring);

            cr_assert_not_null(slot);
            make_frame(k, slot, length);
            packet_ring_publish(&fixture->ring, length);
            cr_assert_eq(packet_ring_kick(&fixture->ring), 0);
            make_frame(k, expected, length);
            cr_assert_eq(wire_receive(fixture->wire, frame), length);
            cr_assert_arr_eq(frame, expected, length);
            expect_collected(fixture, 1, 0);
        }
    }
    packet_ring_close(&fixture->ring);
    cr_expect_eq(packet_ring_open(&fixture->ring, fixture->hosts.near_index, SLOTS, 4055), -EINVAL);
}
