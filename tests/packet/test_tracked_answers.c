// SPDX-License-Identifier: GPL-2.0-or-later
/* What targets answer themselves: Echo Reply, SYN-ACK and RST; and the fields of each protocol. */
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "bytes.h"
#include "packet/tracked.h"
#include "reference.h"
#include "support/tracked_packets.h"
#include "table.h"

enum {
    SYN = 0x02,
    RST = 0x04,
    ACK = 0x10,
    MANY = 300,
};

Test(tracked_udp, the_flow_is_the_destination_port)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);

    for (unsigned flow = 0; flow < 256; flow++) {
        struct probe probe = tracked_packets_probe(&layouts[LAYOUT_UDP4]);

        probe.flow = (uint16_t)flow;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        cr_expect_eq(load_be16(packet.bytes + 22), 33434 + flow);
        cr_expect_geq(load_be16(packet.bytes + 20), 0x8000);
        cr_expect_neq(load_be16(packet.bytes + 26), 0, "there would be no checksum");
    }
    tracked_free(tracked);
}

Test(tracked_tcp, flows_differ_in_their_source_port_alone)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_TCP4_SYN], 5);
    bool seen[65536] = {0};

    for (unsigned flow = 0; flow < 256; flow++) {
        struct probe probe = tracked_packets_probe(&layouts[LAYOUT_TCP4_SYN]);

        probe.flow = (uint16_t)flow;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        uint16_t port = load_be16(packet.bytes + 20);
        cr_expect_eq(load_be16(packet.bytes + 22), 80);
        cr_expect_geq(port, 0x8000, "flow %u", flow);
        cr_expect_not(seen[port], "flow %u", flow);
        seen[port] = true;
    }
    tracked_free(tracked);
}

/* A SYN with data is dropped by many; what there is room for goes into the header. */
Test(tracked_tcp, the_header_takes_the_size_before_data_does)
{
    static const struct {
        uint16_t size;
        unsigned header;
    } cases[] = {{44, 24}, {45, 24}, {47, 24}, {48, 28}, {60, 40}, {79, 56}, {80, 60}, {81, 60}, {1500, 60}};
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_TCP4_SYN], 5);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct probe probe = tracked_packets_probe(&layouts[LAYOUT_TCP4_SYN]);

        probe.size = cases[i].size;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        cr_expect_eq(packet.bytes[32] >> 4, cases[i].header / 4, "%u bytes", cases[i].size);
        cr_expect_eq(packet.bytes[33], SYN);
        cr_expect_eq(load_be32(packet.bytes + 40), 0x02040000 | 1460);
    }
    tracked_free(tracked);
}

static void expect_answer(const struct reply *reply, uint32_t query, const char *what)
{
    cr_expect_eq(reply->sent->probe.query, query, "%s", what);
    cr_expect(address_equal(reply->responder, reply->sent->probe.target_address), "%s", what);
    cr_expect(address_equal(reply->quoted.probe.target_address, reply->sent->probe.target_address));
    cr_expect(address_equal(reply->quoted.source, reply->sent->source), "%s", what);
    cr_expect_eq(reply->reply_ttl, 60, "%s", what);
    cr_expect_not(reply->truncated, "%s", what);
    cr_expect_not(reply->rewritten, "%s", what);
    cr_expect_eq(reply->icmp_code, 0, "%s", what);
}

static const enum layout_number echoes[] = {LAYOUT_ICMP4, LAYOUT_ICMP6};

static void expect_echoes(const struct layout *layout)
{
    struct tracked *tracked = tracked_packets_table(layout, 5);
    struct tracked_packet sent[MANY];

    for (unsigned i = 0; i < MANY; i++) {
        struct probe probe = tracked_packets_probe(layout);

        probe.query = (uint16_t)i;
        probe.flow = (uint16_t)i;
        probe.size = (uint16_t)(layout->tracked->shortest + i);
        sent[i] = tracked_packets_craft(tracked, probe, i);
    }
    for (unsigned i = 0; i < MANY; i++) {
        struct tracked_packet echo = tracked_packets_echo(&sent[i]);
        struct reply reply;

        cr_assert_eq(tracked_packets_decode(tracked, &echo, &reply), DECODE_ACCEPTED, "%u", i);
        expect_answer(&reply, i, "echo");
        cr_expect_eq(reply.kind, REPLY_ECHO);
        cr_expect_eq(reply.icmp_type, layout->family == FAMILY_IPV4 ? 0 : 129);
    }
    tracked_free(tracked);
}

Test(tracked_icmp, an_echo_reply_is_that_of_its_request)
{
    for (size_t i = 0; i < COUNT(echoes); i++)
        expect_echoes(&layouts[echoes[i]]);
}

/* As from the member of a group, or an anycast address: the checksum follows from another pseudo-header. */
Test(tracked_icmp, a_reply_comes_from_another_address)
{
    for (size_t i = 0; i < COUNT(echoes); i++) {
        const struct layout *layout = &layouts[echoes[i]];
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct tracked_packet request = tracked_packets_craft(tracked, tracked_packets_probe(layout), 1);
        struct tracked_packet echo = tracked_packets_echo(&request);
        unsigned source = layout->family == FAMILY_IPV4 ? 15 : 23;
        struct reply reply;

        echo.bytes[source] ^= 0x55;
        tracked_packets_seal(&echo);
        cr_assert_eq(tracked_packets_decode(tracked, &echo, &reply), DECODE_ACCEPTED, "%s", layout->name);
        cr_expect_not(address_equal(reply.responder, reply.sent->probe.target_address));
        tracked_free(tracked);
    }
}

/* The checksum of a reply is either form of zero for none of the flows: devices
 * differ in which they write. */
Test(tracked_icmp, no_checksum_is_zero)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_ICMP4], 5);

    for (unsigned flow = 0; flow < 65536; flow++) {
        struct probe probe = tracked_packets_probe(&layouts[LAYOUT_ICMP4]);

        probe.flow = (uint16_t)flow;
        probe.size = 32;
        probe.target_address = IPV4(TRACKED_TARGET + flow);
        struct tracked_packet request = tracked_packets_craft(tracked, probe, 1);
        struct tracked_packet echo = tracked_packets_echo(&request);
        uint16_t there = load_be16(request.bytes + 22), back = load_be16(echo.bytes + 22);
        cr_assert(there != 0 && there != 0xffff && back != 0 && back != 0xffff, "%u", flow);
    }
    tracked_free(tracked);
}

static void judge_echo_bit(struct tracked *tracked, const struct tracked_packet *request, unsigned header,
                           unsigned bit)
{
    unsigned byte = bit / 8 - header;
    bool checksum = byte == 2 || byte == 3, filling = byte == 8 || byte == 9;

    for (int sealed = 0; sealed < 2; sealed++) {
        struct tracked_packet echo = tracked_packets_echo(request);
        struct reply reply;

        echo.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (sealed)
            tracked_packets_seal(&echo);
        enum decode_verdict verdict = tracked_packets_decode(tracked, &echo, &reply);
        cr_expect_eq(verdict == DECODE_ACCEPTED, sealed && checksum, "byte %u bit %u, sealed %d: %d", byte,
                     bit % 8, sealed, (int)verdict);
        cr_expect(!filling || verdict != DECODE_ACCEPTED, "the checksum does not follow");
    }
}

/* All bytes before those that carry nothing. */
Test(tracked_icmp, every_bit_of_an_echo_reply_counts)
{
    for (size_t i = 0; i < COUNT(echoes); i++) {
        const struct layout *layout = &layouts[echoes[i]];
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct tracked_packet request = tracked_packets_craft(tracked, tracked_packets_probe(layout), 1);
        unsigned header = layout->family == FAMILY_IPV4 ? 20 : 40;
        unsigned last = header + (layout->family == FAMILY_IPV4 ? 12 : 18);

        for (unsigned bit = header * 8; bit < last * 8; bit++)
            judge_echo_bit(tracked, &request, header, bit);
        tracked_free(tracked);
    }
}

Test(tracked_icmp, the_reply_to_an_earlier_request_of_the_same_number_is_not_taken)
{
    for (size_t i = 0; i < COUNT(echoes); i++) {
        const struct layout *layout = &layouts[echoes[i]];
        struct tracked *tracked = tracked_packets_table(layout, 5);
        struct tracked_packet first = tracked_packets_craft(tracked, tracked_packets_probe(layout), 1);
        struct tracked_packet echo = tracked_packets_echo(&first);
        struct reply reply;

        for (unsigned n = 1; n < TRACKED_PROBES; n++)
            tracked_packets_craft(tracked, tracked_packets_probe(layout), 2);
        cr_expect_eq(tracked_packets_decode(tracked, &echo, &reply), DECODE_REJECT_FORGED);
        tracked_free(tracked);
    }
}

Test(tracked_icmp, the_first_fragment_of_a_reply_is_taken)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_ICMP4], 5);
    struct probe probe = tracked_packets_probe(&layouts[LAYOUT_ICMP4]);
    struct reply reply;

    probe.size = 2000;
    struct tracked_packet request = tracked_packets_craft(tracked, probe, 1);
    struct tracked_packet echo = tracked_packets_echo(&request);
    echo.length = 1500;
    store_be16(echo.bytes + 2, 1500);
    store_be16(echo.bytes + 6, 0x2000);
    store_be16(echo.bytes + 10, 0);
    store_be16(echo.bytes + 10, (uint16_t)~reference_sum(0, echo.bytes, 20));
    echo.bytes[1000] = 1; /* the sum is that of all fragments */
    cr_assert_eq(tracked_packets_decode(tracked, &echo, &reply), DECODE_ACCEPTED);
    cr_expect(reply.truncated);
    tracked_free(tracked);
}

/* A receive buffer that is shorter than the packet. */
Test(tracked_icmp, a_reply_that_was_cut_is_taken)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_ICMP4], 5);
    struct probe probe = tracked_packets_probe(&layouts[LAYOUT_ICMP4]);
    struct reply reply;

    probe.size = 1500;
    struct tracked_packet request = tracked_packets_craft(tracked, probe, 1);
    struct tracked_packet echo = tracked_packets_echo(&request);
    echo.length = 100;
    echo.bytes[50] = 1;
    cr_assert_eq(tracked_packets_decode(tracked, &echo, &reply), DECODE_ACCEPTED);
    cr_expect(reply.truncated);
    tracked_free(tracked);
}

/* Ethernet pads short frames: what lies behind the packet is none of it. */
Test(tracked_icmp, padding_is_no_part_of_a_reply)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_ICMP4], 5);
    struct probe probe = tracked_packets_probe(&layouts[LAYOUT_ICMP4]);
    struct reply reply;

    probe.size = 32;
    struct tracked_packet request = tracked_packets_craft(tracked, probe, 1);
    struct tracked_packet echo = tracked_packets_echo(&request);
    memset(echo.bytes + echo.length, 0xaa, 14);
    echo.length += 14;
    cr_assert_eq(tracked_packets_decode(tracked, &echo, &reply), DECODE_ACCEPTED);
    cr_expect_not(reply.truncated);
    tracked_free(tracked);
}

Test(tracked_tcp, answers_of_open_and_closed_ports)
{
    static const struct {
        const char *what;
        uint16_t size;
        uint8_t flags;
        uint32_t data;
        enum decode_verdict verdict;
        enum reply_kind kind;
    } cases[] = {
        {"SYN-ACK", 60, SYN | ACK, 0, DECODE_ACCEPTED, REPLY_TCP_SYN_ACK},
        {"RST", 60, RST | ACK, 0, DECODE_ACCEPTED, REPLY_TCP_RST},
        {"SYN-ACK with ECN's bits", 60, SYN | ACK | 0x40, 0, DECODE_ACCEPTED, REPLY_TCP_SYN_ACK},
        {"SYN-ACK that leaves the data", 100, SYN | ACK, 0, DECODE_ACCEPTED, REPLY_TCP_SYN_ACK},
        {"SYN-ACK that takes the data", 100, SYN | ACK, 20, DECODE_ACCEPTED, REPLY_TCP_SYN_ACK},
        {"RST that counts the data", 100, RST | ACK, 20, DECODE_ACCEPTED, REPLY_TCP_RST},
        {"RST that counts some of it", 100, RST | ACK, 19, DECODE_REJECT_FOREIGN, 0},
        {"RST that counts data that was not sent", 60, RST | ACK, 20, DECODE_REJECT_FOREIGN, 0},
        {"RST without acknowledgement", 60, RST, 0, DECODE_REJECT_NOT_A_REPLY, 0},
        {"SYN", 60, SYN, 0, DECODE_REJECT_NOT_A_REPLY, 0},
        {"ACK", 60, ACK, 0, DECODE_REJECT_NOT_A_REPLY, 0},
        {"challenge ACK", 60, ACK, 7, DECODE_REJECT_NOT_A_REPLY, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_TCP4_SYN], 5);
        struct probe probe = tracked_packets_probe(&layouts[LAYOUT_TCP4_SYN]);
        struct reply reply;

        probe.size = cases[i].size;
        struct tracked_packet syn = tracked_packets_craft(tracked, probe, 1);
        for (int n = 0; n < 10; n++)
            tracked_packets_craft(tracked, probe, 2);
        struct tracked_packet answer = tracked_packets_tcp(&syn, cases[i].flags, cases[i].data);
        enum decode_verdict verdict = tracked_packets_decode(tracked, &answer, &reply);
        cr_expect_eq(verdict, cases[i].verdict, "%s: %d", cases[i].what, (int)verdict);
        if (verdict == DECODE_ACCEPTED) {
            expect_answer(&reply, 2, cases[i].what);
            cr_expect_eq(reply.kind, cases[i].kind, "%s", cases[i].what);
            cr_expect_eq(reply.sent->sent_ns, 1, "%s", cases[i].what);
        }
        tracked_free(tracked);
    }
}

/* A SYN is answered by what acknowledges it, an ACK by a RST whose sequence number is what it acknowledged. */
Test(tracked_tcp, every_bit_of_ports_and_numbers_counts)
{
    static const struct {
        enum layout_number layout;
        uint8_t flags;
        unsigned first; /* byte of the four that are looked at, of the eight of both numbers */
    } cases[] = {{LAYOUT_TCP4_SYN, SYN | ACK, 8},
                 {LAYOUT_TCP4_ACK, RST, 4},
                 {LAYOUT_TCP6_SYN, SYN | ACK, 8},
                 {LAYOUT_TCP6_ACK, RST, 4}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[cases[i].layout], 5);
        struct tracked_packet sent =
            tracked_packets_craft(tracked, tracked_packets_probe(&layouts[cases[i].layout]), 1);
        struct reply reply;

        for (unsigned bit = 0; bit < 12 * 8; bit++) {
            struct tracked_packet answer = tracked_packets_tcp(&sent, cases[i].flags, 0);
            unsigned byte = bit / 8;
            bool counts = byte < 4 || byte / 4 == cases[i].first / 4;

            answer.bytes[tracked_packets_quoted(&layouts[cases[i].layout]) - 8 + byte] ^=
                (uint8_t)(1 << bit % 8);
            enum decode_verdict verdict = tracked_packets_decode(tracked, &answer, &reply);
            cr_expect_eq(verdict, counts ? DECODE_REJECT_FOREIGN : DECODE_ACCEPTED, "%s, byte %u bit %u: %d",
                         layouts[cases[i].layout].name, byte, bit % 8, (int)verdict);
        }
        tracked_free(tracked);
    }
}

Test(tracked_tcp, an_ack_is_answered_by_rst_alone)
{
    static const struct {
        uint8_t flags;
        enum decode_verdict verdict;
    } cases[] = {
        {RST, DECODE_ACCEPTED},
        {RST | ACK, DECODE_ACCEPTED},
        {SYN | ACK, DECODE_REJECT_NOT_A_REPLY},
        {ACK, DECODE_REJECT_NOT_A_REPLY},
    };
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_TCP4_ACK], 5);
    struct tracked_packet ack =
        tracked_packets_craft(tracked, tracked_packets_probe(&layouts[LAYOUT_TCP4_ACK]), 1);

    cr_expect_eq(ack.bytes[33], ACK);
    cr_expect_eq(load_be32(ack.bytes + 24), load_be32(ack.bytes + 28));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tracked_packet answer = tracked_packets_tcp(&ack, cases[i].flags, 0);
        struct reply reply;
        enum decode_verdict verdict = tracked_packets_decode(tracked, &answer, &reply);

        cr_expect_eq(verdict, cases[i].verdict, "flags %u: %d", cases[i].flags, (int)verdict);
        if (verdict == DECODE_ACCEPTED)
            expect_answer(&reply, 2, "RST");
    }
    tracked_free(tracked);
}

Test(tracked_udp, answers_of_other_protocols_are_none)
{
    struct tracked *udp = tracked_packets_table(&layouts[LAYOUT_UDP4], 5),
                   *icmp = tracked_packets_table(&layouts[LAYOUT_ICMP4], 5),
                   *tcp = tracked_packets_table(&layouts[LAYOUT_TCP4_SYN], 5);
    struct probe probe = tracked_packets_probe(&layouts[LAYOUT_UDP4]);
    struct tracked_packet request = tracked_packets_craft(icmp, probe, 1),
                          syn = tracked_packets_craft(tcp, probe, 1);
    struct tracked_packet echo = tracked_packets_echo(&request),
                          answer = tracked_packets_tcp(&syn, SYN | ACK, 0);
    struct reply reply;

    tracked_packets_craft(udp, probe, 1);
    cr_expect_eq(tracked_packets_decode(udp, &echo, &reply), DECODE_REJECT_NOT_A_REPLY);
    cr_expect_eq(tracked_packets_decode(udp, &answer, &reply), DECODE_REJECT_NOT_A_REPLY);
    cr_expect_eq(tracked_packets_decode(icmp, &answer, &reply), DECODE_REJECT_NOT_A_REPLY);
    cr_expect_eq(tracked_packets_decode(tcp, &echo, &reply), DECODE_REJECT_NOT_A_REPLY);
    tracked_free(udp);
    tracked_free(icmp);
    tracked_free(tcp);
}
