// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for probes of all protocols alike. */
#include "packet/tracked.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "bytes.h"
#include "packet/tracked_table.h"
#include "reference.h"
#include "support/tracked_packets.h"
#include "table.h"

enum {
    TIME_EXCEEDED = 11 << 8,
    PORT_UNREACHABLE = 3 << 8 | 3,
    QUOTED = 28,
    SENT_NS = 123456789,
};

/* The checksum of the transport protocol, with the pseudo header where there is one (RFC 768, 792, 9293). */
static uint16_t transport_sum(const struct tracked_packet *packet)
{
    uint8_t pseudo[12] = {0};
    uint16_t length = (uint16_t)(packet->length - 20);
    uint16_t sum = 0;

    memcpy(pseudo, packet->bytes + 12, 8);
    pseudo[9] = packet->bytes[9];
    store_be16(pseudo + 10, length);
    if (packet->bytes[9] != 1)
        sum = reference_sum(0, pseudo, sizeof(pseudo));
    return reference_sum(sum, packet->bytes + 20, length);
}

static void expect_packet(const struct tracked_packet *packet, const struct probe *probe, const char *name)
{
    const uint8_t *ip = packet->bytes;

    cr_expect_eq(packet->length, probe->size, "%s", name);
    cr_expect_eq(ip[0], 0x45, "%s", name);
    cr_expect_eq(load_be16(ip + 2), packet->length, "%s", name);
    cr_expect_neq(load_be16(ip + 4), 0, "%s: the kernel would fill in an ID of 0", name);
    cr_expect_eq(load_be16(ip + 6), 0, "%s", name);
    cr_expect_eq(ip[8], probe->ttl, "%s", name);
    cr_expect_eq(load_be32(ip + 12), TRACKED_SOURCE, "%s", name);
    cr_expect(address_equal(IPV4(load_be32(ip + 16)), probe->target_address), "%s", name);
    cr_expect_eq(reference_sum(0, ip, 20), 0xffff, "%s", name);
    cr_expect_eq(transport_sum(packet), 0xffff, "%s, %u bytes", name, packet->length);
}

Test(tracked, packets_are_whole_with_true_checksums)
{
    uint64_t random = 1;

    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        unsigned shortest = layouts[i].tracked->shortest;

        for (int n = 0; n < 2000; n++) {
            struct probe probe = {
                .target_address = IPV4(reference_random(&random)),
                .flow = (uint16_t)(reference_random(&random) % 256),
                .ttl = (uint8_t)(1 + reference_random(&random) % 64),
                .size = (uint16_t)(shortest + reference_random(&random) % 200),
            };
            struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);

            expect_packet(&packet, &probe, layouts[i].name);
        }
        tracked_free(tracked);
    }
}

Test(tracked, a_probe_has_at_least_its_headers)
{
    static const unsigned shortest[TRACKED_LAYOUTS] = {
        [LAYOUT_UDP4] = 28, [LAYOUT_ICMP4] = 28, [LAYOUT_TCP4_SYN] = 44, [LAYOUT_TCP4_ACK] = 40};

    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct probe probe = tracked_packets_probe();

        cr_expect_eq(layouts[i].tracked->shortest, shortest[i], "%s", layouts[i].name);
        probe.size = 0;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        probe.size = (uint16_t)shortest[i];
        expect_packet(&packet, &probe, layouts[i].name);
        tracked_free(tracked);
    }
}

/* Without room for the words that carry tags, quotations still lead to their probes, whatever was sent
 * before. */
Test(tracked, probes_as_small_as_their_headers_are_recognized)
{
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct tracked_packet sent[60];

        for (unsigned n = 0; n < COUNT(sent); n++) {
            struct probe probe = tracked_packets_probe();

            probe.query = (uint16_t)n;
            probe.size = (uint16_t)(layouts[i].tracked->shortest + (COUNT(sent) - n) % 6);
            sent[n] = tracked_packets_craft(tracked, probe, n);
            expect_packet(&sent[n], &probe, layouts[i].name);
        }
        for (unsigned n = 0; n < COUNT(sent); n++) {
            struct tracked_packet error = tracked_packets_quote(&sent[n], TIME_EXCEEDED, QUOTED);
            struct reply reply;

            cr_assert_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_ACCEPTED, "%s %u",
                         layouts[i].name, n);
            cr_expect_eq(reply.sent->probe.query, n, "%s", layouts[i].name);
            cr_expect_not(reply.rewritten, "%s", layouts[i].name);
        }
        tracked_free(tracked);
    }
}

Test(tracked, data_is_as_long_as_asked_for)
{
    static const struct {
        enum layout_number layout;
        unsigned data, size;
    } cases[] = {
        {LAYOUT_UDP4, 0, 28},     {LAYOUT_UDP4, 1, 29},     {LAYOUT_UDP4, 56, 84},
        {LAYOUT_ICMP4, 0, 28},    {LAYOUT_ICMP4, 1, 29},    {LAYOUT_ICMP4, 56, 84},
        {LAYOUT_TCP4_SYN, 0, 44}, {LAYOUT_TCP4_SYN, 1, 81}, {LAYOUT_TCP4_SYN, 100, 180},
        {LAYOUT_TCP4_ACK, 0, 40}, {LAYOUT_TCP4_ACK, 1, 81}, {LAYOUT_TCP4_ACK, 100, 180},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[cases[i].layout], 5);
        struct probe probe = tracked_packets_probe();
        unsigned size = tracked_with_data(&layouts[cases[i].layout], cases[i].data);

        cr_expect_eq(size, cases[i].size, "case %zu: %u", i, size);
        probe.size = (uint16_t)size;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        unsigned header = packet.bytes[9] == 6 ? packet.bytes[32] >> 4 << 2 : 8;
        cr_expect_eq(packet.length - 20 - header, cases[i].data, "case %zu", i);
        tracked_free(tracked);
    }
}

/* Everything that load balancers hash: addresses, protocol, TOS, and the first four bytes behind the header;
 * of ICMP also the identifier, which stands for a port. */
static void hashed(const struct tracked_packet *packet, uint8_t out[16])
{
    memset(out, 0, 16);
    memcpy(out, packet->bytes + 12, 12);
    out[12] = packet->bytes[1];
    out[13] = packet->bytes[9];
    if (packet->bytes[9] == 1)
        memcpy(out + 14, packet->bytes + 24, 2);
}

Test(tracked, what_routers_hash_depends_on_target_and_flow_alone)
{
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct probe probe = tracked_packets_probe();
        uint8_t first[16], other[16];

        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        hashed(&packet, first);
        for (uint8_t ttl = 1; ttl < 64; ttl++) {
            probe.ttl = ttl;
            probe.query = ttl % 3;
            probe.owner = ttl;
            packet = tracked_packets_craft(tracked, probe, ttl);
            hashed(&packet, other);
            cr_expect_arr_eq(first, other, 16, "%s, ttl %u", layouts[i].name, ttl);
        }
        probe.flow++;
        packet = tracked_packets_craft(tracked, probe, 1);
        hashed(&packet, other);
        cr_expect_arr_neq(first, other, 16, "%s", layouts[i].name);
        tracked_free(tracked);
    }
}

static void expect_whole(const struct reply *reply, const struct probe *probe, const char *name)
{
    cr_assert_not_null(reply->sent, "%s", name);
    cr_expect_eq(memcmp(&reply->sent->probe, probe, sizeof(*probe)), 0, "%s", name);
    cr_expect_eq(reply->sent->sent_ns, SENT_NS, "%s", name);
    cr_expect_eq(memcmp(&reply->quoted.probe, probe, sizeof(*probe)), 0, "%s", name);
    cr_expect(address_equal(reply->quoted.source, IPV4(TRACKED_SOURCE)), "%s", name);
    cr_expect_not(reply->rewritten, "%s", name);
    cr_expect_not(reply->truncated, "%s", name);
}

Test(tracked, every_quotation_from_28_bytes_on_leads_back_to_the_probe)
{
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct probe probe = tracked_packets_probe();
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, SENT_NS);
        struct reply reply;

        for (unsigned quoted = 0; quoted <= 128; quoted++) {
            struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, quoted);
            enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);

            if (quoted < QUOTED) {
                cr_expect_eq(verdict, DECODE_REJECT_TRUNCATED, "%s, %u", layouts[i].name, quoted);
                continue;
            }
            cr_assert_eq(verdict, DECODE_ACCEPTED, "%s, %u: %d", layouts[i].name, quoted, (int)verdict);
            expect_whole(&reply, &probe, layouts[i].name);
            cr_expect_eq(reply.kind, REPLY_ICMP_ERROR);
            cr_expect(address_equal(reply.responder, IPV4(TRACKED_RESPONDER)));
            cr_expect_eq(reply.reply_ttl, 60);
            cr_expect_eq(reply.quoted.quoted_ttl, 1);
            cr_expect_eq(reply.icmp_type, 11);
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

static enum change change_of(const struct layout *layout, unsigned byte)
{
    static const struct {
        unsigned first, last;
        enum change of[KINDS];
    } bytes[] = {
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
    };
    size_t i = 0;

    while (byte > bytes[i].last)
        i++;
    return bytes[i].of[tracked_packets_kind(layout)];
}

Test(tracked, every_bit_of_a_quotation_is_judged)
{
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(), SENT_NS);
        struct reply reply;

        for (unsigned bit = 0; bit < QUOTED * 8; bit++) {
            struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
            enum change change = change_of(&layouts[i], bit / 8);

            tracked_packets_quotation(&error)[bit / 8] ^= (uint8_t)(1 << bit % 8);
            tracked_packets_seal(&error);
            enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);
            cr_expect_eq(verdict == DECODE_ACCEPTED, change != FOREIGN, "%s, byte %u bit %u: %d",
                         layouts[i].name, bit / 8, bit % 8, (int)verdict);
            if (verdict == DECODE_ACCEPTED)
                cr_expect_eq(reply.rewritten, change == NAT, "%s, byte %u bit %u", layouts[i].name, bit / 8,
                             bit % 8);
        }
        tracked_free(tracked);
    }
}

/* A probe that another program of this host sends to the same target, as like ours as it can be: the same
 * protocol, ports and size, and by chance the number of a probe of ours. */
Test(tracked, another_program_is_not_mistaken_for_us)
{
    enum { PROBES = 20000 };

    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *ours = tracked_packets_table(&layouts[i], 5);
        struct tracked *theirs = tracked_packets_table(&layouts[i], 6);
        unsigned taken = 0;

        for (uint32_t n = 0; n < PROBES; n++) {
            struct probe probe = tracked_packets_probe();
            struct reply reply;

            probe.lane = n % 2;
            probe.target_address.low += n; /* so that every probe has another flow to guess */
            tracked_packets_craft(ours, probe, 1);
            probe.lane = n / 2 % 2;
            struct tracked_packet packet = tracked_packets_craft(theirs, probe, 1);
            struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
            taken += tracked_packets_decode(ours, &error, &reply) == DECODE_ACCEPTED;
        }
        /* 2^-15 of a flow and 2^-16 of a proof: 0.9 of them by chance. */
        cr_expect_leq(taken, 8, "%s: %u", layouts[i].name, taken);
        tracked_free(ours);
        tracked_free(theirs);
    }
}

struct rewriting {
    const char *what;
    bool source, target, from_port, to_port, checksum;
    bool ours_alone; /* the error is addressed to another host */
    enum decode_verdict verdicts[KINDS];
};

static void rewrite(uint8_t *quotation, const struct rewriting *how)
{
    uint8_t *transport = quotation + 20;
    bool icmp = quotation[9] == 1, tcp = quotation[9] == 6;

    if (how->source)
        store_be32(quotation + 12, 0x0b0b0b0b);
    if (how->target)
        store_be32(quotation + 16, 0x0a000007);
    if (how->from_port)
        store_be16(transport + (icmp ? 4 : 0), 61000);
    if (how->to_port && !icmp)
        store_be16(transport + 2, 8080);
    if (how->checksum && !tcp)
        store_be16(transport + (icmp ? 2 : 6), 0x1234);
}

Test(tracked, a_hop_behind_a_nat_is_flagged_and_not_lost)
{
    static const struct rewriting cases[] = {
        {"restored but for the checksum",
         0,
         0,
         0,
         0,
         1,
         0,
         {DECODE_ACCEPTED, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"source", 1, 0, 0, 0, 1, 0, {DECODE_ACCEPTED, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"source and port", 1, 0, 1, 0, 1, 0, {DECODE_ACCEPTED, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"source and port, towards another host",
         1,
         0,
         1,
         0,
         1,
         1,
         {DECODE_REJECT_FOREIGN, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"port", 0, 0, 1, 0, 1, 0, {DECODE_REJECT_FOREIGN, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"target", 0, 1, 0, 0, 1, 0, {DECODE_ACCEPTED, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"target and its port", 0, 1, 0, 1, 1, 0, {DECODE_ACCEPTED, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"all addresses", 1, 1, 0, 0, 1, 0, {DECODE_ACCEPTED, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"all addresses and ports",
         1,
         1,
         1,
         1,
         1,
         0,
         {DECODE_REJECT_FOREIGN, DECODE_ACCEPTED, DECODE_ACCEPTED}},
        {"all addresses and ports, with their checksum",
         1,
         1,
         1,
         1,
         0,
         0,
         {DECODE_ACCEPTED, DECODE_ACCEPTED, DECODE_ACCEPTED}},
    };

    for (size_t i = 0; i < TRACKED_LAYOUTS; i++)
        for (size_t n = 0; n < COUNT(cases); n++) {
            struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
            struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(), SENT_NS);
            struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
            enum decode_verdict expected = cases[n].verdicts[tracked_packets_kind(&layouts[i])];
            struct reply reply;

            if (cases[n].ours_alone)
                store_be32(error.bytes + 16, 0x0b0b0b0b);
            rewrite(tracked_packets_quotation(&error), &cases[n]);
            tracked_packets_seal(&error);
            enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);
            cr_expect_eq(verdict, expected, "%s, %s: %d", layouts[i].name, cases[n].what, (int)verdict);
            if (verdict == DECODE_ACCEPTED) {
                cr_expect_eq(reply.sent->probe.owner, 77, "%s, %s", layouts[i].name, cases[n].what);
                cr_expect(address_equal(reply.quoted.probe.target_address,
                                        IPV4(cases[n].target ? 0x0a000007 : TRACKED_TARGET)));
            }
            tracked_free(tracked);
        }
}

Test(tracked, an_answer_to_an_earlier_probe_of_the_same_number_is_not_taken)
{
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct probe probe = tracked_packets_probe();
        struct tracked_packet first = tracked_packets_craft(tracked, probe, 1), packet = first;
        struct tracked_packet error = tracked_packets_quote(&first, TIME_EXCEEDED, QUOTED);
        unsigned number = tracked_packets_kind(&layouts[i]) == KIND_ICMP ? 26 : 4;
        struct reply reply;

        for (int generation = 1; generation <= 4; generation++) {
            do
                packet = tracked_packets_craft(tracked, probe, (uint64_t)generation + 1);
            while (load_be16(packet.bytes + number) != load_be16(first.bytes + number));
            cr_expect_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_REJECT_FORGED, "%s, %d",
                         layouts[i].name, generation);
            struct tracked_packet now = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
            cr_assert_eq(tracked_packets_decode(tracked, &now, &reply), DECODE_ACCEPTED);
            cr_expect_eq(reply.sent->sent_ns, (uint64_t)generation + 1);
        }
        tracked_free(tracked);
    }
}

Test(tracked, numbers_go_round_without_zero)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);
    struct probe probe = tracked_packets_probe();
    uint16_t last = 0;

    for (uint32_t n = 0; n < 2 * TRACKED_PROBES + 10; n++) {
        probe.query = (uint16_t)n;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, n);
        uint16_t id = load_be16(packet.bytes + 4);

        cr_assert_eq(id, last == UINT16_MAX ? 1 : last + 1);
        last = id;
        if (n % 997)
            continue;
        struct tracked_packet error = tracked_packets_quote(&packet, PORT_UNREACHABLE, QUOTED);
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
        struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(), 1);
        struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
        struct reply reply;

        cr_expect_eq(load_be16(packet.bytes + 4), expected[n]);
        cr_expect_eq(tracked_packets_decode(tracked, &error, &reply), DECODE_ACCEPTED);
    }
    tracked_free(tracked);
}

Test(tracked, damage_and_other_packets_are_told_apart)
{
    static const struct {
        const char *what;
        unsigned byte;
        uint8_t value;
        bool seal;
        enum decode_verdict expected;
    } cases[] = {
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

    for (size_t i = 0; i < TRACKED_LAYOUTS; i++)
        for (size_t n = 0; n < COUNT(cases); n++) {
            struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
            struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(), SENT_NS);
            struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
            struct reply reply;

            error.bytes[cases[n].byte] = cases[n].value;
            if (cases[n].seal)
                tracked_packets_seal(&error);
            enum decode_verdict verdict = tracked_packets_decode(tracked, &error, &reply);
            cr_expect_eq(verdict, cases[n].expected, "%s, %s: %d", layouts[i].name, cases[n].what,
                         (int)verdict);
            tracked_free(tracked);
        }
}

Test(tracked, the_first_fragment_of_an_error_is_taken)
{
    struct tracked *tracked = tracked_packets_table(&layouts[LAYOUT_UDP4], 5);
    struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(), SENT_NS);
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
    struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(), SENT_NS);
    struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
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
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct tracked_packet packet = tracked_packets_craft(tracked, tracked_packets_probe(), SENT_NS);
        struct tracked_packet whole[] = {
            tracked_packets_quote(&packet, TIME_EXCEEDED, 128),
            tracked_packets_kind(&layouts[i]) == KIND_TCP ? tracked_packets_tcp(&packet, 0x12, 0)
                                                          : tracked_packets_echo(&packet),
        };

        for (size_t kind = 0; kind < COUNT(whole); kind++)
            for (unsigned words = 5; words < 16; words++)
                for (unsigned length = 0; length <= whole[kind].length; length++) {
                    struct tracked_packet cut = whole[kind];
                    struct reply reply;

                    cut.length = length;
                    cut.bytes[0] = (uint8_t)(0x40 | words);
                    tracked_packets_decode(tracked, &cut, &reply);
                }
        tracked_free(tracked);
    }
}

Test(tracked, chance_is_seldom_taken_for_an_answer)
{
    enum { TRIES = 200000 };
    uint64_t random = 7;

    for (size_t i = 0; i < TRACKED_LAYOUTS; i++) {
        struct tracked *tracked = tracked_packets_table(&layouts[i], 5);
        struct tracked_packet packet = {0};
        unsigned taken = 0;

        for (uint32_t n = 0; n < TRACKED_PROBES; n++)
            packet = tracked_packets_craft(tracked, tracked_packets_probe(), n);
        struct tracked_packet error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
        uint8_t *quotation = tracked_packets_quotation(&error);
        for (int n = 0; n < TRIES; n++) {
            struct reply reply;

            reference_random_bytes(&random, quotation + 1, 8);
            reference_random_bytes(&random, quotation + 10, QUOTED - 10);
            if (tracked_packets_kind(&layouts[i]) == KIND_ICMP)
                store_be16(quotation + 20, 0x0800);
            tracked_packets_seal(&error);
            taken += tracked_decode(tracked, error.bytes, error.length, &reply) == DECODE_ACCEPTED;
        }
        /* 2^-15 + 2^-16 of them are 9; of the bound for rewritten ones, 2^-8, it is far away. */
        cr_expect_leq(taken, 30, "%s: %u", layouts[i].name, taken);
        tracked_free(tracked);
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
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(layouts[cases[i].layout].tracked->max_flow(cases[i].port), cases[i].expected, "%zu", i);
    tracked_free(NULL);
}

Test(tracked, lanes_options_and_fragmentation_are_as_asked)
{
    static const struct address sources[] = {IPV4(TRACKED_SOURCE), IPV4(TRACKED_OTHER)};
    const struct layout_choice choice = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){1, 2});
    const struct tracked_config config = {.layouts = layout_pair_of(&choice),
                                          .tos = 0xb8,
                                          .dont_fragment = true,
                                          .sources = sources,
                                          .source_count = 2};
    struct tracked *tracked = tracked_create(&config);
    struct probe probe = tracked_packets_probe();

    probe.lane = 1;
    struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
    cr_expect_eq(packet.bytes[1], 0xb8);
    cr_expect_eq(load_be16(packet.bytes + 6), 0x4000);
    cr_expect_eq(load_be32(packet.bytes + 12), TRACKED_OTHER);
    cr_expect_eq(reference_sum(0, packet.bytes, 20), 0xffff);
    cr_expect_eq(transport_sum(&packet), 0xffff);
    tracked_free(tracked);
}
