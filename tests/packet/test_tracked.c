// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/tracked.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "packet/tracked_table.h"
#include "reference.h"
#include "support/tracked_packets.h"
#include "table.h"

enum {
    TIME_EXCEEDED = 11 << 8,
    PORT_UNREACHABLE = 3 << 8 | 3,
    SENT_NS = 123456789,
};

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
