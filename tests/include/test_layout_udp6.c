// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "layout_udp6.h"
#include "reference.h"
#include "support/checked_layouts.h"
#include "support/quotation6_changes.h"
#include "table.h"

/* Where a probe's fields are, from its IP header on. */
enum {
    SOURCE_PORT = 40,
    DESTINATION_PORT = 42,
    LENGTH = 44,
    CHECKSUM = 46,
    STAMP = 48,
    TIME = 56,
    TAG = 60,
    FLOW = 64,
    HOP_LIMIT = 66,
    ROUNDS = 10000,
};

Test(layout_udp6, all_of_the_time_is_there)
{
    const struct probe probe = {.target_address = {0x20010db800000000ULL, 1}, .flow = 3, .ttl = 9};
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;

    layout_check_craft(&checked_udp6, &probe, 0x89abcdef, ip);
    cr_assert_eq(udp6_recover(LAYOUT_CHECK_KEY, UDP6_PORT, ip, ip + IPV6_HEADER, ip + UDP6_CRAFTED, &quoted),
                 PROBE_OURS);
    cr_expect_eq(quoted.sent_at, 0x89abcdef);
}

/* RFC 8200, section 8.1: receivers drop a checksum of zero. */
Test(layout_udp6, a_checksum_of_zero_is_never_sent)
{
    cr_expect_eq(ipv6_checksum_of(0), 0xffff);
    cr_expect_eq(ipv6_checksum_of(0xffffULL << 28), 0xffff);
    cr_expect_eq(ipv6_checksum_of(1ULL << 12), 1);
}

Test(layout_udp6, the_checksum_depends_on_target_and_flow_alone)
{
    uint8_t first[QUOTATION_ROOM], other[QUOTATION_ROOM];
    uint64_t random = 1;

    for (unsigned round = 0; round < 1000; round++) {
        struct probe probe = layout_check_probe(&checked_udp6, &random);

        layout_check_craft(&checked_udp6, &probe, (uint32_t)random, first);
        probe.ttl = (uint8_t)(1 + round % PROBE_MAX_TTL);
        layout_check_craft(&checked_udp6, &probe, round, other);
        cr_assert_arr_eq(first + CHECKSUM, other + CHECKSUM, 2);
    }
}

/* A quotation of any length from the least on is of a probe of ours: with its stamp for certain. */
Test(layout_udp6, a_quotation_may_end_anywhere)
{
    uint64_t random = 2;

    for (unsigned kept = CHECKED_CUT; kept <= UDP6_CRAFTED; kept++) {
        struct checked_layout shorter = checked_udp6;
        const struct quotation_change change = {"nothing", nothing,
                                                kept < UDP6_CRAFTED ? PROBE_CUT : PROBE_OURS, 0};

        shorter.kept = kept;
        layout_check_changes(&shorter, &change, 1);
        struct probe probe = layout_check_probe(&checked_udp6, &random);
        uint8_t ip[QUOTATION_ROOM];
        struct quoted_probe quoted;

        layout_check_craft(&checked_udp6, &probe, 0, ip);
        udp6_recover(LAYOUT_CHECK_KEY, UDP6_PORT, ip, ip + IPV6_HEADER, ip + kept, &quoted);
        layout_check_recovered(&probe, 0, &quoted);
    }
}

static void move_source(uint8_t *ip)
{
    readdress(ip + IPV6_SOURCE, ip + CHECKSUM);
}

static void move_target(uint8_t *ip)
{
    readdress(ip + IPV6_DESTINATION, ip + CHECKSUM);
}

static void move_source_port(uint8_t *ip)
{
    mend_checksum(ip + CHECKSUM, load_be16(ip + SOURCE_PORT), 1024);
    store_be16(ip + SOURCE_PORT, 1024);
}

static void move_destination_port(uint8_t *ip)
{
    store_be16(ip + DESTINATION_PORT, 53);
}

static void move_everything(uint8_t *ip)
{
    move_source(ip);
    move_source_port(ip);
    label_cleared(ip);
}

static void no_checksum(uint8_t *ip)
{
    store_be16(ip + CHECKSUM, 0);
}

static void no_udp_length(uint8_t *ip)
{
    store_be16(ip + LENGTH, 0);
}

static void no_lengths(uint8_t *ip)
{
    no_udp_length(ip);
    no_payload_length(ip);
}

static void no_stamp(uint8_t *ip)
{
    memset(ip + STAMP, 0, STAMP_LENGTH);
}

static void another_payload(uint8_t *ip)
{
    memset(ip + STAMP, 0xa5, STAMP_LENGTH);
}

static void nat_and_another_payload(uint8_t *ip)
{
    move_source(ip);
    another_payload(ip);
}

static void prefix_and_another_payload(uint8_t *ip)
{
    translate_source_prefix(ip);
    another_payload(ip);
}

/* The stamp of another probe of ours behind these headers: nothing in it is proven of this target. */
static void stamp_of_another(uint8_t *ip)
{
    const struct probe other = {.target_address = {0x20010db8ffff0000ULL, 7}, .flow = 3, .ttl = 9};
    uint8_t packet[QUOTATION_ROOM];

    layout_check_craft(&checked_udp6, &other, 0x1234567, packet);
    memcpy(ip + STAMP, packet + STAMP, STAMP_LENGTH);
}

static const struct quotation_change changes[] = {
    {"nothing", nothing, PROBE_OURS, 0},
    {"prefix of the source (NPTv6)", translate_source_prefix, PROBE_REWRITTEN, 0},
    {"prefix of the target (NPTv6)", translate_target_prefix, PROBE_REWRITTEN, 0},
    {"source (NAT66)", move_source, PROBE_REWRITTEN, 0},
    {"target (NAT66)", move_target, PROBE_REWRITTEN, 0},
    {"source, port and label", move_everything, PROBE_REWRITTEN, 0},
    {"source port", move_source_port, PROBE_OURS, 0},
    {"destination port", move_destination_port, PROBE_OURS, 0},
    {"no label, as behind NAT64", label_cleared, PROBE_OURS, 0},
    {"another label", another_label, PROBE_OURS, 0},
    {"traffic class", all_of_class, PROBE_OURS, 0},
    {"hop limit 0", quoted_hop_limit_0, PROBE_OURS, 0},
    {"payload length + 8", payload_length_and_8, PROBE_OURS, 0},
    {"no payload length", no_payload_length, PROBE_OURS, 0},
    {"no lengths at all", no_lengths, PROBE_OURS, 0},
    {"payload length swapped", swap_payload_length, PROBE_OURS, 0},
    {"next header", another_next_header, PROBE_OURS, 0},
    {"no checksum", no_checksum, PROBE_OURS, 0},
    {"a quotation that is cut and padded (RFC 4884)", no_stamp, PROBE_CUT, 0},
    {"another payload", another_payload, PROBE_UNTIMED, 0},
    {"a NAT and another payload: both tags are lost", nat_and_another_payload, PROBE_FORGED, 0},
    {"another prefix and payload, likewise", prefix_and_another_payload, PROBE_FORGED, 0},
};

/* Of what is cut, two fields of three that have T1 are enough. */
static const struct quotation_change changes_of_cut[] = {
    {"nothing", nothing, PROBE_CUT, 0},
    {"no label", label_cleared, PROBE_CUT, 0},
    {"another label", another_label, PROBE_CUT, 0},
    {"no checksum", no_checksum, PROBE_CUT, 0},
    {"source port and its checksum", move_source_port, PROBE_FOREIGN, 0},
    {"source (NAT66)", move_source, PROBE_FORGED, 0},
    {"prefix of the source (NPTv6)", translate_source_prefix, PROBE_FORGED, 0},
    {"traffic class", all_of_class, PROBE_CUT, 0},
    {"hop limit 0", quoted_hop_limit_0, PROBE_CUT, 0},
    {"next header", another_next_header, PROBE_CUT, 0},
    {"payload length + 8", payload_length_and_8, PROBE_CUT, 0},
    {"no payload length", no_payload_length, PROBE_CUT, 0},
    {"no UDP length", no_udp_length, PROBE_CUT, 0},
    {"no lengths: the hop limit is lost", no_lengths, PROBE_FOREIGN, 0},
};

Test(layout_udp6, every_field_and_every_change)
{
    layout_check_changes(&checked_udp6, changes, COUNT(changes));
    layout_check_changes(&checked_udp6_cut, changes_of_cut, COUNT(changes_of_cut));
}

Test(layout_udp6, a_stamp_belongs_to_its_addresses)
{
    const struct probe probe = {.target_address = {0x20010db800000000ULL, 1}, .flow = 3, .ttl = 9};
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;

    layout_check_craft(&checked_udp6, &probe, 5, ip);
    stamp_of_another(ip);
    cr_expect_eq(udp6_recover(LAYOUT_CHECK_KEY, UDP6_PORT, ip, ip + IPV6_HEADER, ip + UDP6_CRAFTED, &quoted),
                 PROBE_REWRITTEN);
}

static const struct flip_rule flips[] = {
    {0, 7, PROBE_OURS, 0},       /* version, class, label, length, next header, hop limit */
    {8, 39, PROBE_REWRITTEN, 0}, /* addresses */
    {SOURCE_PORT, CHECKSUM + 1, PROBE_OURS, 0},
    {STAMP, HOP_LIMIT, PROBE_UNTIMED, 0},
    {HOP_LIMIT + 1, UDP6_CRAFTED - 1, PROBE_OURS, 0}, /* a zero, and what makes the checksum true */
};

static const struct flip_rule flips_of_cut[] = {
    {0, 3, PROBE_CUT, 0},                              /* version, class, label */
    {4, 7, PROBE_CUT, 0},                              /* payload length, next header, hop limit */
    {8, 39, PROBE_FORGED, 0},                          /* addresses */
    {40, 41, PROBE_CUT, 0},                            /* source port */
    {42, 43, PROBE_FORGED, 0},                         /* destination port: the flow */
    {44, 44, PROBE_CUT, 0},                            /* UDP length: one that no probe has */
    {45, 45, PROBE_CUT, 0},    {46, 47, PROBE_CUT, 0}, /* checksum */
};

Test(layout_udp6, every_flipped_bit_is_judged_as_documented)
{
    layout_check_flips(&checked_udp6, flips, COUNT(flips));
    layout_check_flips(&checked_udp6_cut, flips_of_cut, COUNT(flips_of_cut));
}

static void shape(uint8_t *ip)
{
    uint8_t hop_limit = (uint8_t)(1 + ip[0] % PROBE_MAX_TTL);

    store_be32(ip, IPV6_FIRST_WORD | (load_be32(ip) & IPV6_FLOW_LABEL));
    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)(UDP6_EMPTY + hop_limit));
    ip[IPV6_NEXT_HEADER] = PROTOCOL_UDP;
    ip[SOURCE_PORT] |= 0x80;
    store_be16(ip + DESTINATION_PORT, (uint16_t)(UDP6_PORT + ip[DESTINATION_PORT]));
    store_be16(ip + LENGTH, (uint16_t)(UDP6_EMPTY + hop_limit));
}

Test(layout_udp6, of_a_million_unrelated_ones_none_passes)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_udp6, shape, judged);
    cr_expect_eq(judged[PROBE_FORGED], LAYOUT_UNRELATED);
    layout_check_unrelated(&checked_udp6_cut, shape, judged);
    cr_expect_eq(judged[PROBE_FORGED], LAYOUT_UNRELATED);
}
