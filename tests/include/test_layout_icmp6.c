// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "layout_icmp6.h"
#include "reference.h"
#include "support/checked_layouts.h"
#include "support/quotation6_changes.h"
#include "table.h"

/* Where a probe's fields are, from its IP header on. */
enum {
    TYPE = 40,
    CHECKSUM = 42,
    IDENTIFIER = 44,
    SEQUENCE = 46,
    STAMP = 48,
    HOP_LIMIT = 66,
    TARGET = 70,
    ROUNDS = 10000,
};

/* NATs take it for a port. */
Test(layout_icmp6, the_identifier_depends_on_target_and_flow_alone)
{
    uint8_t first[QUOTATION_ROOM], other[QUOTATION_ROOM];
    uint64_t random = 1;

    for (unsigned round = 0; round < 1000; round++) {
        struct probe probe = layout_check_probe(&checked_icmp6, &random);

        layout_check_craft(&checked_icmp6, &probe, (uint32_t)random, first);
        probe.ttl = (uint8_t)(1 + round % PROBE_MAX_TTL);
        layout_check_craft(&checked_icmp6, &probe, round, other);
        cr_assert_arr_eq(first + IDENTIFIER, other + IDENTIFIER, 2);
    }
}

/* A quotation of any length from the least on is of a probe of ours: with its stamp for certain. */
Test(layout_icmp6, a_quotation_may_end_anywhere)
{
    for (unsigned kept = CHECKED_CUT; kept <= ICMP6_CRAFTED; kept++) {
        struct checked_layout shorter = checked_icmp6;
        const struct quotation_change change = {"nothing", nothing, kept < TARGET ? PROBE_CUT : PROBE_OURS,
                                                0};

        shorter.kept = kept;
        layout_check_changes(&shorter, &change, 1);
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

static void move_identifier(uint8_t *ip)
{
    mend_checksum(ip + CHECKSUM, load_be16(ip + IDENTIFIER), 1024);
    store_be16(ip + IDENTIFIER, 1024);
}

static void move_everything(uint8_t *ip)
{
    move_source(ip);
    move_identifier(ip);
    label_cleared(ip);
}

static void no_checksum(uint8_t *ip)
{
    store_be16(ip + CHECKSUM, 0);
}

static void no_sequence(uint8_t *ip)
{
    store_be16(ip + SEQUENCE, 0);
}

static void no_hop_limit(uint8_t *ip)
{
    ip[SEQUENCE + 1] = 0;
}

static void no_hop_limit_at_all(uint8_t *ip)
{
    no_hop_limit(ip);
    no_payload_length(ip);
}

static void another_type(uint8_t *ip)
{
    store_be16(ip + TYPE, 0x8700);
}

static void no_stamp(uint8_t *ip)
{
    memset(ip + STAMP, 0, STAMP_LENGTH);
}

static void another_payload(uint8_t *ip)
{
    memset(ip + STAMP, 0xa5, STAMP_LENGTH);
}

static void prefix_and_another_payload(uint8_t *ip)
{
    translate_source_prefix(ip);
    another_payload(ip);
}

static const struct quotation_change changes[] = {
    {"nothing", nothing, PROBE_OURS, 0},
    {"prefix of the source (NPTv6)", translate_source_prefix, PROBE_REWRITTEN, 0},
    {"prefix of the target (NPTv6)", translate_target_prefix, PROBE_REWRITTEN, 0},
    {"source (NAT66)", move_source, PROBE_REWRITTEN, 0},
    {"target (NAT66)", move_target, PROBE_REWRITTEN, 0},
    {"source, identifier and label", move_everything, PROBE_REWRITTEN, 0},
    {"identifier", move_identifier, PROBE_OURS, 0},
    {"no label, as behind NAT64", label_cleared, PROBE_OURS, 0},
    {"another label", another_label, PROBE_OURS, 0},
    {"traffic class", all_of_class, PROBE_OURS, 0},
    {"hop limit 0", quoted_hop_limit_0, PROBE_OURS, 0},
    {"payload length + 8", payload_length_and_8, PROBE_OURS, 0},
    {"no payload length", no_payload_length, PROBE_OURS, 0},
    {"payload length swapped", swap_payload_length, PROBE_OURS, 0},
    {"next header", another_next_header, PROBE_OURS, 0},
    {"type", another_type, PROBE_OURS, 0},
    {"no checksum", no_checksum, PROBE_OURS, 0},
    {"no sequence number", no_sequence, PROBE_OURS, 0},
    {"a quotation that is cut and padded (RFC 4884)", no_stamp, PROBE_CUT, 0},
    {"another payload", another_payload, PROBE_UNTIMED, 0},
    {"another prefix and payload: both tags are lost", prefix_and_another_payload, PROBE_FORGED, 0},
};

/* Of what is cut, two fields of three that have T1 are enough. */
static const struct quotation_change changes_of_cut[] = {
    {"nothing", nothing, PROBE_CUT, 0},
    {"no label", label_cleared, PROBE_CUT, 0},
    {"another label", another_label, PROBE_CUT, 0},
    {"no checksum", no_checksum, PROBE_CUT, 0},
    {"identifier and its checksum", move_identifier, PROBE_FORGED, 0},
    {"source (NAT66)", move_source, PROBE_FORGED, 0},
    {"prefix of the source (NPTv6)", translate_source_prefix, PROBE_FORGED, 0},
    {"traffic class", all_of_class, PROBE_CUT, 0},
    {"hop limit 0", quoted_hop_limit_0, PROBE_CUT, 0},
    {"next header", another_next_header, PROBE_CUT, 0},
    {"no hop limit in the sequence number", no_hop_limit, PROBE_CUT, 0},
    {"no payload length", no_payload_length, PROBE_CUT, 0},
    {"no hop limit at all", no_hop_limit_at_all, PROBE_FOREIGN, 0},
};

Test(layout_icmp6, every_field_and_every_change)
{
    layout_check_changes(&checked_icmp6, changes, COUNT(changes));
    layout_check_changes(&checked_icmp6_cut, changes_of_cut, COUNT(changes_of_cut));
}

static const struct flip_rule flips[] = {
    {0, 7, PROBE_OURS, 0},       /* version, class, label, length, next header, hop limit */
    {8, 39, PROBE_REWRITTEN, 0}, /* addresses */
    {TYPE, SEQUENCE + 1, PROBE_OURS, 0},
    {STAMP, HOP_LIMIT, PROBE_UNTIMED, 0},
    {HOP_LIMIT + 1, ICMP6_CRAFTED - 1, PROBE_OURS, 0}, /* a zero, the sum, the target for replies */
};

static const struct flip_rule flips_of_cut[] = {
    {0, 7, PROBE_CUT, 0},
    {8, 39, PROBE_FORGED, 0}, /* addresses */
    {TYPE, IDENTIFIER + 1, PROBE_CUT, 0},
    {SEQUENCE, SEQUENCE, PROBE_FORGED, 0}, /* the flow */
    {SEQUENCE + 1, SEQUENCE + 1, PROBE_CUT, 0},
};

Test(layout_icmp6, every_flipped_bit_is_judged_as_documented)
{
    layout_check_flips(&checked_icmp6, flips, COUNT(flips));
    layout_check_flips(&checked_icmp6_cut, flips_of_cut, COUNT(flips_of_cut));
}

static void shape(uint8_t *ip)
{
    uint8_t hop_limit = (uint8_t)(1 + ip[SEQUENCE + 1] % PROBE_MAX_TTL);

    store_be32(ip, IPV6_FIRST_WORD | (load_be32(ip) & IPV6_FLOW_LABEL));
    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)(ICMP6_EMPTY + hop_limit));
    ip[IPV6_NEXT_HEADER] = PROTOCOL_ICMPV6;
    store_be16(ip + TYPE, ICMP6_REQUEST);
    ip[SEQUENCE + 1] = hop_limit;
}

Test(layout_icmp6, of_a_million_unrelated_ones_none_passes)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_icmp6, shape, judged);
    cr_expect_eq(judged[PROBE_FORGED], LAYOUT_UNRELATED);
    layout_check_unrelated(&checked_icmp6_cut, shape, judged);
    cr_expect_eq(judged[PROBE_FORGED], LAYOUT_UNRELATED);
}

/* What a host answers (RFC 4443, section 4.2); returns the length. */
static unsigned reply_to(const uint8_t *request, unsigned length, uint8_t *ip)
{
    memcpy(ip, request, QUOTATION_ROOM);
    store_be32(ip, IPV6_FIRST_WORD);
    memcpy(ip + IPV6_SOURCE, request + IPV6_DESTINATION, IPV6_ADDRESS);
    memcpy(ip + IPV6_DESTINATION, request + IPV6_SOURCE, IPV6_ADDRESS);
    ip[IPV6_HOP_LIMIT] = 57;
    ip[TYPE] = ICMP6_ECHO_REPLY;
    store_be16(ip + CHECKSUM, 0);
    store_be16(ip + CHECKSUM, (uint16_t)~layout_check_transport_sum(ip, length));
    return length;
}

static enum probe_origin read_reply(const uint8_t *ip, unsigned length, struct quoted_probe *out)
{
    enum reply_kind kind = REPLY_ICMP_ERROR;
    enum probe_origin origin =
        icmp6_answer(LAYOUT_CHECK_KEY, 0, ip, ip + IPV6_HEADER, ip + length, out, &kind);

    cr_assert(origin == PROBE_FOREIGN || kind == REPLY_ECHO);
    return origin;
}

Test(layout_icmp6, a_reply_tells_all_of_its_probe)
{
    uint8_t request[QUOTATION_ROOM], ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    uint64_t random = 8;

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct probe probe = layout_check_probe(&checked_icmp6, &random);
        unsigned length = layout_check_craft(&checked_icmp6, &probe, (uint32_t)random, request);

        length = reply_to(request, length, ip);
        cr_assert_eq(read_reply(ip, length, &quoted), PROBE_OURS);
        cr_assert_eq(quoted.quoted_ttl, 0);
        layout_check_recovered(&probe, (uint32_t)random, &quoted);
        cr_assert_eq(read_reply(request, length, &quoted), PROBE_FOREIGN, "a request is no reply");
    }
}

/* Where a reply comes from another address, as that of an anycast one does, and where it is not whole. */
Test(layout_icmp6, replies_that_are_otherwise)
{
    const struct probe probe = {.target_address = {0x20010db800010000ULL, 0}, .flow = 5, .ttl = 9};
    uint8_t request[QUOTATION_ROOM], whole[QUOTATION_ROOM], ip[QUOTATION_ROOM];
    unsigned length = layout_check_craft(&checked_icmp6, &probe, 7, request);
    struct quoted_probe quoted;

    reply_to(request, length, whole);
    memcpy(ip, whole, sizeof(ip));
    readdress(ip + IPV6_SOURCE, ip + CHECKSUM);
    cr_expect_eq(read_reply(ip, length, &quoted), PROBE_OURS, "another address of the target");
    layout_check_recovered(&probe, 7, &quoted);

    memcpy(ip, whole, sizeof(ip));
    ip[TARGET + 15] ^= 1;
    cr_expect_eq(read_reply(ip, length, &quoted), PROBE_REWRITTEN, "another target");

    memcpy(ip, whole, sizeof(ip));
    ip[STAMP + 8] ^= 1;
    cr_expect_eq(read_reply(ip, length, &quoted), PROBE_UNTIMED, "another time");
    ip[IDENTIFIER] ^= 1;
    cr_expect_eq(read_reply(ip, length, &quoted), PROBE_FORGED, "and another identifier");

    for (unsigned kept = CHECKED_CUT; kept < ICMP6_CRAFTED; kept++) {
        cr_expect_eq(read_reply(whole, kept, &quoted), PROBE_CUT, "%u bytes", kept);
        cr_expect(address_equal(quoted.probe.target_address, probe.target_address));
        cr_expect_eq(quoted.probe.ttl, 9);
    }
}

Test(layout_icmp6, of_a_million_unrelated_replies_none_passes)
{
    uint8_t ip[QUOTATION_ROOM] = {0};
    struct quoted_probe quoted;
    uint64_t random = 9;

    for (unsigned round = 0; round < LAYOUT_UNRELATED; round++) {
        reference_random_bytes(&random, ip, ICMP6_CRAFTED);
        shape(ip);
        store_be16(ip + TYPE, ICMP6_REPLY);
        cr_assert_eq(read_reply(ip, ICMP6_CRAFTED, &quoted), PROBE_FORGED);
    }
}
