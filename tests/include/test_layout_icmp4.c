// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "layout_icmp4.h"
#include "reference.h"
#include "support/checked_layouts.h"
#include "table.h"

/* Where a probe's fields are, from its IP header on. */
enum {
    TYPE = 20,
    CHECKSUM = 22,
    IDENTIFIER = 24,
    SEQUENCE = 26,
    DATA_ID = 30,
    DATA_TARGET = 32,
    DATA_TTL = 36,
};

Test(layout_icmp4, the_identifier_depends_on_target_and_flow_alone)
{
    uint8_t first[QUOTATION_ROOM], other[QUOTATION_ROOM];
    uint64_t random = 1;

    for (unsigned round = 0; round < 1000; round++) {
        struct probe probe = {
            .target_address = address_of_ipv4((uint32_t)reference_random(&random)), .flow = 7, .ttl = 1};

        layout_check_craft(&checked_icmp4, &probe, (uint32_t)random, first);
        probe.ttl = (uint8_t)(2 + round % 60);
        layout_check_craft(&checked_icmp4, &probe, round, other);
        cr_assert_arr_eq(first + IDENTIFIER, other + IDENTIFIER, 2);
    }
}

static void move_target(uint8_t *ip)
{
    store_be32(ip + IPV4_DESTINATION, INSIDE_ADDRESS);
}

static void move_source(uint8_t *ip)
{
    store_be32(ip + IPV4_SOURCE, INSIDE_ADDRESS);
}

static void move_identifier(uint8_t *ip)
{
    mend_checksum(ip + CHECKSUM, 0xffff0000U | load_be16(ip + IDENTIFIER), 0xffff0000U | 1024);
    store_be16(ip + IDENTIFIER, 1024);
}

static void move_source_and_identifier(uint8_t *ip)
{
    move_source(ip);
    move_identifier(ip);
}

static void move_everything(uint8_t *ip)
{
    move_source_and_identifier(ip);
    move_target(ip);
}

/* Address and identifier are as they were when it comes to us, the checksum is the NAT's. */
static void restore_but_checksum(uint8_t *ip)
{
    uint16_t identifier = load_be16(ip + IDENTIFIER);

    move_identifier(ip);
    store_be16(ip + IDENTIFIER, identifier);
}

static void no_checksum(uint8_t *ip)
{
    store_be16(ip + CHECKSUM, 0);
}

static void no_identifier(uint8_t *ip)
{
    store_be16(ip + IDENTIFIER, 0);
}

static void no_sequence(uint8_t *ip)
{
    store_be16(ip + SEQUENCE, 0);
}

static void swap_sequence(uint8_t *ip)
{
    swap_bytes(ip, SEQUENCE);
}

static void a_reply(uint8_t *ip)
{
    ip[TYPE] = 0;
}

static void nat_and_id(uint8_t *ip)
{
    move_target(ip);
    another_id(ip);
}

static void nat_and_length(uint8_t *ip)
{
    move_target(ip);
    length_and_20(ip);
}

/* Five more readings of a length, of which one in 2^8 agrees with T2, and then
 * nobody knows which is right. */
#define LENGTHS (5.0 / 256)

static const struct quotation_change changes[] = {
    {"nothing", nothing, PROBE_OURS, 0},
    {"destination", move_target, PROBE_REWRITTEN, 0},
    {"source", move_source, PROBE_REWRITTEN, 0},
    {"identifier, with the checksum", move_identifier, PROBE_REWRITTEN, 1.0 / 256},
    {"source and identifier, with the checksum", move_source_and_identifier, PROBE_REWRITTEN, 0},
    {"both addresses and identifier", move_everything, PROBE_REWRITTEN, 0},
    {"all restored but the checksum", restore_but_checksum, PROBE_REWRITTEN, 1.0 / 256},
    {"no checksum", no_checksum, PROBE_REWRITTEN, 1.0 / 256},
    {"identifier alone: the flow is lost", no_identifier, PROBE_FORGED, 0.6},
    {"no sequence number", no_sequence, PROBE_UNTIMED, LENGTHS},
    {"sequence number swapped", swap_sequence, PROBE_UNTIMED, LENGTHS + 1.0 / 256},
    {"no ID", no_id, PROBE_UNTIMED, LENGTHS + 1.0 / 256},
    {"another ID", another_id, PROBE_UNTIMED, LENGTHS},
    {"ID swapped", swap_id, PROBE_UNTIMED, LENGTHS + 2.0 / 256},
    {"total length + 20", length_and_20, PROBE_OURS, LENGTHS},
    {"total length - 20", length_less_20, PROBE_OURS, LENGTHS},
    {"no total length: the TTL is lost", no_length, PROBE_FOREIGN, 0},
    {"total length and ID swapped", swap_length_and_id, PROBE_OURS, LENGTHS},
    {"a little-endian BSD", as_little_endian_bsd, PROBE_OURS, LENGTHS},
    {"TOS", all_of_tos, PROBE_OURS, 0},
    {"DF", dont_fragment, PROBE_OURS, 0},
    {"DF swapped", swapped_dont_fragment, PROBE_OURS, 0},
    {"TTL 0", quoted_ttl_0, PROBE_OURS, 0},
    {"protocol", another_protocol, PROBE_OURS, LENGTHS},
    {"type", a_reply, PROBE_OURS, LENGTHS},
    {"header checksum", no_header_checksum, PROBE_OURS, 0},
    {"version: nothing says where the rest is", version_6, PROBE_FOREIGN, 0},
    {"header length 16, likewise", header_of_16, PROBE_FOREIGN, 0},
    {"a word of options", one_word_of_options, PROBE_OURS, LENGTHS},
    {"ten words of options", most_options, PROBE_OURS, LENGTHS},
    {"options that the total length leaves out", options_that_no_length_counts, PROBE_OURS, LENGTHS},
    {"a NAT, and the ID: both tags are lost", nat_and_id, PROBE_FORGED, 2.0 / 256},
    {"a NAT, and total length + 20, likewise", nat_and_length, PROBE_FORGED, 0.4},
};

Test(layout_icmp4, every_field_and_every_change)
{
    layout_check_changes(&checked_icmp4, changes, COUNT(changes));
}

static void shape(uint8_t *ip)
{
    ip[0] = IPV4_FIRST_BYTE;
    ip[IPV4_PROTOCOL] = PROTOCOL_ICMP;
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(37 + ip[IPV4_TOTAL_LENGTH] % 64));
    store_be16(ip + TYPE, 0x0800);
    store_be16(ip + CHECKSUM, checksum_fold(0x4000U + (load_be16(ip + CHECKSUM) & 0x7fff) +
                                            (uint16_t)~load_be16(ip + IDENTIFIER)));
}

static void shape_with_length_and_20(uint8_t *ip)
{
    shape(ip);
    length_and_20(ip);
}

static void shape_of_another_protocol(uint8_t *ip)
{
    shape(ip);
    ip[IPV4_PROTOCOL] = PROTOCOL_UDP;
}

Test(layout_icmp4, unrelated_tags_pass_within_the_bounds)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_icmp4, shape, judged);
    cr_expect_eq(judged[PROBE_FOREIGN], 0);
    layout_check_share("rewritten", judged[PROBE_REWRITTEN], 8);
    layout_check_share("untimed", judged[PROBE_UNTIMED], 15);
    cr_expect_leq(judged[PROBE_OURS], 2);
}

Test(layout_icmp4, other_readings_keep_the_bounds)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_icmp4, shape_with_length_and_20, judged);
    cr_expect_leq(judged[PROBE_REWRITTEN], LAYOUT_UNRELATED / 256);
    cr_expect_leq(judged[PROBE_UNTIMED], 31 + 5 * 6);
    cr_expect_leq(judged[PROBE_OURS], 2);
}

Test(layout_icmp4, of_other_protocols_nothing_passes_with_one_tag)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_icmp4, shape_of_another_protocol, judged);
    cr_expect_geq(judged[PROBE_FOREIGN], LAYOUT_UNRELATED - 2);
}

/* The target's reply: type and addresses change, and the checksum by what the type
 * does; or is summed anew. */
static unsigned reply(const struct probe *probe, uint32_t now_us, uint8_t *ip)
{
    unsigned length = layout_check_craft(&checked_icmp4, probe, now_us, ip);
    uint32_t source = load_be32(ip + IPV4_SOURCE);

    store_be32(ip + IPV4_SOURCE, load_be32(ip + IPV4_DESTINATION));
    store_be32(ip + IPV4_DESTINATION, source);
    ip[TYPE] = 0;
    store_be16(ip + IPV4_ID, 0x7777);
    ip[IPV4_TTL] = 57;
    store_be16(ip + CHECKSUM, 0);
    store_be16(ip + CHECKSUM, (uint16_t)~reference_sum(0, ip + IPV4_HEADER, length - IPV4_HEADER));
    return length;
}

static enum probe_origin answer(const uint8_t *ip, unsigned length, struct quoted_probe *out)
{
    enum reply_kind kind = REPLY_ICMP_ERROR;
    enum probe_origin origin =
        icmp4_answer(LAYOUT_CHECK_KEY, 0, ip, ip + IPV4_HEADER, ip + length, out, &kind);

    cr_assert(origin == PROBE_FOREIGN || kind == REPLY_ECHO);
    return origin;
}

Test(layout_icmp4, a_reply_tells_all_of_its_probe)
{
    uint64_t random = 8;
    uint8_t ip[QUOTATION_ROOM];

    for (unsigned round = 0; round < 10000; round++) {
        struct probe probe = {.target_address = address_of_ipv4((uint32_t)reference_random(&random)),
                              .flow = (uint16_t)(round % 256),
                              .ttl = (uint8_t)(1 + round % PROBE_MAX_TTL)};
        uint32_t now_us = (uint32_t)reference_random(&random);
        struct quoted_probe quoted;
        unsigned length = reply(&probe, now_us, ip);

        cr_assert_eq(answer(ip, length, &quoted), PROBE_OURS);
        cr_assert_eq(quoted.quoted_ttl, 0);
        layout_check_recovered(&probe, now_us, &quoted);
        store_be32(ip + IPV4_SOURCE, INSIDE_ADDRESS); /* another address of the target */
        cr_assert_eq(answer(ip, length, &quoted), PROBE_OURS);
        layout_check_recovered(&probe, now_us, &quoted);
    }
}

static void spoil_data_id(uint8_t *ip)
{
    ip[DATA_ID + 1] ^= 1;
}

static void spoil_ttl(uint8_t *ip)
{
    ip[DATA_TTL] ^= 1;
}

static void spoil_data_target(uint8_t *ip)
{
    ip[DATA_TARGET + 3] ^= 1;
}

static void spoil_identifier(uint8_t *ip)
{
    ip[IDENTIFIER] ^= 1;
}

static void another_type(uint8_t *ip)
{
    ip[TYPE] = 14; /* Timestamp Reply */
}

static const struct quotation_change spoilt_replies[] = {
    {"nothing", nothing, PROBE_OURS, 0},
    {"T2", spoil_data_id, PROBE_UNTIMED, 0},
    {"TTL", spoil_ttl, PROBE_UNTIMED, 3.0 / 128},
    {"target", spoil_data_target, PROBE_REWRITTEN, 0},
    {"identifier, of T1", spoil_identifier, PROBE_REWRITTEN, 0.6},
    {"type", another_type, PROBE_FOREIGN, 0},
};

Test(layout_icmp4, spoilt_replies_are_judged_by_the_tag_that_is_left)
{
    for (size_t i = 0; i < COUNT(spoilt_replies); i++) {
        uint64_t random = 9;
        unsigned others = 0;

        for (unsigned round = 0; round < 10000; round++) {
            uint8_t ip[QUOTATION_ROOM];
            struct probe probe = {.target_address = address_of_ipv4((uint32_t)reference_random(&random)),
                                  .ttl = (uint8_t)(1 + round % 64)};
            struct quoted_probe quoted;
            unsigned length = reply(&probe, round, ip);

            spoilt_replies[i].make(ip);
            others += answer(ip, length, &quoted) != spoilt_replies[i].origin;
        }
        cr_expect_leq(others, (unsigned)(1.5 * spoilt_replies[i].chance * 10000), "%s: %u",
                      spoilt_replies[i].what, others);
    }
}

Test(layout_icmp4, no_byte_behind_a_reply_is_read)
{
    struct probe probe = {.target_address = address_of_ipv4(0x08080808), .flow = 3, .ttl = 1};
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;

    reply(&probe, 5, ip);
    cr_expect_eq(answer(ip, ICMP4_CRAFTED, &quoted), PROBE_OURS);
    cr_expect_eq(answer(ip, ICMP4_CRAFTED - 1, &quoted), PROBE_FOREIGN);
    cr_expect_eq(answer(ip, ICMP4_HEADERS, &quoted), PROBE_FOREIGN);
}

Test(layout_icmp4, unrelated_replies_pass_within_the_bounds)
{
    unsigned judged[PROBE_OURS + 1] = {0};
    uint64_t random = 10;
    uint8_t ip[QUOTATION_ROOM] = {0};
    struct quoted_probe quoted;

    for (unsigned round = 0; round < LAYOUT_UNRELATED; round++) {
        reference_random_bytes(&random, ip, ICMP4_CRAFTED);
        store_be16(ip + TYPE, 0);
        ip[DATA_TTL] = (uint8_t)(1 + ip[DATA_TTL] % 64);
        store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(36 + ip[DATA_TTL]));
        store_be16(ip + CHECKSUM, checksum_fold(0x4800U + (load_be16(ip + CHECKSUM) & 0x7fff) +
                                                (uint16_t)~load_be16(ip + IDENTIFIER)));
        judged[answer(ip, ICMP4_CRAFTED, &quoted)]++;
    }
    cr_expect_eq(judged[PROBE_FOREIGN], 0);
    layout_check_share("rewritten", judged[PROBE_REWRITTEN], 8);
    layout_check_share("untimed", judged[PROBE_UNTIMED], 15);
    cr_expect_leq(judged[PROBE_OURS], 1);
}
