// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_raw.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "bytes.h"
#include "host/link.h"
#include "host/neighbour.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "packet/tracked_table.h"
#include "protocol.h"
#include "support/tracked_packets.h"
#include "support/wire.h"
#include "table.h"

enum {
    MANY = 100,
};

/* What a test needs of a family. */
struct side {
    enum layout_number layout;
    struct address far, elsewhere;
    unsigned header, shortest;
};

static const struct side ipv4 = {LAYOUT_UDP4, FAR_ADDRESS, IPV4(0x08080808), IPV4_HEADER, 30};
static const struct side ipv6 = {LAYOUT_UDP6, FAR_ADDRESS6, IPV6(0x20010db800990000, 1), IPV6_HEADER, 50};
static const struct side *const sides[] = {&ipv4, &ipv6};

struct fixture {
    struct two_hosts hosts;
    struct tracked *tracked, *same; /* two tables with the same key: what one sends the other foretells */
    struct tx *tx;
    int wire, ipv4, ipv6;
};

static struct fixture start_with(const struct side *side, const char *interface,
                                 enum tx_raw_long long_packets)
{
    struct fixture fixture;

    two_hosts_make(&fixture.hosts);
    fixture.wire =
        (side == &ipv6 ? wire_open_ipv6 : wire_open)(fixture.hosts.far_netns, fixture.hosts.far_index);
    /* It would ask from a link-local address, which it has only once nobody has objected to it. */
    cr_assert_eq(neighbour_add(fixture.hosts.near_index, FAR_ADDRESS6, fixture.hosts.far_mac), 0);
    fixture.tracked = tracked_packets_table(&layouts[side->layout], 5);
    fixture.same = tracked_packets_table(&layouts[side->layout], 5);
    fixture.ipv4 = tx_raw_socket(FAMILY_IPV4);
    fixture.ipv6 = tx_raw_socket(FAMILY_IPV6);
    const struct tx_raw_config config = {.ipv4 = fixture.ipv4,
                                         .ipv6 = fixture.ipv6,
                                         .interface = interface,
                                         .protocol = IPPROTO_UDP,
                                         .long_packets = long_packets};
    cr_assert_eq(tx_raw_open(&fixture.tx, fixture.tracked, &config), 0);
    return fixture;
}

static struct fixture start(const struct side *side, const char *interface)
{
    return start_with(side, interface, TX_RAW_REFUSED);
}

static struct tx_totals end(struct fixture *fixture)
{
    struct tx_totals totals;

    fixture->tx->ops->close(fixture->tx, &totals);
    tracked_free(fixture->tracked);
    tracked_free(fixture->same);
    close(fixture->wire);
    close(fixture->ipv4);
    close(fixture->ipv6);
    return totals;
}

/* The next frame that is a probe or a part of one. */
static size_t receive(const struct fixture *fixture, uint8_t frame[WIRE_FRAME_MAX])
{
    const uint8_t *ip = frame + ETHERNET_HEADER;
    size_t length;

    do
        length = wire_receive(fixture->wire, frame);
    while (length && ip[0] >> 4 == 6 && ip[IPV6_NEXT_HEADER] != PROTOCOL_UDP &&
           ip[IPV6_NEXT_HEADER] != EXTENSION_FRAGMENT);
    return length;
}

static struct probe make_probe(struct address target_address, uint16_t size)
{
    struct probe probe = tracked_packets_probe(&layouts[LAYOUT_UDP4]);

    probe.target_address = target_address;
    probe.size = size;
    return probe;
}

/* A clock that goes by a second whenever it is read. */
static uint64_t next_second(void)
{
    static uint64_t seconds = 100;

    return seconds++ * 1000000000;
}

/* Not the time of the batch, in which other probes have left before. */
Test(tx_raw, each_probe_is_sent_when_it_is_handed_to_the_kernel)
{
    for (size_t k = 0; k < COUNT(sides); k++) {
        struct fixture fixture = start(sides[k], NULL);
        /* Of one in fragments when the first of these is: routers answer that. It was tried whole before. */
        static const uint64_t readings[] = {0, 2, 3};
        const uint64_t before = 100 + k * (1 + readings[2]);
        struct probe probes[] = {make_probe(sides[k]->far, 100), make_probe(sides[k]->far, 5000),
                                 make_probe(sides[k]->far, 100)};
        const struct tx_raw_config config = {.ipv4 = fixture.ipv4,
                                             .ipv6 = fixture.ipv6,
                                             .protocol = IPPROTO_UDP,
                                             .long_packets = TX_RAW_FRAGMENTED,
                                             .clock = next_second};
        struct tx_totals totals;

        fixture.tx->ops->close(fixture.tx, &totals);
        cr_assert_eq(tx_raw_open(&fixture.tx, fixture.tracked, &config), 0);
        cr_assert_eq(fixture.tx->ops->send(fixture.tx, probes, COUNT(probes), 1), COUNT(probes));
        for (uint16_t number = 1; number <= COUNT(probes); number++)
            cr_expect_eq(tracked_find(fixture.tracked, number)->sent_ns,
                         (before + readings[number - 1]) * 1000000000);
        end(&fixture);
    }
}

Test(tx_raw, packets_leave_as_they_are_crafted)
{
    for (size_t k = 0; k < COUNT(sides); k++) {
        struct fixture fixture = start(sides[k], NULL);
        uint8_t frame[WIRE_FRAME_MAX];

        for (unsigned i = 0; i < MANY; i++) {
            struct probe probe = make_probe(sides[k]->far, (uint16_t)(sides[k]->shortest + 14 * i));

            probe.ttl = (uint8_t)(1 + i % 64);
            struct tracked_packet expected = tracked_packets_craft(fixture.same, probe, i);
            cr_assert_eq(fixture.tx->ops->send(fixture.tx, &probe, 1, i), 1);
            cr_assert_eq(fixture.tx->ops->push(fixture.tx), 0);
            size_t length = receive(&fixture, frame);
            cr_assert_eq(length, ETHERNET_HEADER + expected.length, "%zu", length);
            cr_expect_arr_eq(frame + ETHERNET_HEADER, expected.bytes, expected.length, "probe %u", i);
        }
        struct tx_totals totals = end(&fixture);
        cr_expect_eq(totals.sent, MANY);
        cr_expect_eq(totals.dropped, 0);
    }
}

Test(tx_raw, a_batch_is_taken_whole)
{
    struct fixture fixture = start(&ipv4, "near");
    struct probe probes[64];
    uint8_t frame[WIRE_FRAME_MAX];

    for (int i = 0; i < 64; i++)
        probes[i] = make_probe(FAR_ADDRESS, 60);
    cr_expect_eq(fixture.tx->ops->send(fixture.tx, probes, 64, 1), 64);
    for (unsigned i = 0; i < 64; i++) {
        cr_assert_eq(wire_receive(fixture.wire, frame), ETHERNET_HEADER + 60);
        cr_expect_eq(load_be16(frame + ETHERNET_HEADER + 4), i + 1, "in their order");
    }
    const uint8_t mac[6] = {0};
    fixture.tx->ops->redirect(fixture.tx, mac); /* the kernel's own business */
    cr_expect_eq(tx_raw_error(fixture.tx), 0);
    cr_expect_eq(end(&fixture).sent, 64);
}

/* What cannot leave is counted once, and does not hold up what can. */
Test(tx_raw, what_the_kernel_refuses_is_counted)
{
    const struct {
        const char *what;
        const struct side *side;
        struct address target_address;
        uint16_t size;
        int error;
    } cases[] = {
        {"longer than the device takes", &ipv4, ipv4.far, 1501, -EMSGSIZE},
        {"as long as there is", &ipv4, ipv4.far, 65535, -EMSGSIZE},
        {"no route", &ipv4, ipv4.elsewhere, 60, -ENETUNREACH},
        {"longer than the device takes, IPv6", &ipv6, ipv6.far, 1501, -EMSGSIZE},
        {"as long as there is, IPv6", &ipv6, ipv6.far, 65535, -EMSGSIZE},
        {"no route, IPv6", &ipv6, ipv6.elsewhere, 80, -ENETUNREACH},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct side *side = cases[i].side;
        struct fixture fixture = start(side, NULL);
        struct probe probes[] = {make_probe(side->far, 80),
                                 make_probe(cases[i].target_address, cases[i].size),
                                 make_probe(side->far, 1500)};
        uint8_t frame[WIRE_FRAME_MAX];

        cr_expect_eq(fixture.tx->ops->send(fixture.tx, probes, 3, 1), 3, "%s", cases[i].what);
        cr_expect_eq(tx_raw_error(fixture.tx), cases[i].error, "%s: %d", cases[i].what,
                     tx_raw_error(fixture.tx));
        cr_expect_eq(receive(&fixture, frame), ETHERNET_HEADER + 80);
        cr_expect_eq(receive(&fixture, frame), ETHERNET_HEADER + 1500);
        struct tx_totals totals = end(&fixture);
        cr_expect_eq(totals.sent, 2, "%s", cases[i].what);
        cr_expect_eq(totals.dropped, 1, "%s", cases[i].what);
    }
}

/* Their data, one behind the other, is that of the packet; a path's own MTU counts, too. */
Test(tx_raw, long_packets_leave_in_fragments)
{
    static const struct {
        uint16_t size;
        unsigned path_mtu;
        enum tx_raw_long how;
        unsigned frames;
        bool dont_fragment; /* a packet that is not cut */
    } cases[] = {
        {1500, 1500, TX_RAW_FRAGMENTED, 1, false}, {1501, 1500, TX_RAW_FRAGMENTED, 2, false},
        {5000, 1500, TX_RAW_FRAGMENTED, 4, false}, {1501, 1000, TX_RAW_FRAGMENTED, 2, false},
        {1500, 1500, TX_RAW_DISCOVERED, 1, true},  {1400, 1000, TX_RAW_DISCOVERED, 2, false},
        {1000, 1000, TX_RAW_DISCOVERED, 1, true},  {65535, 1500, TX_RAW_DISCOVERED, 45, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture = start_with(&ipv4, NULL, cases[i].how);
        struct probe probe = make_probe(FAR_ADDRESS, cases[i].size);
        uint8_t frame[WIRE_FRAME_MAX];
        unsigned data = 0;
        char route[64];

        snprintf(route, sizeof(route), "ip route add 198.18.0.1 dev near mtu %u", cases[i].path_mtu);
        cr_assert_eq(system(route), 0);
        cr_assert_eq(fixture.tx->ops->send(fixture.tx, &probe, 1, 1), 1);
        for (unsigned n = 0; n < cases[i].frames; n++) {
            size_t length = wire_receive(fixture.wire, frame);
            uint16_t flags = load_be16(frame + ETHERNET_HEADER + 6);

            cr_assert_gt(length, ETHERNET_HEADER + 20, "case %zu, frame %u", i, n);
            cr_expect_eq((flags & 0x4000) != 0, cases[i].dont_fragment, "case %zu", i);
            cr_expect_eq((flags & 0x1fff) * 8U, data, "case %zu, frame %u", i, n);
            data += (unsigned)length - ETHERNET_HEADER - 20;
        }
        cr_expect_eq(data, cases[i].size - 20U, "case %zu", i);
        cr_expect_eq(wire_receive_now(fixture.wire, frame), 0, "case %zu", i);
        struct tx_totals totals = end(&fixture);
        cr_expect(totals.sent == 1 && totals.dropped == 0, "a probe is one, case %zu", i);
    }
}

/* By IPv6 this host alone cuts packets; what a router tells counts from then on. */
Test(tx_raw, long_packets_of_ipv6_leave_in_fragments)
{
    static const struct {
        uint16_t size;
        unsigned told;
        enum tx_raw_long how;
        unsigned frames;
    } cases[] = {
        {1500, 0, TX_RAW_FRAGMENTED, 1},    {1501, 0, TX_RAW_FRAGMENTED, 2},
        {5000, 0, TX_RAW_FRAGMENTED, 4},    {1500, 0, TX_RAW_DISCOVERED, 1},
        {1400, 1300, TX_RAW_FRAGMENTED, 2}, {1300, 1300, TX_RAW_FRAGMENTED, 1},
        {1400, 99, TX_RAW_DISCOVERED, 2}, /* 1280 */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture = start_with(&ipv6, NULL, cases[i].how);
        struct probe probe = make_probe(FAR_ADDRESS6, cases[i].size);
        uint8_t frame[WIRE_FRAME_MAX];
        unsigned data = 0;

        if (cases[i].told)
            tx_raw_learn(fixture.tx, FAR_ADDRESS6, cases[i].told);
        cr_assert_eq(fixture.tx->ops->send(fixture.tx, &probe, 1, 1), 1);
        for (unsigned n = 0; n < cases[i].frames; n++) {
            size_t length = receive(&fixture, frame);
            const uint8_t *ip = frame + ETHERNET_HEADER;
            bool cut = ip[IPV6_NEXT_HEADER] == EXTENSION_FRAGMENT;
            unsigned header = IPV6_HEADER + (cut ? IPV6_FRAGMENT_HEADER : 0);

            cr_assert_gt(length, ETHERNET_HEADER + header, "case %zu, frame %u", i, n);
            cr_expect_eq(cut, cases[i].frames > 1, "case %zu", i);
            if (cut)
                cr_expect_eq(load_be16(ip + IPV6_HEADER + 2) & 0xfff8, data, "case %zu, frame %u", i, n);
            data += (unsigned)length - ETHERNET_HEADER - header;
        }
        cr_expect_eq(data, cases[i].size - IPV6_HEADER, "case %zu", i);
        struct tx_totals totals = end(&fixture);
        cr_expect(totals.sent == 1 && totals.dropped == 0, "a probe is one, case %zu", i);
    }
}

/* Which of its links a link-local target is on, the lane says. */
Test(tx_raw, link_local_targets_have_their_link)
{
    struct fixture fixture = start(&ipv6, NULL);
    const unsigned scopes[] = {0, fixture.hosts.near_index};
    const struct tx_raw_config config = {
        .ipv4 = fixture.ipv4, .ipv6 = fixture.ipv6, .scopes = scopes, .scope_count = 2};
    struct probe probe = make_probe(IPV6(0xfe80000000000000, 9), 80);
    struct tx_totals totals;
    uint8_t frame[WIRE_FRAME_MAX];
    struct tx *tx;

    cr_assert_eq(system("ip -6 address add fe80::2/64 dev near nodad"), 0);
    cr_assert_eq(system("ip -6 neigh add fe80::9 lladdr 02:00:00:00:00:09 dev near"), 0);
    cr_assert_eq(tx_raw_open(&tx, fixture.tracked, &config), 0);
    probe.lane = 1;
    cr_expect_eq(tx->ops->send(tx, &probe, 1, 1), 1);
    cr_assert_eq(receive(&fixture, frame), ETHERNET_HEADER + 80);
    cr_expect_eq(frame[5], 9);
    tx->ops->close(tx, &totals);
    cr_expect_eq(totals.sent, 1);
    end(&fixture);
}

Test(tx_raw, needs_its_privilege_and_its_device)
{
    struct two_hosts hosts;
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);
    struct tx *tx = NULL;

    two_hosts_make(&hosts);
    const struct tx_raw_config config = {
        .ipv4 = tx_raw_socket(FAMILY_IPV4), .ipv6 = tx_raw_socket(FAMILY_IPV6), .interface = "nowhere"};
    unsigned descriptors = open_descriptors();
    cr_expect_eq(tx_raw_open(&tx, tracked, &config), -ENODEV);
    drop_capability(CAP_NET_RAW);
    cr_expect_eq(tx_raw_socket(FAMILY_IPV4), -EPERM);
    cr_expect_eq(tx_raw_socket(FAMILY_IPV6), -EPERM);
    cr_expect_eq(open_descriptors(), descriptors);
    close(config.ipv4);
    close(config.ipv6);
    tracked_free(tracked);
}

/* near has a second way, by which only what a rule sends there goes. */
static void make_second_way(const struct two_hosts *hosts)
{
    struct link_info second;

    /* Which sends packets of its own. A kernel without it has nothing to switch off. */
    cr_assert_eq(system("echo 1 2>&- >/proc/sys/net/ipv6/conf/default/disable_ipv6; true"), 0);
    cr_assert_eq(link_create_veth("second", "second-peer", hosts->far_netns, 1), 0);
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    wire_set_up("second-peer", 1);
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
    /* What IPv6 sends of its own accord would be counted. */
    cr_assert_eq(system("f=/proc/sys/net/ipv6/conf/second/disable_ipv6; [ ! -e $f ] || echo 1 >$f"), 0);
    wire_set_up("second", 1);
    cr_assert_eq(link_by_name("second", &second), 0);
    cr_assert_eq(link_wait_running(second.index, 10000), 0);
    cr_assert_eq(system("ip address add 198.18.1.2/24 dev second"), 0);
    cr_assert_eq(system("ip neigh add 198.18.1.1 lladdr 02:00:00:00:00:01 dev second"), 0);
    cr_assert_eq(system("ip route add default via 198.18.1.1 table 77"), 0);
    cr_assert_eq(system("ip route add default via 198.18.0.1"), 0);
}

static uint64_t sent_by(const char *name)
{
    struct link_counters counters;
    struct link_info link;

    cr_assert_eq(link_by_name(name, &link), 0);
    cr_assert_eq(link_counters(NULL, link.index, &counters), 0);
    return counters.tx_packets;
}

/* The kernel takes neither source nor protocol out of the packet. */
Test(tx_raw, rules_by_source_and_protocol_hold)
{
    static const struct {
        const char *rule;
        struct tx_raw_config config;
        bool second;
    } cases[] = {
        {"from 198.18.1.2", {.sources.ipv4 = IPV4(0xc6120102), .protocol = IPPROTO_UDP}, true},
        {"from 198.18.1.2", {.sources.ipv4 = NEAR_ADDRESS, .protocol = IPPROTO_UDP}, false},
        {"from 198.18.1.2", {.protocol = IPPROTO_UDP}, false},
        {"ipproto udp", {.protocol = IPPROTO_UDP}, true},
        {"ipproto icmp", {.protocol = IPPROTO_UDP}, false},
        {"ipproto icmp", {.protocol = IPPROTO_ICMP}, true},
        {"dport 33434 ipproto udp", {.protocol = IPPROTO_UDP}, false},
    };
    struct fixture fixture = start(&ipv4, NULL);

    make_second_way(&fixture.hosts);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct probe probe = make_probe(IPV4(0x08080808), 60);
        uint64_t before = sent_by("second");
        struct tx_totals totals;
        char command[128];
        struct tx *tx;

        snprintf(command, sizeof(command), "ip rule add %s table 77 pref 10", cases[i].rule);
        cr_assert_eq(system(command), 0);
        struct tx_raw_config config = cases[i].config;
        config.ipv4 = tx_raw_socket(FAMILY_IPV4);
        config.ipv6 = tx_raw_socket(FAMILY_IPV6);
        cr_assert_eq(tx_raw_open(&tx, fixture.tracked, &config), 0);
        cr_expect_eq(tx->ops->send(tx, &probe, 1, 1), 1);
        tx->ops->close(tx, &totals);
        close(config.ipv4);
        close(config.ipv6);
        cr_expect_eq(totals.sent, 1, "row %zu", i);
        cr_expect_eq(sent_by("second") - before, cases[i].second, "row %zu: %s", i, cases[i].rule);
        cr_assert_eq(system("ip rule del pref 10"), 0);
    }
    end(&fixture);
}
