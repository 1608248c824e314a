// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for probes of all protocols alike. */
#include "packet/tracked.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "bytes.h"
#include "packet/ip_header.h"
#include "packet/tracked_table.h"
#include "reference.h"
#include "support/tracked_packets.h"
#include "table.h"

enum {
    TIME_EXCEEDED = 11 << 8,
    PORT_UNREACHABLE = 3 << 8 | 3,
    SENT_NS = 123456789,
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

Test(tracked, packets_are_whole_with_true_checksums)
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

Test(tracked, a_probe_has_at_least_its_headers)
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
Test(tracked, probes_as_small_as_their_headers_are_recognized)
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
Test(tracked, data_is_as_long_as_asked_for)
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

Test(tracked, what_routers_hash_depends_on_target_and_flow_alone)
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

static void expect_whole(const struct reply *reply, const struct probe *probe, const char *name)
{
    cr_assert_not_null(reply->sent, "%s", name);
    cr_expect_eq(memcmp(&reply->sent->probe, probe, sizeof(*probe)), 0, "%s", name);
    cr_expect_eq(reply->sent->sent_ns, SENT_NS, "%s", name);
    cr_expect_eq(memcmp(&reply->quoted.probe, probe, sizeof(*probe)), 0, "%s", name);
    cr_expect(address_equal(reply->quoted.source, reply->sent->source), "%s", name);
    cr_expect_not(reply->rewritten, "%s", name);
}

Test(tracked, every_quotation_from_eight_bytes_on_leads_back_to_the_probe)
{
    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct probe probe = tracked_packets_probe(layout);
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, SENT_NS);
        struct reply reply;

        for (unsigned quoted = 0; quoted <= 128; quoted++) {
            struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, quoted);
            enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);

            if (quoted < tracked_packets_quoted(layout)) {
                cr_expect_eq(verdict, DECODE_REJECT_TRUNCATED, "%s, %u", layout->name, quoted);
                continue;
            }
            cr_assert_eq(verdict, DECODE_ACCEPTED, "%s, %u: %d", layout->name, quoted, (int)verdict);
            expect_whole(&reply, &probe, layout->name);
            cr_expect_eq(reply.truncated, layout->family == FAMILY_IPV6 && quoted < packet.length);
            cr_expect_eq(reply.kind, REPLY_ICMP_ERROR);
            cr_expect(
                address_equal(reply.responder, tracked_packets_address(layout->family, TRACKED_RESPONDER)));
            cr_expect_eq(reply.reply_ttl, 60);
            cr_expect_eq(reply.quoted.quoted_ttl, 1);
            cr_expect_eq(reply.icmp_type, layout->family == FAMILY_IPV4 ? 11 : 3);
            cr_expect_eq(reply.icmp_code, 0);
        }
        tracked_free(tracked);
    }
}

/* What a change of one byte of the quotation makes of it. */
enum change {
    NO_MATTER, /* not ours to know */
    FOREIGN,
    NAT, /* ours, and flagged */
};

struct byte_rule {
    unsigned first, last;
    enum change of[KINDS];
};

static const struct byte_rule ipv4_rules[] = {
    {0, 0, {FOREIGN, FOREIGN, FOREIGN}},       /* version, header length */
    {1, 3, {NO_MATTER, NO_MATTER, NO_MATTER}}, /* TOS, length */
    {4, 5, {NAT, NAT, NO_MATTER}},             /* ID */
    {6, 8, {NO_MATTER, NO_MATTER, NO_MATTER}}, /* fragment, TTL */
    {9, 9, {NO_MATTER, NO_MATTER, NO_MATTER}}, /* protocol */
    {10, 11, {NO_MATTER, NO_MATTER, NO_MATTER}},
    {12, 19, {NAT, NAT, NAT}},       /* addresses */
    {20, 21, {NAT, NAT, NAT}},       /* source port; type, code */
    {22, 23, {NAT, NAT, NAT}},       /* destination port; checksum */
    {24, 25, {NO_MATTER, NAT, NAT}}, /* length; identifier; sequence number */
    {26, 27, {NAT, NAT, NAT}},       /* checksum; sequence number */
    {0},
};

/* The whole probe comes back. */
static const struct byte_rule ipv6_rules[] = {
    {1, 7, {NO_MATTER, NO_MATTER, NO_MATTER}}, /* class, label, length, next header, hop limit */
    {8, 39, {NAT, NAT, NAT}},                  /* addresses */
    {40, 43, {NAT, NAT, NAT}},                 /* ports; type, code, checksum */
    {44, 45, {NO_MATTER, NAT, NAT}},           /* length; identifier; sequence number */
    {46, 47, {NAT, NAT, NAT}},                 /* checksum; sequence number */
    {48, 49, {NO_MATTER, NO_MATTER, NO_MATTER}},
    {50, 57, {NAT, NAT, NO_MATTER}}, /* the mark of the others */
    {58, 63, {NO_MATTER, NO_MATTER, NO_MATTER}},
    {64, 67, {NO_MATTER, NO_MATTER, NAT}}, /* the timestamp, which is the mark of TCP */
    {68, 79, {NO_MATTER, NO_MATTER, NO_MATTER}},
    {0},
};

/* What is quoted of UDP and ICMP has one lead to the probe: the proof of UDP, and the number of ICMP. The label
 * proves that it is the right one; for ICMP the checksum does, too. */
static const struct byte_rule ipv6_cut_rules[] = {
    {2, 3, {FOREIGN, NAT, NO_MATTER}}, /* label */
    {4, 7, {NO_MATTER, NO_MATTER, NO_MATTER}},
    {8, 39, {NAT, NAT, NAT}},
    {40, 41, {FOREIGN, NAT, NAT}},
    {42, 43, {NAT, NAT, NAT}},
    {44, 45, {NO_MATTER, NAT, NAT}},
    {46, 47, {FOREIGN, FOREIGN, NAT}},
    {0},
};

static void judge_byte(const struct layout *layout, struct tracked *tracked,
                       const struct tracked_packet *packet, unsigned quoted, unsigned byte,
                       enum change change)
{
    for (unsigned bit = 0; bit < 8; bit++) {
        struct tracked_packet error = tracked_packets_quote(packet, TIME_EXCEEDED, quoted);
        struct reply reply;

        tracked_packets_quotation(&error)[byte] ^= (uint8_t)(1 << bit);
        tracked_packets_seal(&error);
        enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);
        cr_expect_eq(verdict == DECODE_ACCEPTED, change != FOREIGN, "%s, %u quoted, byte %u bit %u: %d",
                     layout->name, quoted, byte, bit, (int)verdict);
        if (verdict == DECODE_ACCEPTED)
            cr_expect_eq(reply.rewritten, change == NAT, "%s, %u quoted, byte %u bit %u", layout->name,
                         quoted, byte, bit);
    }
}

static void judge_bytes(const struct layout *layout, const struct byte_rule *rules, unsigned quoted)
{
    struct tracked *tracked = tracked_packets_table(layout, 5);
    struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(layout), SENT_NS);

    for (; rules->last || rules->of[0] == FOREIGN; rules++)
        for (unsigned byte = rules->first; byte <= rules->last; byte++)
            judge_byte(layout, tracked, &packet, quoted, byte, rules->of[tracked_packets_kind(layout)]);
    tracked_free(tracked);
}

Test(tracked, every_bit_of_a_quotation_is_judged)
{
    FOR_TRACKED_LAYOUTS (layout) {
        if (layout->family == FAMILY_IPV4) {
            judge_bytes(layout, ipv4_rules, tracked_packets_quoted(layout));
            continue;
        }
        judge_bytes(layout, ipv6_rules, 80);
        judge_bytes(layout, ipv6_cut_rules, tracked_packets_quoted(layout));
    }
}

/* A probe that another program of this host sends to the same target, as like ours as it can be: the same
 * protocol, ports and size, and by chance the number of a probe of ours. */
Test(tracked, another_program_is_not_mistaken_for_us)
{
    enum { PROBES = 20000 };

    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *ours = tracked_packets_table(layout, 5);
        struct tracked *theirs = tracked_packets_table(layout, 6);
        unsigned taken = 0;

        for (uint32_t n = 0; n < PROBES; n++) {
            struct probe probe = tracked_packets_probe(layout);
            struct reply reply;

            probe.lane = n % 2;
            probe.target_address.low += n; /* so that every probe has another flow to guess */
            tracked_packets_craft(ours, probe, 1);
            probe.lane = n / 2 % 2;
            struct tracked_packet packet = tracked_packets_craft(theirs, probe, 1);
            struct tracked_packet error =
                tracked_packets_quote(&packet, TIME_EXCEEDED, tracked_packets_quoted(layout));
            taken += tracked_packets_decode(ours, &error, &reply) == DECODE_ACCEPTED;
        }
        /* 2^-15 of a flow and 2^-16 of a proof: 0.9 of them by chance. */
        cr_expect_leq(taken, 8, "%s: %u", layout->name, taken);
        tracked_free(ours);
        tracked_free(theirs);
    }
}

struct rewriting {
    const char *what;
    bool source, target, from_port, to_port, checksum;
    bool ours_alone; /* the error is addressed to another host */
    bool udp_is_lost;
};

static void put_address(enum address_family family, uint8_t *ip, unsigned which, uint32_t ipv4)
{
    if (family == FAMILY_IPV4)
        store_be32(ip + 12 + 4 * which, ipv4);
    else
        address_store(ip + 8 + 16 * which, tracked_packets_address(family, ipv4));
}

static void rewrite(const struct layout *layout, uint8_t *quotation, const struct rewriting *how)
{
    uint8_t *transport = quotation + ip_header(layout->family);
    enum tracked_packets_kind kind = tracked_packets_kind(layout);

    if (how->source)
        put_address(layout->family, quotation, 0, TRACKED_STRANGER);
    if (how->target)
        put_address(layout->family, quotation, 1, 0x0a000007);
    if (how->from_port)
        store_be16(transport + (kind == KIND_ICMP ? 4 : 0), 61000);
    if (how->to_port && kind != KIND_ICMP)
        store_be16(transport + 2, 8080);
    if (how->checksum && kind != KIND_TCP)
        store_be16(transport + (kind == KIND_ICMP ? 2 : 6), 0x1234);
}

static const struct rewriting rewritings[] = {
    {"restored but for the checksum", 0, 0, 0, 0, 1, 0, 0},
    {"source", 1, 0, 0, 0, 1, 0, 0},
    {"source and port", 1, 0, 1, 0, 1, 0, 0},
    {"source and port, towards another host", 1, 0, 1, 0, 1, 1, 1},
    {"port", 0, 0, 1, 0, 1, 0, 1},
    {"target", 0, 1, 0, 0, 1, 0, 0},
    {"target and its port", 0, 1, 0, 1, 1, 0, 0},
    {"all addresses", 1, 1, 0, 0, 1, 0, 0},
    {"all addresses and ports", 1, 1, 1, 1, 1, 0, 1},
    {"all addresses and ports, with their checksum", 1, 1, 1, 1, 0, 0, 0},
};

/* Of IPv4 28 bytes are quoted, of IPv6 all: there the mark outlives everything. */
static void expect_rewritten(const struct layout *layout, const struct rewriting *how)
{
    struct tracked *tracked = tracked_packets_table(layout, 5);
    struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(layout), SENT_NS);
    unsigned quoted = layout->family == FAMILY_IPV4 ? 28 : packet.length;
    struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, quoted);
    bool lost = how->udp_is_lost && layout->number == LAYOUT_UDP4;
    struct address target =
        tracked_packets_address(layout->family, how->target ? 0x0a000007 : TRACKED_TARGET);
    struct reply reply;

    if (how->ours_alone)
        put_address(layout->family, error.bytes, 1, TRACKED_STRANGER);
    rewrite(layout, tracked_packets_quotation(&error), how);
    tracked_packets_seal(&error);
    enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);
    cr_expect_eq(verdict, lost ? DECODE_REJECT_FOREIGN : DECODE_ACCEPTED, "%s, %s: %d", layout->name,
                 how->what, (int)verdict);
    if (verdict == DECODE_ACCEPTED) {
        cr_expect_eq(reply.sent->probe.owner, 77, "%s, %s", layout->name, how->what);
        cr_expect(address_equal(reply.quoted.probe.target_address, target));
    }
    tracked_free(tracked);
}

Test(tracked, a_hop_behind_a_nat_is_flagged_and_not_lost)
{
    FOR_TRACKED_LAYOUTS (layout) {
        for (size_t n = 0; n < COUNT(rewritings); n++)
            expect_rewritten(layout, &rewritings[n]);
    }
}

Test(tracked, an_answer_to_an_earlier_probe_of_the_same_number_is_not_taken)
{
    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct probe probe = tracked_packets_probe(layout);
        struct tracked_packet first = tracked_packets_craft(tracked, probe, 1), packet = first;
        unsigned quoted = layout->family == FAMILY_IPV4 ? 28 : first.length;
        struct tracked_probe *of_first = tracked_find(tracked, 1);
        struct tracked_packet error = tracked_packets_quote(&first, TIME_EXCEEDED, quoted);
        struct reply reply;

        for (int generation = 1; generation <= 4; generation++) {
            do
                packet = tracked_packets_craft(tracked, probe, (uint64_t)generation + 1);
            while (of_first->sent_ns != (uint64_t)generation + 1);
            cr_expect_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_REJECT_FORGED, "%s, %d",
                         layout->name, generation);
            struct tracked_packet now = tracked_packets_quote(&packet, TIME_EXCEEDED, quoted);
            cr_assert_eq(tracked_packets_decode(tracked, &now, &reply), DECODE_ACCEPTED);
            cr_expect_eq(reply.sent->sent_ns, (uint64_t)generation + 1);
        }
        tracked_free(tracked);
    }
}

Test(tracked, numbers_go_round_without_zero)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);
    struct probe probe = tracked_packets_probe(&layouts[LAYOUT_UDP4]);
    uint16_t last = 0;

    for (uint32_t n = 0; n < 2 * TRACKED_PROBES + 10; n++) {
        probe.query = (uint16_t)n;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, n);
        uint16_t id = load_be16(packet.bytes + 4);

        cr_assert_eq(id, last == UINT16_MAX ? 1 : last + 1);
        last = id;
        if (n % 997)
            continue;
        struct tracked_packet error =
            tracked_packets_quote(&packet, PORT_UNREACHABLE, tracked_packets_quoted(&layouts[LAYOUT_UDP4]));
        struct reply reply;
        cr_assert_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_ACCEPTED);
        cr_assert_eq(reply.sent->probe.query, (uint16_t)n);
        cr_assert_eq(reply.sent->sent_ns, n);
    }
    tracked_free(tracked);
}

/* The whole number has 32 bits; after the last comes 1. */
Test(tracked, numbers_end_and_begin_again)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);

    tracked->number = UINT32_MAX - 2;
    for (unsigned n = 0; n < 4; n++) {
        static const uint16_t expected[] = {0xfffe, 0xffff, 1, 2};
        struct tracked_packet packet =
            tracked_packets_craft(tracked, tracked_packets_probe(&layouts[LAYOUT_UDP4]), 1);
        struct tracked_packet error =
            tracked_packets_quote(&packet, TIME_EXCEEDED, tracked_packets_quoted(&layouts[LAYOUT_UDP4]));
        struct reply reply;

        cr_expect_eq(load_be16(packet.bytes + 4), expected[n]);
        cr_expect_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_ACCEPTED);
    }
    tracked_free(tracked);
}

struct damage {
    const char *what;
    unsigned byte;
    uint8_t value;
    bool seal;
    enum decode_verdict expected;
};

static const struct damage ipv4_damages[] = {
    {"checksum of the IP header", 8, 59, false, DECODE_REJECT_IP_CHECKSUM},
    {"checksum of the message", 24, 1, false, DECODE_REJECT_ICMP_CHECKSUM},
    {"later fragment", 7, 1, true, DECODE_REJECT_NOT_A_REPLY},
    {"redirect", 20, 5, true, DECODE_REJECT_NOT_A_REPLY},
    {"source quench", 20, 4, true, DECODE_REJECT_NOT_A_REPLY},
    {"version 6", 0, 0x65, false, DECODE_REJECT_NOT_A_REPLY},
    {"header of 16 bytes", 0, 0x44, false, DECODE_REJECT_NOT_A_REPLY},
    {"protocol GRE", 9, 47, true, DECODE_REJECT_NOT_A_REPLY},
    {"shorter than it is", 3, 40, true, DECODE_REJECT_TRUNCATED},
    {"quoted with options that are not there", 28, 0x46, true, DECODE_REJECT_TRUNCATED},
    {"quoted with a header of 16 bytes", 28, 0x44, true, DECODE_REJECT_FOREIGN},
    {"Destination Unreachable", 20, 3, true, DECODE_ACCEPTED},
    {"Parameter Problem", 20, 12, true, DECODE_ACCEPTED},
};

static const struct damage ipv6_damages[] = {
    {"checksum of the message", 44, 1, false, DECODE_REJECT_ICMP_CHECKSUM},
    {"redirect", 40, 137, true, DECODE_REJECT_NOT_A_REPLY},
    {"version 4", 0, 0x45, false, DECODE_REJECT_NOT_A_REPLY},
    {"next header GRE", 6, 47, true, DECODE_REJECT_NOT_A_REPLY},
    {"shorter than it is", 5, 40, true, DECODE_REJECT_TRUNCATED},
    {"quoted with an extension header that is not there", 54, 0, true, DECODE_REJECT_TRUNCATED},
    {"quoted as version 4", 48, 0x45, true, DECODE_REJECT_FOREIGN},
    {"Destination Unreachable", 40, 1, true, DECODE_ACCEPTED},
    {"Packet Too Big", 40, 2, true, DECODE_ACCEPTED},
    {"Parameter Problem", 40, 4, true, DECODE_ACCEPTED},
};

static void expect_verdict(const struct layout *layout, const struct damage *damage)
{
    struct tracked *tracked = tracked_packets_table(layout, 5);
    struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(layout), SENT_NS);
    struct tracked_packet error =
        tracked_packets_quote(&packet, TIME_EXCEEDED, tracked_packets_quoted(layout));
    struct reply reply;

    error.bytes[damage->byte] = damage->value;
    if (damage->seal)
        tracked_packets_seal(&error);
    enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);
    cr_expect_eq(verdict, damage->expected, "%s, %s: %d", layout->name, damage->what, (int)verdict);
    tracked_free(tracked);
}

Test(tracked, damage_and_other_packets_are_told_apart)
{
    FOR_TRACKED_LAYOUTS (layout) {
        bool ipv4 = layout->family == FAMILY_IPV4;
        size_t count = ipv4 ? COUNT(ipv4_damages) : COUNT(ipv6_damages);

        for (size_t n = 0; n < count; n++)
            expect_verdict(layout, ipv4 ? &ipv4_damages[n] : &ipv6_damages[n]);
    }
}

Test(tracked, the_first_fragment_of_an_error_is_taken)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);
    struct tracked_packet packet =
        tracked_packets_craft(tracked, tracked_packets_probe(&layouts[LAYOUT_UDP4]), SENT_NS);
    struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, 60);
    struct reply reply;

    store_be16(error.bytes + 6, 0x2000);
    error.bytes[22] ^= 0xff; /* the checksum covers the rest, too */
    store_be16(error.bytes + 10, 0);
    store_be16(error.bytes + 10, (uint16_t)~reference_sum(0, error.bytes, 20));
    cr_assert_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_ACCEPTED);
    cr_expect(reply.truncated);
    tracked_free(tracked);
}

Test(tracked, an_error_with_options_is_taken)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);
    struct tracked_packet packet =
        tracked_packets_craft(tracked, tracked_packets_probe(&layouts[LAYOUT_UDP4]), SENT_NS);
    struct tracked_packet error =
        tracked_packets_quote(&packet, TIME_EXCEEDED, tracked_packets_quoted(&layouts[LAYOUT_UDP4]));
    struct reply reply;

    memmove(error.bytes + 60, error.bytes + 20, error.length - 20);
    memset(error.bytes + 20, 1, 40); /* No Operation */
    error.length += 40;
    error.bytes[0] = 0x4f;
    store_be16(error.bytes + 2, (uint16_t)error.length);
    tracked_packets_seal(&error);
    cr_assert_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_ACCEPTED);
    cr_expect_eq(reply.sent->probe.owner, 77);
    tracked_free(tracked);
}

/* Ends of readable memory at every place; the guard ends the test where one is passed. */
Test(tracked, nothing_is_read_beyond_the_end)
{
    static const uint8_t extensions[] = {0, 43, 44, 60};

    FOR_TRACKED_LAYOUTS (layout) {
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(layout), SENT_NS);
        struct tracked_packet whole[] = {
            tracked_packets_quote(&packet, TIME_EXCEEDED, 128),
            tracked_packets_kind(layout) == KIND_TCP ? tracked_packets_tcp(&packet, 0x12, 0)
                                                     : tracked_packets_echo(&packet),
        };

        for (size_t kind = 0; kind < COUNT(whole); kind++)
            for (unsigned words = 5; words < 16; words++)
                for (unsigned length = 0; length <= whole[kind].length; length++) {
                    struct tracked_packet cut = whole[kind];
                    struct reply reply;

                    cut.length = length;
                    if (layout->family == FAMILY_IPV4)
                        cut.bytes[0] = (uint8_t)(0x40 | words);
                    else if (words > 5)
                        cut.bytes[words % 2 ? 6 : 54] = extensions[words % COUNT(extensions)];
                    tracked_packets_decode(tracked, &cut, &reply);
                }
        tracked_free(tracked);
    }
}

/* A quotation by chance, but for version and protocol, and that it is an Echo Request. */
static void quote_by_chance(const struct layout *layout, uint8_t *quotation, unsigned quoted,
                            uint64_t *random)
{
    unsigned protocol = layout->family == FAMILY_IPV4 ? 9 : 6;

    reference_random_bytes(random, quotation + 1, protocol - 1);
    reference_random_bytes(random, quotation + protocol + 1, quoted - protocol - 1);
    if (tracked_packets_kind(layout) == KIND_ICMP)
        store_be16(quotation + ip_header(layout->family), layout->family == FAMILY_IPV4 ? 0x0800 : 0x8000);
}

static unsigned count_taken(const struct layout *layout, unsigned quoted, int tries)
{
    struct tracked *tracked = tracked_packets_table(layout, 5);
    struct tracked_packet packet = {0};
    unsigned taken = 0;
    uint64_t random = 7;

    for (uint32_t n = 0; n < TRACKED_PROBES; n++)
        packet = tracked_packets_craft(tracked, tracked_packets_probe(layout), n);
    struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, quoted);
    for (int n = 0; n < tries; n++) {
        struct reply reply;

        quote_by_chance(layout, tracked_packets_quotation(&error), quoted, &random);
        tracked_packets_seal(&error);
        taken += tracked_decode(tracked, error.bytes, error.length, &reply) == DECODE_ACCEPTED;
    }
    tracked_free(tracked);
    return taken;
}

/* 2^-15 + 2^-16 of them are 9; of the bound for rewritten ones, 2^-8, it is far away. */
Test(tracked, chance_is_seldom_taken_for_an_answer)
{
    FOR_TRACKED_LAYOUTS (layout) {
        unsigned taken = count_taken(layout, tracked_packets_quoted(layout), 200000);

        cr_expect_leq(taken, 30, "%s: %u", layout->name, taken);
        if (layout->family == FAMILY_IPV4)
            continue;
        taken = count_taken(layout, 80, 50000);
        cr_expect_leq(taken, 10, "%s, whole: %u", layout->name, taken);
    }
}

Test(tracked, flows_are_bounded_by_what_carries_them)
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

Test(tracked, lanes_options_and_fragmentation_are_as_asked)
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
