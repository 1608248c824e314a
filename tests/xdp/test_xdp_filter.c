// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_filter.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "addresses.h"
#include "base/log.h"
#include "host/link.h"
#include "host/netns.h"
#include "table.h"
#include "xdp/xdp_fixture.h"

enum {
    FRAMES = 64,
};

static const enum xdp_mode modes[] = {XDP_MODE_NATIVE, XDP_MODE_GENERIC};

static void inject_shape(const struct xdp_fixture *fixture, struct reply_shape shape)
{
    struct built_reply reply =
        reply_build((struct probe){.target_address = IPV4(0x08080808), .flow = 0, .ttl = 9}, 1, shape);

    xdp_fixture_inject(fixture, &reply);
}

static void inject_spoilt(const struct xdp_fixture *fixture, unsigned byte_of_quotation, uint8_t bit)
{
    struct built_reply reply = xdp_fixture_reply(1);

    reply_quotation(&reply)[byte_of_quotation] ^= bit;
    reply_seal(&reply);
    xdp_fixture_inject(fixture, &reply);
}

static void expect_counted(const struct filter_counters *counters, const char *what)
{
    static const uint64_t expected[FILTER_COUNTERS] = {
        [FILTER_REDIRECTED] = 2,
        [FILTER_REJECTED_TRUNCATED] = 1,
        [FILTER_REJECTED_FOREIGN] = 1,
        [FILTER_REJECTED_FORGED] = 1,
    };
    uint64_t sum = counters->count[FILTER_PASSED];

    for (int i = FILTER_REDIRECTED; i < FILTER_COUNTERS; i++) {
        cr_expect_eq(counters->count[i], expected[i], "%s: counter %d is %d", what, i,
                     (int)counters->count[i]);
        sum += counters->count[i];
    }
    cr_expect_geq(counters->count[FILTER_PASSED], 2, "%s", what);
    cr_expect_eq(counters->count[FILTER_RECEIVED], sum, "%s", what);
}

/* One frame of each kind, through the driver and the kernel's whole way, not only through the program. */
static void expect_every_kind_counted(enum xdp_mode mode)
{
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, mode, FRAMES);
    inject_shape(&fixture, (struct reply_shape){.icmp_type = 8});
    inject_shape(&fixture, (struct reply_shape){.protocol = 6});
    inject_shape(&fixture, (struct reply_shape){0});
    inject_spoilt(&fixture, 16, 1);    /* rewritten */
    inject_spoilt(&fixture, 5, 1);     /* forged */
    inject_spoilt(&fixture, 22, 0x80); /* foreign: another port */
    inject_shape(&fixture, (struct reply_shape){.quoted_length = 27});

    struct filter_counters counters = xdp_fixture_wait(&fixture, 5);
    expect_counted(&counters, xdp_mode_name(mode));
    xdp_fixture_end(&fixture);
}

Test(xdp_filter, counts_every_kind)
{
    for (size_t i = 0; i < COUNT(modes); i++)
        expect_every_kind_counted(modes[i]);
}

/* The kernel gets what is not ours, byte for byte, and nothing of what is. */
static void expect_others_pass(enum xdp_mode mode)
{
    uint8_t frame[WIRE_FRAME_MAX];
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, mode, FRAMES);
    for (uint32_t number = 0; number < 20; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        if (number % 2)
            reply.frame[reply.icmp] = 8; /* an echo request */
        xdp_fixture_inject(&fixture, &reply);
        if (number % 2) {
            cr_assert_eq(wire_receive(fixture.near_wire, frame), reply.length, "%s", xdp_mode_name(mode));
            cr_assert_arr_eq(frame, reply.frame, reply.length);
        }
    }
    cr_expect_eq(wire_receive_now(fixture.near_wire, frame), 0);
    xdp_fixture_end(&fixture);
}

Test(xdp_filter, other_traffic_passes)
{
    for (size_t i = 0; i < COUNT(modes); i++)
        expect_others_pass(modes[i]);
}

/* A reply on a queue that nobody listens on goes to the kernel, counted. */
Test(xdp_filter, a_queue_without_a_socket)
{
    struct built_reply reply = xdp_fixture_reply(3);
    uint8_t frame[WIRE_FRAME_MAX];
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, 0);
    xdp_fixture_inject(&fixture, &reply);
    cr_assert_eq(wire_receive(fixture.near_wire, frame), reply.length);
    cr_expect_arr_eq(frame, reply.frame, reply.length);

    struct filter_counters counters = xdp_fixture_wait(&fixture, 1);
    cr_expect_eq(counters.count[FILTER_REJECTED_NO_SOCKET], 1);
    cr_expect_eq(counters.count[FILTER_REDIRECTED], 0);
    xdp_fixture_end(&fixture);
}

static void set_mtu_of_both(const struct two_hosts *hosts, unsigned mtu)
{
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    wire_set_mtu("far", mtu);
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
    wire_set_mtu("near", mtu);
}

/* Where a frame does not fit a page, drivers take programs only that know frames in several buffers. */
Test(xdp_filter, native_with_jumbo_frames)
{
    struct built_reply reply = xdp_fixture_reply(3);
    struct received_frame received[SOURCE_BATCH];
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, FRAMES);
    xdp_filter_detach(fixture.filter);
    set_mtu_of_both(&fixture.hosts, 9000);
    cr_assert_eq(xdp_filter_attach(fixture.filter, fixture.hosts.near_index, XDP_MODE_NATIVE), 0);
    xdp_fixture_inject(&fixture, &reply);
    xdp_fixture_wait(&fixture, 1);
    xdp_filter_detach(fixture.filter);
    cr_assert_eq(fixture.source->ops->receive(fixture.source, received), 1);
    cr_expect_eq(received[0].length, reply.length);
    cr_expect(xdp_fixture_same_but_stamped(&received[0], reply.frame));
    xdp_fixture_end(&fixture);
}

/* As on the slave of a bond: the kernel redirects to sockets of the device and queue alone where a frame came
 * in. */
static void expect_refusals_counted(enum xdp_mode mode)
{
    const struct xdp_socket_config of_loopback = {.interface = "lo", .frames = FRAMES, .generic = true};
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, mode, 0);
    cr_assert(xdp_filter_counts_refusals(fixture.filter));
    cr_assert_eq(xdp_socket_open(&fixture.source, &of_loopback), 0);
    cr_assert_eq(xdp_filter_set_socket(fixture.filter, 0, xdp_socket_fd(fixture.source)), 0);
    for (uint32_t number = 0; number < 5; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        xdp_fixture_inject(&fixture, &reply);
    }
    xdp_fixture_wait(&fixture, 5);
    xdp_filter_detach(fixture.filter);
    struct filter_counters counters = xdp_fixture_wait(&fixture, 5);
    cr_expect_eq(counters.count[FILTER_REDIRECTED], 5, "%s", xdp_mode_name(mode));
    cr_expect_eq(counters.count[FILTER_REDIRECT_FAILED], 5, "%s", xdp_mode_name(mode));
    xdp_fixture_end(&fixture);
}

Test(xdp_filter, counts_what_the_kernel_refuses_to_redirect)
{
    for (size_t i = 0; i < COUNT(modes); i++)
        expect_refusals_counted(modes[i]);
}

/* What finds no room is the socket's to count, and counted once. */
static void expect_losses_counted_once(enum xdp_mode mode)
{
    enum { MORE = 2 * FRAMES };
    struct source_losses losses;
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, mode, FRAMES);
    for (uint32_t number = 0; number < MORE; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        xdp_fixture_inject(&fixture, &reply);
    }
    xdp_fixture_wait(&fixture, MORE);
    xdp_filter_detach(fixture.filter);
    struct filter_counters counters = xdp_fixture_wait(&fixture, MORE);
    cr_assert_eq(fixture.source->ops->losses(fixture.source, &losses), 0);
    cr_expect_eq(losses.ring_full + losses.fill_empty + losses.dropped, MORE - FRAMES);
    cr_expect_eq(counters.count[FILTER_REDIRECT_FAILED], 0, "%s", xdp_mode_name(mode));
    xdp_fixture_end(&fixture);
}

Test(xdp_filter, counts_nothing_that_a_socket_counts)
{
    for (size_t i = 0; i < COUNT(modes); i++)
        expect_losses_counted_once(modes[i]);
}

/* A socket that is closed leaves its queue by itself. */
Test(xdp_filter, a_closed_socket_leaves_the_queue)
{
    struct built_reply reply = xdp_fixture_reply(3);
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, FRAMES);
    fixture.source->ops->close(fixture.source);
    fixture.source = NULL;
    xdp_fixture_inject(&fixture, &reply);
    cr_expect_eq(xdp_fixture_wait(&fixture, 1).count[FILTER_REJECTED_NO_SOCKET], 1);
    xdp_fixture_end(&fixture);
}

Test(xdp_filter, detached_it_counts_no_more)
{
    struct built_reply reply = xdp_fixture_reply(3);
    struct filter_counters before, after;
    uint8_t frame[WIRE_FRAME_MAX];
    struct xdp_fixture fixture;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, FRAMES);
    xdp_fixture_inject(&fixture, &reply);
    xdp_fixture_wait(&fixture, 1);
    xdp_filter_detach(fixture.filter);
    cr_assert_eq(xdp_filter_counters(fixture.filter, &before), 0);
    cr_expect_eq(before.count[FILTER_REDIRECTED], 1);
    xdp_fixture_inject(&fixture, &reply);
    cr_assert_eq(wire_receive(fixture.near_wire, frame), reply.length);
    cr_assert_eq(xdp_filter_counters(fixture.filter, &after), 0);
    cr_expect_arr_eq(&after, &before, sizeof(before));
    xdp_filter_detach(fixture.filter); /* a second time: nothing */
    xdp_fixture_end(&fixture);
}

static int attach(unsigned interface_index, enum xdp_mode mode)
{
    struct xdp_filter *filter;

    cr_assert_eq(xdp_filter_open(&filter, &reply_builder_layouts, 1, CELL_NO_LIMIT), 0);
    int error = xdp_filter_attach(filter, interface_index, mode);
    xdp_filter_close(filter);
    return error;
}

/* A second survey on the same interface must not take the replies of the first, in whatever mode. */
Test(xdp_filter, only_one_on_an_interface)
{
    for (size_t first = 0; first < COUNT(modes); first++) {
        struct xdp_fixture fixture;

        xdp_fixture_start(&fixture, modes[first], 0);
        for (size_t second = 0; second < COUNT(modes); second++) {
            int error = attach(fixture.hosts.near_index, modes[second]);

            cr_expect(error == -EBUSY || error == -EEXIST, "%s, then %s: %d", xdp_mode_name(modes[first]),
                      xdp_mode_name(modes[second]), error);
        }
        xdp_fixture_end(&fixture); /* closing detaches */
        cr_expect_eq(attach(fixture.hosts.near_index, XDP_MODE_NATIVE), 0);
    }
}

/* In a child: holds filter and socket until it is killed. */
static void hold_interface(unsigned interface_index, int ready)
{
    const struct xdp_socket_config config = {.interface = "near", .frames = FRAMES};
    struct xdp_filter *filter;
    struct source *source;
    char ok = xdp_filter_open(&filter, &reply_builder_layouts, 1, CELL_NO_LIMIT) == 0 &&
              xdp_filter_attach(filter, interface_index, XDP_MODE_NATIVE) == 0 &&
              xdp_socket_open(&source, &config) == 0 &&
              xdp_filter_set_socket(filter, 0, xdp_socket_fd(source)) == 0;

    if (write(ready, &ok, 1) == 1)
        pause();
    _exit(1);
}

Test(xdp_filter, a_killed_process_leaves_nothing)
{
    const struct xdp_socket_config config = {.interface = "near", .frames = FRAMES};
    struct source *source;
    struct two_hosts hosts;
    int ready[2];
    char ok = 0;

    two_hosts_make(&hosts);
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0)
        hold_interface(hosts.near_index, ready[1]);
    cr_assert_eq(read(ready[0], &ok, 1), 1);
    cr_assert(ok);
    cr_expect_eq(attach(hosts.near_index, XDP_MODE_NATIVE), -EBUSY);
    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    cr_expect_eq(attach(hosts.near_index, XDP_MODE_NATIVE), 0);
    cr_assert_eq(xdp_socket_open(&source, &config), 0);
    source->ops->close(source);
}

/* RX queues with a socket each: whichever queue a reply takes, it arrives. */
Test(xdp_filter, every_queue_has_its_socket)
{
    enum { QUEUES = 2, REPLIES = 40 };
    struct source *sources[QUEUES];
    struct received_frame frames[SOURCE_BATCH];
    struct xdp_fixture fixture = {0};
    struct link_info near, far;
    uint64_t received = 0;

    fixture.hosts.near_netns = netns_create();
    fixture.hosts.far_netns = netns_create();
    cr_assert_eq(netns_enter(fixture.hosts.far_netns), 0);
    cr_assert_eq(link_create_veth("far", "near", fixture.hosts.near_netns, QUEUES), 0);
    cr_assert_eq(link_by_name("far", &far), 0);
    wire_set_up("far", 1);
    cr_assert_eq(netns_enter(fixture.hosts.near_netns), 0);
    cr_assert_eq(link_by_name("near", &near), 0);
    wire_set_up("near", 1);
    fixture.far_wire = wire_open(fixture.hosts.far_netns, far.index);

    cr_assert_eq(xdp_filter_open(&fixture.filter, &reply_builder_layouts, QUEUES, CELL_NO_LIMIT), 0);
    cr_assert_eq(xdp_filter_attach(fixture.filter, near.index, XDP_MODE_NATIVE), 0);
    for (unsigned queue = 0; queue < QUEUES; queue++) {
        const struct xdp_socket_config config = {.interface = "near", .queue = queue, .frames = FRAMES};

        cr_assert_eq(xdp_socket_open(&sources[queue], &config), 0);
        cr_assert_eq(xdp_filter_set_socket(fixture.filter, queue, xdp_socket_fd(sources[queue])), 0);
    }
    for (uint32_t number = 0; number < REPLIES; number++) {
        struct built_reply reply = xdp_fixture_reply(number);

        xdp_fixture_inject(&fixture, &reply);
    }
    cr_expect_eq(xdp_fixture_wait(&fixture, REPLIES).count[FILTER_REDIRECTED], REPLIES);
    for (unsigned queue = 0; queue < QUEUES; queue++) {
        received += sources[queue]->ops->receive(sources[queue], frames);
        sources[queue]->ops->close(sources[queue]);
    }
    cr_expect_eq(received, REPLIES);
    xdp_filter_close(fixture.filter);
}

Test(xdp_filter, refusals)
{
    struct xdp_filter *filter;
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(xdp_filter_open(&filter, &reply_builder_layouts, 2, CELL_NO_LIMIT), 0);
    unsigned before = open_descriptors();
    cr_expect_lt(xdp_filter_attach(filter, 9999, XDP_MODE_NATIVE), 0);
    cr_expect_lt(xdp_filter_set_socket(filter, 2, 0), 0, "no such queue");
    cr_expect_lt(xdp_filter_set_socket(filter, 0, -1), 0, "no socket");
    cr_expect_lt(xdp_filter_set_socket(filter, 0, hosts.far_netns), 0, "no AF_XDP socket");
    cr_expect_eq(open_descriptors(), before);
    xdp_filter_close(filter);
    xdp_filter_close(NULL);
}

Test(xdp_filter, needs_privileges)
{
    static const unsigned capabilities[] = {CAP_BPF, CAP_SYS_ADMIN};
    struct xdp_filter *filter = NULL;

    log_route_libraries();
    for (size_t i = 0; i < COUNT(capabilities); i++)
        drop_capability(capabilities[i]);
    unsigned before = open_descriptors();
    cr_expect_eq(xdp_filter_open(&filter, &reply_builder_layouts, 1, CELL_NO_LIMIT), -EPERM);
    cr_expect_null(filter);
    cr_expect_eq(open_descriptors(), before);
}

Test(xdp_filter, modes_have_names)
{
    cr_expect_str_eq(xdp_mode_name(XDP_MODE_NATIVE), "native");
    cr_expect_str_eq(xdp_mode_name(XDP_MODE_GENERIC), "generic");
}
