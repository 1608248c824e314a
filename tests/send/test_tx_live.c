// SPDX-License-Identifier: GPL-2.0-or-later
/* What live frames alone do; what all backends have in common is in test_tx.c. */
#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/netns.h"
#include "live_sender.h"
#include "send/tx_link.h"
#include "support/wire.h"

enum {
    PROBES = 100,
};

static int push_to_the_end(struct tx *tx)
{
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;
    int state;

    while ((state = tx->ops->push(tx)) == -EAGAIN)
        cr_assert_lt(clock_now_ns(), deadline);
    return state;
}

static void send_and_publish(struct tx *tx)
{
    const struct probe probe = {.target = 0x14000001, .ttl = 7};

    for (int i = 0; i < PROBES; i++)
        cr_assert_eq(tx_live.send(tx, &probe, 1, 1), 1);
}

static void expect_dropped(struct tx_link *link)
{
    uint8_t frame[WIRE_FRAME_MAX];
    struct tx_totals totals = tx_link_close(link);

    cr_expect_eq(totals.sent, 0);
    cr_expect_eq(totals.dropped, PROBES);
    cr_expect_eq(wire_receive_now(link->wire, frame), 0);
    tx_link_free(link);
}

/* A veth device whose peer has no native XDP program takes no redirected frame. */
Test(tx_live, a_far_end_without_xdp_is_told_and_counted)
{
    struct tx_link link;
    int state;

    tx_link_make(&link, &tx_live, 0);
    close(link.far_program);
    link.far_program = -1;
    /* The program goes some time after its last descriptor. */
    usleep(200000);
    send_and_publish(link.tx);
    do
        state = push_to_the_end(link.tx);
    while (state == 0 && !counter_read(&link.tx->counters.dropped));
    cr_expect_eq(state, -EOPNOTSUPP);
    expect_dropped(&link);
}

Test(tx_live, refused_frames_are_dropped_and_counted)
{
    struct tx_link link;

    tx_link_make(&link, &tx_live, 0);
    cr_assert_eq(netns_enter(link.hosts.far_netns), 0);
    wire_set_up("far", 0);
    cr_assert_eq(netns_enter(link.hosts.near_netns), 0);
    send_and_publish(link.tx);
    push_to_the_end(link.tx);
    expect_dropped(&link);
}

Test(tx_live, bounds_its_ring)
{
    const struct frame_template frame = {.ethernet_length = ETHERNET_HEADER};
    const struct tx_config config = {.interface_index = 1, .frame = &frame, .slots = 2 * LIVE_RING_MAX_SLOTS};
    struct tx *tx;

    cr_expect_eq(tx_live.open(&tx, &config), -EINVAL);
}

/* The length of the Ethernet header is a constant to the verifier. */
Test(tx_live, loads_with_a_vlan_tag)
{
    const struct frame_config with_vlan = {.key = {1, 2}, .source = NEAR_ADDRESS, .vlan = 5};
    struct frame_template frame;
    struct tx_totals totals;
    struct tx_link link;
    struct tx *tx;

    tx_link_make(&link, &tx_live, 0);
    frame_template_init(&frame, &with_vlan);
    const struct tx_config config = {.interface_index = link.hosts.near_index, .frame = &frame};
    cr_assert_eq(tx_live.open(&tx, &config), 0);
    tx_live.close(tx, &totals);
    tx_link_close(&link);
    tx_link_free(&link);
}
