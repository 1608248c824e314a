// SPDX-License-Identifier: GPL-2.0-or-later
/* A socket at the far end of a veth pair sends; one behind the filter at the near end receives. */
#include "xdp/xdp_tx.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "host/link.h"
#include "host/netns.h"
#include "xdp/socket.h"
#include "xdp/xdp_fixture.h"

enum {
    RX_FRAMES = 256,
    SLOTS = 16,
    REPLIES = 200, /* many times what there are slots */
    PATIENCE_TICKS = 5000,
};

static const uint32_t slot_sizes[] = {XDP_TX_PROBE_SLOT, XDP_SOCKET_CHUNK};

struct link {
    struct xdp_fixture near;
    struct source *far;
    struct xdp_tx *tx; /* the far socket's */
    uint32_t sent, dropped;
};

static void start(struct link *link, uint32_t slot_size, bool drop_refused)
{
    const struct xdp_socket_config config = {
        .interface = "far",
        .frames = 16,
        .tx = {.slots = SLOTS, .slot_size = slot_size, .drop_refused = drop_refused},
    };

    *link = (struct link){0};
    xdp_fixture_start(&link->near, XDP_MODE_NATIVE, RX_FRAMES);
    cr_assert_eq(netns_enter(link->near.hosts.far_netns), 0);
    cr_assert_eq(xdp_socket_open(&link->far, &config), 0);
    cr_assert_eq(netns_enter(link->near.hosts.near_netns), 0);
    link->tx = xdp_socket_tx(link->far);
}

static void end(struct link *link)
{
    link->far->ops->close(link->far);
    xdp_fixture_end(&link->near);
}

static int push(struct link *link)
{
    int error = xdp_tx_kick(link->tx);
    struct xdp_tx_finished finished = xdp_tx_collect(link->tx, 0);

    link->sent += finished.sent;
    link->dropped += finished.dropped;
    return error;
}

static void push_all(struct link *link)
{
    for (int tick = 0; xdp_tx_pending(link->tx, 0); tick++) {
        int error = push(link);

        cr_assert(error == 0 || error == -EAGAIN, "%s", strerror(-error));
        cr_assert_lt(tick, PATIENCE_TICKS);
        nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
}

static void publish(struct link *link, uint32_t number)
{
    struct built_reply reply = xdp_fixture_reply(number);
    uint8_t *slot = xdp_tx_next(link->tx, 0);

    cr_assert_not_null(slot, "reply %u", number);
    memcpy(slot, reply.frame, reply.length);
    xdp_tx_publish(link->tx, 0, reply.length);
}

static void set_near_up(const struct link *link, bool up)
{
    if (up)
        wire_set_up("near", 1);
    else
        cr_assert_eq(link_set_down(link->near.hosts.near_index), 0); /* the far end has no carrier then */
}

static void expect_reply(const struct received_frame *frame, uint32_t number)
{
    struct built_reply expected = xdp_fixture_reply(number);

    cr_assert_eq(frame->length, expected.length);
    cr_assert(xdp_fixture_same_but_stamped(frame, expected.frame), "reply %u", number);
}

/* Takes replies until `wanted` have come, which are numbered from 1 on. */
static uint32_t receive_all(struct source *source, uint32_t wanted)
{
    uint32_t received = 0;

    for (int tick = 0; received < wanted && tick < PATIENCE_TICKS; tick++) {
        struct received_frame frames[SOURCE_BATCH];
        size_t count = source->ops->receive(source, frames);

        for (size_t i = 0; i < count; i++)
            expect_reply(&frames[i], ++received);
        source->ops->release(source, count);
        if (!count)
            nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
    return received;
}

Test(xdp_tx, frames_arrive_whole_and_in_order)
{
    for (size_t i = 0; i < sizeof(slot_sizes) / sizeof(slot_sizes[0]); i++) {
        struct link link;

        start(&link, slot_sizes[i], false);
        for (uint32_t number = 1; number <= REPLIES; number++) {
            if (!xdp_tx_next(link.tx, 0))
                push_all(&link);
            publish(&link, number);
        }
        push_all(&link);
        cr_expect_eq(receive_all(link.near.source, REPLIES), REPLIES);
        cr_expect_eq(link.sent, REPLIES);
        cr_expect_eq(link.dropped, 0);
        end(&link);
    }
}

/* What is written into one slot leaves the others alone, up to its last byte. */
Test(xdp_tx, slots_lie_side_by_side)
{
    for (size_t i = 0; i < sizeof(slot_sizes) / sizeof(slot_sizes[0]); i++) {
        struct link link;

        start(&link, slot_sizes[i], false);
        for (uint32_t slot = 0; slot < SLOTS; slot++)
            memset(xdp_tx_slot(link.tx, slot), (int)slot + 1, slot_sizes[i]);
        for (uint32_t slot = 0; slot < SLOTS; slot++)
            for (uint32_t byte = 0; byte < slot_sizes[i]; byte++)
                cr_assert_eq(xdp_tx_slot(link.tx, slot)[byte], slot + 1);
        end(&link);
    }
}

Test(xdp_tx, says_when_it_can_take_no_more)
{
    struct link link;
    unsigned taken = 0;

    start(&link, XDP_SOCKET_CHUNK, false);
    for (; xdp_tx_next(link.tx, 0); taken++)
        publish(&link, taken + 1);
    cr_expect_eq(taken, SLOTS);
    cr_expect_eq(xdp_tx_unsent(link.tx, 0), SLOTS);
    push_all(&link);
    cr_expect_eq(xdp_tx_unsent(link.tx, 0), 0);
    cr_expect_not_null(xdp_tx_next(link.tx, 0));
    end(&link);
}

Test(xdp_tx, offers_refused_frames_again)
{
    struct link link;

    start(&link, XDP_TX_PROBE_SLOT, false);
    set_near_up(&link, false);
    publish(&link, 1);
    for (int i = 0; i < 3 * SLOTS; i++)
        cr_assert_eq(push(&link), -EAGAIN);
    cr_expect_eq(xdp_tx_unsent(link.tx, 0), 1);
    cr_expect_eq(link.sent + link.dropped, 0);
    set_near_up(&link, true);
    push_all(&link);
    cr_expect_eq(receive_all(link.near.source, 1), 1);
    cr_expect_eq(link.sent, 1);
    end(&link);
}

Test(xdp_tx, gives_up_one_refused_frame_at_a_time)
{
    struct link link;

    start(&link, XDP_TX_PROBE_SLOT, false);
    set_near_up(&link, false);
    for (uint32_t number = 0; number < 3; number++)
        publish(&link, number);
    push(&link);
    for (uint32_t given_up = 1; given_up <= 2; given_up++) {
        xdp_tx_give_up(link.tx);
        for (int i = 0; i < 2 * SLOTS; i++)
            push(&link);
        cr_expect_eq(link.dropped, given_up);
        cr_expect_eq(xdp_tx_unsent(link.tx, 0), 3 - given_up);
    }
    set_near_up(&link, true);
    xdp_tx_give_up(link.tx);
    push_all(&link);
    cr_expect_eq(link.sent, 1, "what the device takes is not given up");
    set_near_up(&link, false);
    publish(&link, 3);
    for (int i = 0; i < 2 * SLOTS; i++)
        push(&link);
    cr_expect_eq(link.dropped, 2, "nor is what it refuses later");
    end(&link);
}

/* More than there are slots, and more than the ring has room for. */
Test(xdp_tx, drops_and_counts_refused_frames_where_asked)
{
    enum { ROUNDS = 5 };
    struct link link;

    start(&link, XDP_SOCKET_CHUNK, true);
    set_near_up(&link, false);
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t number = 1; number <= SLOTS; number++)
            publish(&link, number);
        push_all(&link);
    }
    cr_expect_eq(link.dropped, ROUNDS * SLOTS);
    cr_expect_eq(link.sent, 0);
    set_near_up(&link, true);
    publish(&link, 1);
    push_all(&link);
    cr_expect_eq(receive_all(link.near.source, 1), 1);
    cr_expect_eq(link.sent, 1);
    end(&link);
}

/* Each keeps its slots, and hears of its own frames. */
Test(xdp_tx, parts_share_the_rings)
{
    enum {
        PARTS = 3, /* of five slots each, and one that is left over */
        FRAME = 60,
    };
    static const uint32_t frames[PARTS] = {2, 5, 1};
    struct link link;

    start(&link, 0, false);
    cr_assert_eq(xdp_tx_divide(link.tx, PARTS), 0);
    for (uint32_t part = 0; part < PARTS; part++)
        for (uint32_t i = 0; i < frames[part]; i++) {
            memset(xdp_tx_next(link.tx, part), 0x22, FRAME);
            xdp_tx_publish(link.tx, part, FRAME);
        }
    cr_expect_null(xdp_tx_next(link.tx, 1), "no slot of another part");
    for (uint32_t part = 0; part < PARTS; part++)
        cr_expect_eq(xdp_tx_unsent(link.tx, part), frames[part]);

    uint32_t sent[PARTS] = {0};
    for (int tick = 0; sent[0] + sent[1] + sent[2] < 8; tick++) {
        cr_assert_lt(tick, PATIENCE_TICKS);
        xdp_tx_kick(link.tx);
        for (uint32_t part = 0; part < PARTS; part++)
            sent[part] += xdp_tx_collect(link.tx, part).sent;
        nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
    cr_expect_arr_eq(sent, frames, sizeof(sent));
    for (uint32_t part = 0; part < PARTS; part++) {
        cr_expect_eq(xdp_tx_unsent(link.tx, part), 0);
        cr_expect_not(xdp_tx_pending(link.tx, part));
    }
    end(&link);
}
