// SPDX-License-Identifier: GPL-2.0-or-later
/* What is taken for an answer to a probe of ours, and what by chance. */
#include <criterion/criterion.h>

#include "bytes.h"
#include "ip_header.h"
#include "packet/tracked_table.h"
#include "reference.h"
#include "support/tracked_packets.h"
#include "table.h"

enum {
    TIME_EXCEEDED = 11 << 8,
    SENT_NS = 123456789,
};

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

Test(tracked_judged, every_bit_of_a_quotation_is_judged)
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
Test(tracked_judged, another_program_is_not_mistaken_for_us)
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

Test(tracked_judged, a_hop_behind_a_nat_is_flagged_and_not_lost)
{
    FOR_TRACKED_LAYOUTS (layout) {
        for (size_t n = 0; n < COUNT(rewritings); n++)
            expect_rewritten(layout, &rewritings[n]);
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
Test(tracked_judged, chance_is_seldom_taken_for_an_answer)
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
