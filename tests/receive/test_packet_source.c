// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/packet_source.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "bytes.h"
#include "host/link.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "protocol.h"
#include "reference.h"
#include "support/wire.h"
#include "table.h"

enum {
    PATIENCE_MS = 5000,
};

struct fixture {
    struct two_hosts hosts;
    struct source *source;
    int wire, socket;
    uint8_t mac[6];
};

static struct fixture start_family(enum address_family family, unsigned device)
{
    struct fixture fixture;
    struct link_info near;

    two_hosts_make(&fixture.hosts);
    fixture.wire = wire_open(fixture.hosts.far_netns, fixture.hosts.far_index);
    cr_assert_eq(link_by_index(fixture.hosts.near_index, &near), 0);
    memcpy(fixture.mac, near.mac, 6);
    fixture.socket = packet_source_socket();
    cr_assert_eq(
        packet_source_open(&fixture.source, fixture.socket, family, device ? fixture.hosts.near_index : 0),
        0);
    return fixture;
}

static struct fixture start(unsigned device)
{
    return start_family(FAMILY_IPV4, device);
}

static void end(struct fixture *fixture)
{
    fixture->source->ops->close(fixture->source);
    close(fixture->socket);
    close(fixture->wire);
}

/* Writes an Ethernet frame with an IPv4 packet of `words` words of header and 40 bytes behind it. */
static size_t make_frame(const struct fixture *fixture, uint8_t frame[WIRE_FRAME_MAX], uint8_t protocol,
                         unsigned words)
{
    uint8_t *ip = frame + ETHERNET_HEADER;
    size_t length = 4 * words + 40;

    memset(frame, 0, ETHERNET_HEADER + length);
    memcpy(frame, fixture->mac, 6);
    memcpy(frame + 6, fixture->hosts.far_mac, 6);
    store_be16(frame + 12, 0x0800);
    ip[0] = (uint8_t)(0x40 | words);
    memset(ip + 20, 1, 4 * words - 20);
    store_be16(ip + 2, (uint16_t)length);
    ip[8] = 64;
    ip[9] = protocol;
    store_be32(ip + 12, address_ipv4(FAR_ADDRESS));
    store_be32(ip + 16, address_ipv4(NEAR_ADDRESS));
    store_be16(ip + 10, (uint16_t)~reference_sum(0, ip, 4 * words));
    return ETHERNET_HEADER + length;
}

/* Waits for a frame; 0 where none comes. */
static size_t receive(struct source *source, struct received_frame *frames)
{
    struct pollfd fd = {.fd = packet_source_fd(source), .events = POLLIN};

    cr_assert_eq(poll(&fd, 1, PATIENCE_MS), 1);
    return source->ops->receive(source, frames);
}

/* After each frame comes one that passes, so that nobody has to wait for nothing. */
Test(packet_source, lets_through_what_may_be_a_reply)
{
    static const struct {
        const char *what;
        uint8_t protocol;
        unsigned words;
        uint16_t fragment;
        uint8_t type; /* of ICMP */
        uint16_t port;
        uint8_t flags; /* of TCP */
        bool passes;
    } cases[] = {
        {"Time Exceeded", PROTOCOL_ICMP, 5, 0, 11, 0, 0, true},
        {"Destination Unreachable", PROTOCOL_ICMP, 5, 0, 3, 0, 0, true},
        {"Echo Reply", PROTOCOL_ICMP, 5, 0, 0, 0, 0, true},
        {"Echo Request", PROTOCOL_ICMP, 5, 0, 8, 0, 0, false},
        {"Echo Request with options", PROTOCOL_ICMP, 9, 0, 8, 0, 0, false},
        {"Time Exceeded with the most options", PROTOCOL_ICMP, 15, 0, 11, 0, 0, true},
        {"do not fragment", PROTOCOL_ICMP, 5, 0x4000, 11, 0, 0, true},
        {"first fragment", PROTOCOL_ICMP, 5, 0x2000, 11, 0, 0, true},
        {"second fragment", PROTOCOL_ICMP, 5, 0x2001, 11, 0, 0, false},
        {"last fragment", PROTOCOL_ICMP, 5, 0x1fff, 11, 0, 0, false},
        {"SYN-ACK", PROTOCOL_TCP, 5, 0, 0, 0x8000, 0x12, true},
        {"SYN-ACK with ECN", PROTOCOL_TCP, 5, 0, 0, 0xffff, 0x52, true},
        {"RST", PROTOCOL_TCP, 5, 0, 0, 0x8001, 0x04, true},
        {"RST, ACK", PROTOCOL_TCP, 6, 0, 0, 0x8001, 0x14, true},
        {"SYN", PROTOCOL_TCP, 5, 0, 0, 0x8000, 0x02, false},
        {"ACK", PROTOCOL_TCP, 5, 0, 0, 0x8000, 0x10, false},
        {"FIN, ACK", PROTOCOL_TCP, 5, 0, 0, 0x8000, 0x11, false},
        {"SYN-ACK to a port that is not ours", PROTOCOL_TCP, 5, 0, 0, 0x7fff, 0x12, false},
        {"RST to a port that is not ours", PROTOCOL_TCP, 15, 0, 0, 0x7fff, 0x04, false},
        {"UDP", PROTOCOL_UDP, 5, 0, 0, 0x8000, 0, false},
        {"GRE", 47, 5, 0, 11, 0x8000, 0x12, false},
    };
    struct fixture fixture = start(1);

    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t frame[WIRE_FRAME_MAX], last[WIRE_FRAME_MAX];
        struct received_frame frames[SOURCE_BATCH];
        size_t length = make_frame(&fixture, frame, cases[i].protocol, cases[i].words), got = 0;
        uint8_t *behind = frame + ETHERNET_HEADER + 4 * cases[i].words;

        store_be16(frame + ETHERNET_HEADER + 6, cases[i].fragment);
        store_be16(behind + 2, cases[i].port);
        behind[13] = cases[i].flags;
        if (cases[i].protocol != PROTOCOL_TCP)
            behind[0] = cases[i].type;
        wire_send(fixture.wire, frame, length);
        size_t last_length = make_frame(&fixture, last, PROTOCOL_ICMP, 5);
        last[ETHERNET_HEADER + 20] = 11;
        last[ETHERNET_HEADER + 4] = 0x77;
        wire_send(fixture.wire, last, last_length);
        for (bool more = true; more;) {
            size_t count = receive(fixture.source, frames);

            for (size_t n = 0; n < count; n++) {
                bool is_last = frames[n].length == last_length - ETHERNET_HEADER && frames[n].data[4] == 0x77;

                more = more && !is_last;
                got += !is_last;
                if (is_last)
                    continue;
                cr_expect_eq(frames[n].length, length - ETHERNET_HEADER, "%s", cases[i].what);
                cr_expect_arr_eq(frames[n].data, frame + ETHERNET_HEADER, length - ETHERNET_HEADER, "%s",
                                 cases[i].what);
            }
            fixture.source->ops->release(fixture.source, count);
        }
        cr_expect_eq(got, cases[i].passes, "%s", cases[i].what);
    }
    end(&fixture);
}

#define MARK 0x6000ab00U /* version 6, and a flow label whose last byte is a number */

/* Writes an IPv6 packet whose bytes behind the header begin with `next`, and are 40. */
static void send_ipv6(const struct fixture *fixture, unsigned number, uint8_t next_header,
                      const uint8_t behind[16])
{
    uint8_t frame[ETHERNET_HEADER + IPV6_HEADER + 40] = {0}, *ip = frame + ETHERNET_HEADER;

    memcpy(frame, fixture->mac, 6);
    memcpy(frame + 6, fixture->hosts.far_mac, 6);
    store_be16(frame + ETHERNET_TYPE, ETHERTYPE_IPV6);
    store_be32(ip, MARK | number);
    store_be16(ip + IPV6_PAYLOAD_LENGTH, 40);
    ip[IPV6_NEXT_HEADER] = next_header;
    ip[IPV6_HOP_LIMIT] = 64;
    address_store(ip + IPV6_SOURCE, FAR_ADDRESS6);
    address_store(ip + IPV6_DESTINATION, NEAR_ADDRESS6);
    memcpy(ip + IPV6_HEADER, behind, 16);
    wire_send(fixture->wire, frame, sizeof(frame));
}

/* Others' packets, and what the kernel sends, have no mark. */
static void collect_ipv6(const struct fixture *fixture, bool *came, unsigned last)
{
    while (!came[last]) {
        struct received_frame frames[SOURCE_BATCH];
        size_t count = receive(fixture->source, frames);

        for (size_t n = 0; n < count; n++)
            if ((load_be32(frames[n].data) & 0xffffff00) == MARK)
                came[frames[n].data[3]] = true;
    }
}

Test(packet_source, lets_through_what_may_be_a_reply_of_ipv6)
{
    static const struct {
        const char *what;
        uint8_t next_header;
        uint8_t behind[16];
        bool passes;
    } cases[] = {
        {"Destination Unreachable", PROTOCOL_ICMPV6, {1}, true},
        {"Packet Too Big", PROTOCOL_ICMPV6, {2}, true},
        {"Time Exceeded", PROTOCOL_ICMPV6, {3}, true},
        {"an error of tomorrow", PROTOCOL_ICMPV6, {127}, true},
        {"Echo Request", PROTOCOL_ICMPV6, {128}, false},
        {"Echo Reply", PROTOCOL_ICMPV6, {129}, true},
        {"Router Advertisement", PROTOCOL_ICMPV6, {134}, false},
        {"Neighbour Solicitation", PROTOCOL_ICMPV6, {135}, false},
        {"Multicast Listener Report", PROTOCOL_ICMPV6, {143}, false},
        {"SYN-ACK", PROTOCOL_TCP, {[2] = 0x80, [13] = 0x12}, true},
        {"RST, ACK", PROTOCOL_TCP, {[2] = 0x80, [13] = 0x14}, true},
        {"SYN", PROTOCOL_TCP, {[2] = 0x80, [13] = 0x02}, false},
        {"ACK", PROTOCOL_TCP, {[2] = 0x80, [13] = 0x10}, false},
        {"SYN-ACK to a port that is not ours", PROTOCOL_TCP, {[2] = 0x7f, [13] = 0x12}, false},
        {"UDP", PROTOCOL_UDP, {[2] = 0x80}, false},
        {"first fragment", EXTENSION_FRAGMENT, {PROTOCOL_ICMPV6, [3] = 1}, true},
        {"second fragment", EXTENSION_FRAGMENT, {PROTOCOL_ICMPV6, [3] = 9}, false},
        {"hop-by-hop options", EXTENSION_HOP_BY_HOP, {PROTOCOL_ICMPV6}, true},
        {"routing", EXTENSION_ROUTING, {PROTOCOL_ICMPV6}, true},
        {"destination options", EXTENSION_DESTINATION, {PROTOCOL_TCP}, true},
        {"GRE", 47, {3}, false},
        {"the last one", PROTOCOL_ICMPV6, {3}, true},
    };
    struct fixture fixture = start_family(FAMILY_IPV6, 1);
    bool came[256] = {false};

    for (unsigned i = 0; i < COUNT(cases); i++)
        send_ipv6(&fixture, i, cases[i].next_header, cases[i].behind);
    collect_ipv6(&fixture, came, COUNT(cases) - 1);
    for (unsigned i = 0; i < COUNT(cases); i++)
        cr_expect_eq(came[i], cases[i].passes, "%s", cases[i].what);
    end(&fixture);
}

/* Cut at every length that Ethernet can carry: nothing that is too short to tell passes, nothing harms. */
Test(packet_source, short_packets_pass_or_not_by_what_is_there)
{
    struct fixture fixture = start(1);
    struct received_frame frames[SOURCE_BATCH];
    uint8_t frame[WIRE_FRAME_MAX];
    size_t got = 0;

    for (size_t length = ETHERNET_HEADER + 1; length <= ETHERNET_HEADER + 40; length++) {
        make_frame(&fixture, frame, PROTOCOL_ICMP, 5);
        frame[ETHERNET_HEADER + 20] = 11;
        wire_send(fixture.wire, frame, length);
    }
    for (size_t want = 20; got < want;) {
        size_t count = receive(fixture.source, frames);

        for (size_t n = 0; n < count; n++)
            cr_expect_geq(frames[n].length, 21, "%u", frames[n].length);
        got += count;
    }
    cr_expect_eq(fixture.source->ops->receive(fixture.source, frames), 0);
    end(&fixture);
}

Test(packet_source, tells_when_packets_came)
{
    struct fixture fixture = start(0);
    struct received_frame frames[SOURCE_BATCH];
    uint8_t frame[WIRE_FRAME_MAX];
    size_t length = make_frame(&fixture, frame, PROTOCOL_ICMP, 5);
    unsigned late = 0;

    frame[ETHERNET_HEADER + 20] = 11;
    for (int i = 0; i < 50; i++) {
        uint64_t before = clock_now_ns();

        wire_send(fixture.wire, frame, length);
        uint64_t after = clock_now_ns();
        poll(NULL, 0, i % 10); /* it waits, and is stamped all the same when it came */
        cr_assert_eq(receive(fixture.source, frames), 1);
        /* Both clocks are read one after the other for the pairing. */
        cr_expect_geq(frames[0].received_ns + NS_PER_MS, before);
        late += frames[0].received_ns > after + NS_PER_MS;
    }
    /* On a busy machine some do come late; stamped when they were looked at, eight in ten would. */
    cr_expect_lt(late, 25, "%u of 50", late);
    end(&fixture);
}

Test(packet_source, does_not_see_what_this_host_sends)
{
    struct fixture fixture = start(0);
    struct received_frame frames[SOURCE_BATCH];
    uint8_t frame[WIRE_FRAME_MAX];
    int near = wire_open(fixture.hosts.near_netns, fixture.hosts.near_index);
    size_t length = make_frame(&fixture, frame, PROTOCOL_ICMP, 5);

    frame[ETHERNET_HEADER + 20] = 11;
    wire_send(near, frame, length);
    cr_assert_gt(wire_receive(fixture.wire, frame), 0);
    cr_expect_eq(fixture.source->ops->receive(fixture.source, frames), 0);
    close(near);
    end(&fixture);
}

Test(packet_source, a_flood_is_taken_in_batches_and_its_losses_counted)
{
    enum { FLOOD = 200000 };
    struct fixture fixture = start(1);
    struct received_frame frames[SOURCE_BATCH];
    struct source_losses losses;
    uint8_t frame[WIRE_FRAME_MAX];
    size_t length = make_frame(&fixture, frame, PROTOCOL_ICMP, 5);
    uint64_t got = 0;

    frame[ETHERNET_HEADER + 20] = 11;
    for (int i = 0; i < FLOOD; i++)
        wire_send(fixture.wire, frame, length);
    for (size_t count; (count = fixture.source->ops->receive(fixture.source, frames)) > 0;) {
        cr_assert_leq(count, SOURCE_BATCH);
        got += count;
    }
    cr_assert_eq(fixture.source->ops->losses(fixture.source, &losses), 0);
    cr_expect_eq(got + losses.ring_full, FLOOD, "%llu and %llu", (unsigned long long)got,
                 (unsigned long long)losses.ring_full);
    cr_expect_gt(losses.ring_full, 0, "there is no room for so many");
    uint64_t first = losses.ring_full;
    cr_assert_eq(fixture.source->ops->losses(fixture.source, &losses), 0);
    cr_expect_eq(losses.ring_full, first, "asked again, the same");
    end(&fixture);
}

Test(packet_source, keeps_to_its_device)
{
    struct fixture fixture;
    struct received_frame frames[SOURCE_BATCH];
    uint8_t frame[WIRE_FRAME_MAX];
    struct source *other;
    struct link_info lo;

    fixture = start(1);
    cr_assert_eq(link_by_name("lo", &lo), 0);
    int fd = packet_source_socket();
    cr_assert_eq(packet_source_open(&other, fd, FAMILY_IPV4, lo.index), 0);
    size_t length = make_frame(&fixture, frame, PROTOCOL_ICMP, 5);
    frame[ETHERNET_HEADER + 20] = 11;
    wire_send(fixture.wire, frame, length);
    cr_expect_eq(receive(fixture.source, frames), 1);
    cr_expect_eq(other->ops->receive(other, frames), 0);
    other->ops->close(other);
    close(fd);
    end(&fixture);
}

/* Opened first of all, and used much later: what came meanwhile is no loss. */
Test(packet_source, a_socket_hears_nothing_until_it_is_used)
{
    struct fixture fixture = start(1);
    struct received_frame frames[SOURCE_BATCH];
    uint8_t frame[WIRE_FRAME_MAX];
    struct source_losses losses;
    struct source *late;
    int fd = packet_source_socket();

    size_t length = make_frame(&fixture, frame, PROTOCOL_ICMP, 5);
    frame[ETHERNET_HEADER + 20] = 11;
    wire_send(fixture.wire, frame, length);
    cr_expect_eq(receive(fixture.source, frames), 1);
    drop_capability(CAP_NET_RAW);
    cr_assert_eq(packet_source_open(&late, fd, FAMILY_IPV4, fixture.hosts.near_index), 0);
    cr_expect_eq(late->ops->receive(late, frames), 0);
    wire_send(fixture.wire, frame, length);
    cr_expect_eq(receive(late, frames), 1);
    cr_expect_eq(late->ops->losses(late, &losses), 0);
    cr_expect_eq(losses.ring_full, 0);
    late->ops->close(late);
    close(fd);
    end(&fixture);
}

Test(packet_source, needs_its_privilege_and_its_device)
{
    struct two_hosts hosts;
    struct source *source = NULL;

    two_hosts_make(&hosts);
    int fd = packet_source_socket();
    unsigned descriptors = open_descriptors();
    cr_expect_eq(packet_source_open(&source, fd, FAMILY_IPV4, 99999), -ENODEV);
    drop_capability(CAP_NET_RAW);
    cr_expect_eq(packet_source_socket(), -EPERM);
    cr_expect_eq(open_descriptors(), descriptors);
    close(fd);
}
