// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets of probes that are kept in a table, as they leave. */
#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "ip_header.h"
#include "reference.h"
#include "support/tracked_packets.h"
#include "table.h"

enum {
    TIME_EXCEEDED = 11 << 8,
};

static void expect_header(const uint8_t *ip, const struct tracked_packet *packet, const char *name)
{
    if (ip[0] >> 4 == 6) {
        cr_expect_eq(load_be32(ip) >> 20, 0x600, "%s", name);
        cr_expect_eq(load_be16(ip + 4), packet->length - 40, "%s", name);
        return;
    }
    cr_expect_eq(ip[0], 0x45, "%s", name);
    cr_expect_eq(load_be16(ip + 2), packet->length, "%s", name);
    cr_expect_neq(load_be16(ip + 4), 0, "%s: the kernel would fill in an ID of 0", name);
    cr_expect_eq(load_be16(ip + 6), 0, "%s", name);
    cr_expect_eq(reference_sum(0, ip, 20), 0xffff, "%s", name);
}

static void expect_packet(const struct tracked_packet *packet, const struct probe *probe, const char *name)
{
    enum address_family family = address_family(probe->target_address);
    const uint8_t *ip = packet->bytes;

    cr_expect_eq(packet->length, probe->size, "%s", name);
    expect_header(ip, packet, name);
    cr_expect_eq(ip_ttl(family, ip), probe->ttl, "%s", name);
    cr_expect(address_equal(ip_source(family, ip), tracked_packets_address(family, TRACKED_SOURCE)));
    cr_expect(address_equal(ip_destination(family, ip), probe->target_address), "%s", name);
    cr_expect_eq(tracked_packets_sum(packet), 0xffff, "%s, %u bytes", name, packet->length);
}

Test(tracked_packets, packets_are_whole_with_true_checksums)
{
    uint64_t random = 1;

    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *tracked = tracked_packets_table(layout, 5);
        unsigned shortest = layout->tracked->shortest;

        for (int n = 0; n < 2000; n++) {
            struct probe probe = {
                .target_address =
                    tracked_packets_address(layout->family, (uint32_t)reference_random(&random)),
                .flow = (uint16_t)(reference_random(&random) % 256),
                .ttl = (uint8_t)(1 + reference_random(&random) % 64),
                .size = (uint16_t)(shortest + reference_random(&random) % 200),
            };
            struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);

            expect_packet(&packet, &probe, layout->name);
        }
        tracked_free(tracked);
    }
}

Test(tracked_packets, a_probe_has_at_least_its_headers)
{
    static const unsigned shortest[LAYOUT_COUNT] = {
        [LAYOUT_UDP4] = 28, [LAYOUT_ICMP4] = 28, [LAYOUT_TCP4_SYN] = 44, [LAYOUT_TCP4_ACK] = 40,
        [LAYOUT_UDP6] = 50, [LAYOUT_ICMP6] = 48, [LAYOUT_TCP6_SYN] = 76, [LAYOUT_TCP6_ACK] = 72};

    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct probe probe = tracked_packets_probe(layout);

        cr_expect_eq(layout->tracked->shortest, shortest[layout->number], "%s", layout->name);
        probe.size = 0;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        probe.size = layout->tracked->shortest;
        expect_packet(&packet, &probe, layout->name);
        tracked_free(tracked);
    }
}

/* Without room for the words that carry tags, quotations still lead to their probes, whatever was sent
 * before. */
Test(tracked_packets, probes_as_small_as_their_headers_are_recognized)
{
    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct tracked_packet sent[60];

        for (unsigned n = 0; n < COUNT(sent); n++) {
            struct probe probe = tracked_packets_probe(layout);

            probe.query = (uint16_t)n;
            probe.size = (uint16_t)(layout->tracked->shortest + (COUNT(sent) - n) % 6);
            sent[n] = tracked_packets_craft(tracked, probe, n);
            expect_packet(&sent[n], &probe, layout->name);
        }
        for (unsigned n = 0; n < COUNT(sent); n++) {
            struct tracked_packet error =
                tracked_packets_quote(&sent[n], TIME_EXCEEDED, tracked_packets_quoted(layout));
            struct reply reply;

            cr_assert_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_ACCEPTED, "%s %u",
                         layout->name, n);
            cr_expect_eq(reply.sent->probe.query, n, "%s", layout->name);
            cr_expect_not(reply.rewritten, "%s", layout->name);
        }
        tracked_free(tracked);
    }
}

/* UDP over IPv6 has two bytes at least, without which nothing would tell the probes of a flow apart. */
Test(tracked_packets, data_is_as_long_as_asked_for)
{
    static const struct {
        enum layout_number layout;
        unsigned data, size;
    } cases[] = {
        {LAYOUT_UDP4, 0, 28},     {LAYOUT_UDP4, 1, 29},      {LAYOUT_UDP4, 56, 84},
        {LAYOUT_ICMP4, 0, 28},    {LAYOUT_ICMP4, 1, 29},     {LAYOUT_ICMP4, 56, 84},
        {LAYOUT_TCP4_SYN, 0, 44}, {LAYOUT_TCP4_SYN, 1, 81},  {LAYOUT_TCP4_SYN, 100, 180},
        {LAYOUT_TCP4_ACK, 0, 40}, {LAYOUT_TCP4_ACK, 1, 81},  {LAYOUT_TCP4_ACK, 100, 180},
        {LAYOUT_UDP6, 0, 50},     {LAYOUT_UDP6, 1, 50},      {LAYOUT_UDP6, 56, 104},
        {LAYOUT_ICMP6, 0, 48},    {LAYOUT_ICMP6, 1, 49},     {LAYOUT_ICMP6, 56, 104},
        {LAYOUT_TCP6_SYN, 0, 76}, {LAYOUT_TCP6_SYN, 1, 101}, {LAYOUT_TCP6_SYN, 100, 200},
        {LAYOUT_TCP6_ACK, 0, 72}, {LAYOUT_TCP6_ACK, 1, 101}, {LAYOUT_TCP6_ACK, 100, 200},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct layout *layout = &layouts[cases[i].layout];
        unsigned size = tracked_with_data(layout, cases[i].data);
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct probe probe = tracked_packets_probe(layout);

        cr_expect_eq(size, cases[i].size, "case %zu: %u", i, size);
        probe.size = (uint16_t)size;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        const uint8_t *transport = packet.bytes + ip_header(layout->family);
        int header = layout->protocol == PROTOCOL_TCP ? transport[12] >> 4 << 2 : 8;
        unsigned data = packet.length - ip_header(layout->family) - (unsigned)header;
        cr_expect(data == cases[i].data || (layout->number == LAYOUT_UDP6 && data == 2), "case %zu", i);
        tracked_free(tracked);
    }
}

/* Everything that load balancers hash: addresses, protocol, TOS, flow label, and the first four bytes behind
 * the header; of ICMP also the identifier, which stands for a port. */
static void hashed(const struct tracked_packet *packet, uint8_t out[44])
{
    bool ipv4 = packet->bytes[0] >> 4 == 4;
    const uint8_t *transport = packet->bytes + (ipv4 ? 20 : 40);
    uint8_t protocol = packet->bytes[ipv4 ? 9 : 6];

    memset(out, 0, 44);
    memcpy(out, packet->bytes + (ipv4 ? 12 : 8), ipv4 ? 8 : 32);
    memcpy(out + 32, packet->bytes, ipv4 ? 2 : 4);
    out[36] = protocol;
    memcpy(out + 37, transport, 4);
    if (protocol != 6 && protocol != 17)
        memcpy(out + 41, transport + 4, 2);
}

Test(tracked_packets, what_routers_hash_depends_on_target_and_flow_alone)
{
    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct probe probe = tracked_packets_probe(layout);
        uint8_t first[44], other[44];

        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        hashed(&packet, first);
        for (uint8_t ttl = 1; ttl < 64; ttl++) {
            probe.ttl = ttl;
            probe.query = ttl % 3;
            probe.owner = ttl;
            packet = tracked_packets_craft(tracked, probe, ttl);
            hashed(&packet, other);
            cr_expect_arr_eq(first, other, 44, "%s, ttl %u", layout->name, ttl);
        }
        probe.flow++;
        packet = tracked_packets_craft(tracked, probe, 1);
        hashed(&packet, other);
        cr_expect_arr_neq(first, other, 44, "%s", layout->name);
        tracked_free(tracked);
    }
}

Test(tracked_packets, flows_are_bounded_by_what_carries_them)
{
    static const struct {
        enum layout_number layout;
        uint16_t port;
        unsigned expected;
    } cases[] = {
        {LAYOUT_UDP4, 33434, 65535 - 33434},
        {LAYOUT_UDP4, 65535, 0},
        {LAYOUT_UDP4, 1, 65534},
        {LAYOUT_ICMP4, 0, 65535},
        {LAYOUT_TCP4_SYN, 443, 32767},
        {LAYOUT_TCP4_ACK, 80, 32767},
        {LAYOUT_UDP6, 33434, 65535 - 33434},
        {LAYOUT_ICMP6, 0, 65535},
        {LAYOUT_TCP6_SYN, 443, 32767},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(layouts[cases[i].layout].tracked->max_flow(cases[i].port), cases[i].expected, "%zu", i);
    tracked_free(NULL);
}

Test(tracked_packets, lanes_options_and_fragmentation_are_as_asked)
{
    FOR_TRACKED_LAYOUTS (layout) {
        const struct address sources[] = {tracked_packets_address(layout->family, TRACKED_SOURCE),
                                          tracked_packets_address(layout->family, TRACKED_OTHER)};
        const struct layout_choice choice = layout_choose(layout, (struct siphash_key){1, 2});
        const struct tracked_config config = {.layouts = layout_pair_of(&choice),
                                              .tos = 0xb8,
                                              .dont_fragment = true,
                                              .same_flow_label = true,
                                              .flow_label = 0x54321,
                                              .sources = sources,
                                              .source_count = 2};
        struct tracked *tracked = tracked_create(&config);
        struct probe probe = tracked_packets_probe(layout);

        probe.lane = 1;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        cr_expect(address_equal(ip_source(layout->family, packet.bytes), sources[1]));
        cr_expect_eq(tracked_packets_sum(&packet), 0xffff);
        if (layout->family == FAMILY_IPV6) {
            cr_expect_eq(load_be32(packet.bytes), 0x6b854321);
        } else {
            cr_expect_eq(packet.bytes[1], 0xb8);
            cr_expect_eq(load_be16(packet.bytes + 6), 0x4000);
            cr_expect_eq(reference_sum(0, packet.bytes, 20), 0xffff);
        }
        tracked_free(tracked);
    }
}
