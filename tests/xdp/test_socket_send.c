// SPDX-License-Identifier: GPL-2.0-or-later
/* A socket at the far end of a veth pair sends; one behind the filter at the near end receives. */
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
    TX_FRAMES = 16,
    REPLIES = 200, /* many times what the ring holds */
    PATIENCE_TICKS = 5000,
};

static struct source *open_far(const struct xdp_fixture *fixture)
{
    const struct xdp_socket_config config = {.interface = "far", .frames = 16, .tx_frames = TX_FRAMES};
    struct source *source = NULL;

    cr_assert_eq(netns_enter(fixture->hosts.far_netns), 0);
    cr_assert_eq(xdp_socket_open(&source, &config), 0);
    cr_assert_eq(netns_enter(fixture->hosts.near_netns), 0);
    return source;
}

static void push(struct source *source)
{
    uint64_t refused;

    cr_assert_eq(xdp_socket_push(source, &refused), 0);
    cr_expect_eq(refused, 0);
}

/* Takes replies until `wanted` have come, which are numbered from 1 on. */
static uint32_t receive_all(struct source *source, uint32_t wanted)
{
    uint32_t received = 0;

    for (int tick = 0; received < wanted && tick < PATIENCE_TICKS; tick++) {
        struct received_frame frames[SOURCE_BATCH];
        size_t count = source->ops->receive(source, frames);

        for (size_t i = 0; i < count; i++) {
            struct built_reply expected = xdp_fixture_reply(++received);

            cr_assert_eq(frames[i].length, expected.length);
            cr_assert_arr_eq(frames[i].data, expected.frame, expected.length, "reply %u", received);
        }
        source->ops->release(source, count);
        if (!count)
            nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
    return received;
}

Test(xdp_socket_send, frames_arrive_whole_and_in_order)
{
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, RX_FRAMES);
    struct source *far = open_far(&fixture);
    for (uint32_t number = 1; number <= REPLIES; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        if (!xdp_socket_send(far, reply.frame, reply.length)) {
            push(far);
            cr_assert(xdp_socket_send(far, reply.frame, reply.length), "reply %u", number);
        }
    }
    push(far);
    cr_expect_eq(receive_all(fixture.source, REPLIES), REPLIES);
    far->ops->close(far);
    xdp_fixture_end(&fixture);
}

Test(xdp_socket_send, says_when_it_can_take_no_more)
{
    uint8_t frame[4096] = {0};
    struct xdp_fixture fixture;
    unsigned taken = 0;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, RX_FRAMES);
    struct source *far = open_far(&fixture);
    cr_expect_not(xdp_socket_send(far, frame, 2049), "longer than a chunk");
    while (xdp_socket_send(far, frame, 60))
        taken++;
    cr_expect_eq(taken, TX_FRAMES);
    push(far);
    cr_expect(xdp_socket_send(far, frame, 60));
    far->ops->close(far);
    xdp_fixture_end(&fixture);
}

Test(xdp_socket_send, tells_that_the_device_refuses)
{
    uint8_t frame[60] = {0};
    struct xdp_fixture fixture;
    uint64_t refused = 0;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, RX_FRAMES);
    struct source *far = open_far(&fixture);
    cr_assert_eq(link_set_down(fixture.hosts.near_index), 0); /* takes the carrier away at the far end */
    for (int i = 0; i < 3; i++)
        cr_assert(xdp_socket_send(far, frame, sizeof(frame)));
    cr_expect_eq(xdp_socket_push(far, &refused), 0);
    cr_expect_eq(refused, 3);
    far->ops->close(far);
    xdp_fixture_end(&fixture);
}
