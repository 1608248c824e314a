// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "table.h"
#include "xdp/xdp_fixture.h"

enum {
    FRAMES = 64,
    PATIENCE_TICKS = 5000,
};

static const enum xdp_mode modes[] = {XDP_MODE_NATIVE, XDP_MODE_GENERIC};

/* Waits for frames; returns how many came, 0 where none do for seconds. */
static size_t receive(struct source *source, struct received_frame out[SOURCE_BATCH])
{
    for (int tick = 0; tick < PATIENCE_TICKS; tick++) {
        size_t count = source->ops->receive(source, out);

        if (count)
            return count;
        nanosleep(&(struct timespec){.tv_nsec = (long)NS_PER_MS}, NULL);
    }
    return 0;
}

static void expect_reply(const struct received_frame *frame, uint32_t number)
{
    struct built_reply expected = xdp_fixture_reply(number);

    cr_assert_eq(frame->length, expected.length, "reply %u", number);
    cr_assert(xdp_fixture_same_but_stamped(frame, expected.frame), "reply %u", number);
}

/* Receives what is there, at least one frame, the first of which is reply `first`; returns how many. */
static size_t expect_replies_from(struct source *source, uint32_t first)
{
    struct received_frame frames[SOURCE_BATCH];
    size_t count = receive(source, frames);

    cr_assert(count > 0 && count <= SOURCE_BATCH, "reply %u", first);
    for (size_t i = 0; i < count; i++)
        expect_reply(&frames[i], first + (uint32_t)i);
    source->ops->release(source, count);
    return count;
}

static struct source_losses losses_of(const struct source *source)
{
    struct source_losses losses;

    cr_assert_eq(source->ops->losses(source, &losses), 0);
    return losses;
}

static void expect_no_losses(const struct source *source)
{
    struct source_losses losses = losses_of(source);

    cr_expect_eq(losses.ring_full, 0);
    cr_expect_eq(losses.fill_empty, 0);
    cr_expect_eq(losses.dropped, 0);
}

static void expect_bytes_and_time(enum xdp_mode mode)
{
    struct received_frame frames[SOURCE_BATCH];
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, mode, FRAMES);
    cr_expect_not(xdp_socket_zero_copy(fixture.source));
    for (uint32_t number = 1; number <= 10; number++) {
        struct built_reply reply = xdp_fixture_reply(number);
        uint64_t before = clock_now_ns();

        xdp_fixture_inject(&fixture, &reply);
        cr_assert_eq(receive(fixture.source, frames), 1, "%s", xdp_mode_name(mode));
        uint64_t after = clock_now_ns();

        expect_reply(&frames[0], number);
        cr_expect(before <= frames[0].received_ns && frames[0].received_ns <= after, "%s",
                  xdp_mode_name(mode));
        fixture.source->ops->release(fixture.source, 1);
    }
    cr_expect_eq(fixture.source->ops->receive(fixture.source, frames), 0);
    expect_no_losses(fixture.source);
    xdp_fixture_end(&fixture);
}

Test(xdp_socket, replies_come_with_bytes_and_time)
{
    expect_bytes_and_time(XDP_MODE_NATIVE);
}

Test(xdp_socket, replies_come_in_generic_mode)
{
    expect_bytes_and_time(XDP_MODE_GENERIC);
}

/* Every chunk of the UMEM serves many times over, and the frames stay what they were and in order. */
static void expect_chunks_circulate(enum xdp_mode mode)
{
    struct xdp_fixture fixture;
    uint32_t sent = 0, received = 0;

    xdp_fixture_start(&fixture, mode, FRAMES);
    for (unsigned burst = 1; sent < 100 * FRAMES; burst = burst % (FRAMES - 1) + 1) {
        for (unsigned i = 0; i < burst; i++) {
            struct built_reply reply = xdp_fixture_reply(sent++);

            xdp_fixture_inject(&fixture, &reply);
        }
        while (received < sent)
            received += (uint32_t)expect_replies_from(fixture.source, received);
    }
    expect_no_losses(fixture.source);
    xdp_fixture_end(&fixture);
}

Test(xdp_socket, chunks_circulate)
{
    for (size_t i = 0; i < COUNT(modes); i++)
        expect_chunks_circulate(modes[i]);
}

/* A receiver that stalls loses replies, and each is counted: redirected = received + losses. */
static void expect_losses_counted(enum xdp_mode mode)
{
    enum { INJECTED = 5 * FRAMES + 7 };
    struct xdp_fixture fixture;
    uint32_t received = 0;

    xdp_fixture_start(&fixture, mode, FRAMES);
    for (uint32_t number = 0; number < INJECTED; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        xdp_fixture_inject(&fixture, &reply);
    }
    struct filter_counters counters = xdp_fixture_wait(&fixture, INJECTED);
    cr_assert_eq(counters.count[FILTER_REDIRECTED], INJECTED);
    while (received < FRAMES)
        received += (uint32_t)expect_replies_from(fixture.source, received);
    cr_expect_eq(received, FRAMES);

    struct source_losses losses = losses_of(fixture.source);
    cr_expect_eq(received + losses.ring_full + losses.fill_empty + losses.dropped, INJECTED,
                 "%s: %u received, %d ring full, %d fill empty, %d dropped", xdp_mode_name(mode), received,
                 (int)losses.ring_full, (int)losses.fill_empty, (int)losses.dropped);
    cr_expect_eq(losses.fill_empty, INJECTED - FRAMES);

    /* All chunks are back: as many replies as before find room. */
    for (uint32_t number = 1000; number < 1000 + FRAMES; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        xdp_fixture_inject(&fixture, &reply);
    }
    for (received = 0; received < FRAMES;)
        received += (uint32_t)expect_replies_from(fixture.source, 1000 + received);
    cr_expect_eq(losses_of(fixture.source).fill_empty, losses.fill_empty);
    xdp_fixture_end(&fixture);
}

Test(xdp_socket, losses_are_counted_exactly)
{
    for (size_t i = 0; i < COUNT(modes); i++)
        expect_losses_counted(modes[i]);
}

/* Frames received and not yet released stay as they are while more arrive. */
Test(xdp_socket, frames_stay_until_released)
{
    struct received_frame held[SOURCE_BATCH];
    struct xdp_fixture fixture;
    size_t count = 0;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, FRAMES);
    for (uint32_t number = 0; number < 8; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        xdp_fixture_inject(&fixture, &reply);
    }
    xdp_fixture_wait(&fixture, 8);
    count = receive(fixture.source, held);
    for (uint32_t number = 100; number < 200; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        xdp_fixture_inject(&fixture, &reply);
    }
    xdp_fixture_wait(&fixture, 108);
    for (size_t i = 0; i < count; i++)
        expect_reply(&held[i], (uint32_t)i);
    fixture.source->ops->release(fixture.source, count);
    xdp_fixture_end(&fixture);
}

Test(xdp_socket, a_held_queue_is_refused)
{
    const struct xdp_socket_config config = {.interface = "near", .frames = FRAMES};
    struct xdp_fixture fixture;
    struct source *second;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, FRAMES);
    unsigned before = open_descriptors();
    cr_expect_eq(xdp_socket_open(&second, &config), -EBUSY);
    cr_expect_eq(open_descriptors(), before);
    xdp_fixture_end(&fixture);
}

/* One who comes right after another is let in as soon as the kernel has let go. */
Test(xdp_socket, a_queue_is_free_again_after_close)
{
    const struct xdp_socket_config config = {.interface = "near", .frames = FRAMES};
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, FRAMES);
    unsigned before = open_descriptors();
    for (uint32_t round = 0; round < 5; round++) {
        struct built_reply reply = xdp_fixture_reply(round);

        fixture.source->ops->close(fixture.source);
        cr_assert_eq(xdp_socket_open(&fixture.source, &config), 0);
        cr_assert_eq(xdp_filter_set_socket(fixture.filter, 0, xdp_socket_fd(fixture.source)), 0);
        xdp_fixture_inject(&fixture, &reply);
        cr_assert_eq(expect_replies_from(fixture.source, round), 1);
    }
    cr_expect_eq(open_descriptors(), before);
    xdp_fixture_end(&fixture);
}

Test(xdp_socket, refusals)
{
    static const struct {
        const char *what;
        struct xdp_socket_config config;
        int error;
    } cases[] = {
        {"no such device", {.interface = "nosuch0", .frames = FRAMES}, -ENODEV},
        {"no such queue", {.interface = "near", .queue = 1, .frames = FRAMES}, -EINVAL},
        {"frames that are no power of two", {.interface = "near", .frames = 100}, -EINVAL},
    };
    struct two_hosts hosts;
    struct source *source;

    two_hosts_make(&hosts);
    unsigned before = open_descriptors();
    for (size_t i = 0; i < COUNT(cases); i++) {
        int error = xdp_socket_open(&source, &cases[i].config);

        cr_expect_eq(error, cases[i].error, "%s: %d", cases[i].what, error);
        cr_expect_eq(open_descriptors(), before, "%s", cases[i].what);
    }
}
