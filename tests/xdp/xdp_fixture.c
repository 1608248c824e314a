// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_fixture.h"

#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

#include "addresses.h"
#include "base/clock.h"
#include "base/log.h"

enum {
    PATIENCE_TICKS = 5000,
};

void xdp_fixture_start(struct xdp_fixture *fixture, enum xdp_mode mode, uint32_t frames)
{
    const struct xdp_socket_config config = {
        .interface = "near", .frames = frames, .generic = mode == XDP_MODE_GENERIC};

    *fixture = (struct xdp_fixture){0};
    log_route_libraries();
    two_hosts_make(&fixture->hosts);
    fixture->far_wire = wire_open(fixture->hosts.far_netns, fixture->hosts.far_index);
    fixture->near_wire = wire_open(fixture->hosts.near_netns, fixture->hosts.near_index);
    cr_assert_eq(xdp_filter_open(&fixture->filter, &reply_builder_layouts, 1, CELL_NO_LIMIT), 0);
    cr_assert_eq(xdp_filter_attach(fixture->filter, fixture->hosts.near_index, mode), 0);
    if (!frames)
        return;
    cr_assert_eq(xdp_socket_open(&fixture->source, &config), 0);
    cr_assert_eq(xdp_filter_set_socket(fixture->filter, 0, xdp_socket_fd(fixture->source)), 0);
}

void xdp_fixture_end(struct xdp_fixture *fixture)
{
    if (fixture->source)
        fixture->source->ops->close(fixture->source);
    xdp_filter_close(fixture->filter);
}

struct built_reply xdp_fixture_reply(uint32_t number)
{
    struct probe probe = {
        .target_address = IPV4(number), .flow = 0, .ttl = (uint8_t)(1 + number % PROBE_MAX_TTL)};

    return reply_build(probe, number, (struct reply_shape){.quoted_length = 28 + number % 100});
}

void xdp_fixture_inject(const struct xdp_fixture *fixture, const struct built_reply *reply)
{
    wire_send(fixture->far_wire, reply->frame, reply->length);
}

bool xdp_fixture_same_but_stamped(const struct received_frame *frame, const uint8_t *sent)
{
    return !memcmp(frame->data + FRAME_STAMP_BYTES, sent + FRAME_STAMP_BYTES,
                   frame->length - FRAME_STAMP_BYTES);
}

struct filter_counters xdp_fixture_wait(const struct xdp_fixture *fixture, uint64_t errors)
{
    struct filter_counters counters = {{0}};

    for (int tick = 0; tick < PATIENCE_TICKS; tick++) {
        cr_assert_eq(xdp_filter_counters(fixture->filter, &counters), 0);
        if (counters.count[FILTER_RECEIVED] - counters.count[FILTER_PASSED] >= errors)
            break;
        nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
    return counters;
}
