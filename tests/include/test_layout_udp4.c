// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "reference.h"
#include "support/checked_layouts.h"
#include "table.h"

/* Where a probe's fields are, from its IP header on. */
enum {
    SOURCE_PORT = 20,
    DESTINATION_PORT = 22,
    LENGTH = 24,
    CHECKSUM = 26,
};

static enum probe_origin recover(const uint8_t *ip, struct quoted_probe *out)
{
    return layout_check_recover(&checked_udp4, LAYOUT_CHECK_KEY, ip, out);
}

static void expect_carried(const struct probe *probe, uint32_t now_us)
{
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    unsigned length = layout_check_craft(&checked_udp4, probe, now_us, ip);

    cr_assert_eq(load_be16(ip + LENGTH), length - IPV4_HEADER, "UDP length");
    cr_assert_neq(load_be16(ip + CHECKSUM), 0, "a UDP checksum of 0 means none");
    cr_assert_eq(layout_check_transport_sum(ip, length), 0xffff, "TTL %u at %#x", probe->ttl, now_us);
    cr_assert_eq(recover(ip, &quoted), PROBE_OURS, "TTL %u at %#x", probe->ttl, now_us);
    layout_check_recovered(probe, udp4_wire_time(now_us), &quoted);
}

/* The checksum carries the time. */
Test(layout_udp4, every_time_has_a_checksum)
{
    static const uint32_t extremes[] = {0, 1, 0xffff, 0x10000, 0xffff0000, 0x7fffffff, 0xffffffff};

    for (size_t i = 0; i < COUNT(extremes); i++)
        for (uint32_t now_us = 0; now_us < 0x20000; now_us += 7)
            expect_carried(&(struct probe){.target_address = IPV4(extremes[i]),
                                           .ttl = (uint8_t)(1 + now_us % PROBE_MAX_TTL)},
                           now_us);
}

Test(layout_udp4, the_wire_time_skips_what_it_cannot_carry)
{
    cr_assert_eq(udp4_wire_time(0), 1);
    cr_assert_eq(udp4_wire_time(1), 1);
    cr_assert_eq(udp4_wire_time(0xffff), 0xffff);
    cr_assert_eq(udp4_wire_time(0x10000), 0x10001);
    cr_assert_eq(udp4_wire_time(0xffff0000), 0xffff0001);
}

static void mend(uint8_t *ip, uint32_t from, uint32_t to)
{
    mend_checksum(ip + CHECKSUM, from, to);
}

static void move_target(uint8_t *ip)
{
    mend(ip, load_be32(ip + IPV4_DESTINATION), INSIDE_ADDRESS);
    store_be32(ip + IPV4_DESTINATION, INSIDE_ADDRESS);
}

static void move_source(uint8_t *ip)
{
    mend(ip, load_be32(ip + IPV4_SOURCE), INSIDE_ADDRESS);
    store_be32(ip + IPV4_SOURCE, INSIDE_ADDRESS);
}

static void move_source_port(uint8_t *ip)
{
    mend(ip, 0xffff0000U | load_be16(ip + SOURCE_PORT), 0xffff0000U | 1024);
    store_be16(ip + SOURCE_PORT, 1024);
}

static void move_source_and_port(uint8_t *ip)
{
    move_source(ip);
    move_source_port(ip);
}

/* Two NATs, one on either side. */
static void move_everything(uint8_t *ip)
{
    move_source_and_port(ip);
    move_target(ip);
}

/* Addresses and port are as they were when it comes to us, the checksum is the NAT's. */
static void restore_but_checksum(uint8_t *ip)
{
    uint8_t sent[IPV4_HEADER + 4];

    memcpy(sent, ip, sizeof(sent));
    move_source_and_port(ip);
    memcpy(ip, sent, sizeof(sent));
}

static void no_checksum(uint8_t *ip)
{
    store_be16(ip + CHECKSUM, 0);
}

static void no_udp_length(uint8_t *ip)
{
    store_be16(ip + LENGTH, 0);
}

static void udp_length_and_1(uint8_t *ip)
{
    store_be16(ip + LENGTH, (uint16_t)(load_be16(ip + LENGTH) + 1));
}

static void swap_udp_length(uint8_t *ip)
{
    swap_bytes(ip, LENGTH);
}

static void no_lengths(uint8_t *ip)
{
    no_length(ip);
    no_udp_length(ip);
}

static void swapped_length_alone(uint8_t *ip)
{
    swap_length(ip);
    no_udp_length(ip);
}

static void destination_port_53(uint8_t *ip)
{
    store_be16(ip + DESTINATION_PORT, 53);
}

static void another_destination_port(uint8_t *ip)
{
    store_be16(ip + DESTINATION_PORT, (uint16_t)(load_be16(ip + DESTINATION_PORT) + 1));
}

static void nat_and_length(uint8_t *ip)
{
    move_target(ip);
    length_and_20(ip);
}

static void checksum_and_length(uint8_t *ip)
{
    restore_but_checksum(ip);
    length_and_20(ip);
}

/*
 * What middleboxes, routers and old stacks make of a quoted probe: every field of its 28 bytes, by the ways
 * in which it is known to change. A field that others can stand in for costs nothing; without the send time
 * there is no RTT; without the target, or without the flow, there is less.
 */
static const struct quotation_change changes[] = {
    {"destination, with its checksum", move_target, PROBE_REWRITTEN, 0},
    {"source, with its checksum", move_source, PROBE_REWRITTEN, 0},
    {"source port, with its checksum", move_source_port, PROBE_REWRITTEN, 0},
    {"source and port, with their checksum", move_source_and_port, PROBE_REWRITTEN, 0},
    {"both addresses and the source port", move_everything, PROBE_REWRITTEN, 0},
    {"all restored but the checksum", restore_but_checksum, PROBE_UNTIMED, 1.0 / 256},
    {"no checksum", no_checksum, PROBE_UNTIMED, 1.0 / 256},
    {"total length + 20", length_and_20, PROBE_OURS, 1.0 / 256},
    {"total length - 20", length_less_20, PROBE_OURS, 1.0 / 256},
    {"total length + 1", length_and_1, PROBE_OURS, 1.0 / 256},
    {"no total length", no_length, PROBE_OURS, 0},
    {"total length swapped", swap_length, PROBE_OURS, 2.0 / 256},
    {"a little-endian BSD", as_little_endian_bsd, PROBE_OURS, 2.0 / 256},
    {"no UDP length", no_udp_length, PROBE_OURS, 0},
    {"UDP length + 1", udp_length_and_1, PROBE_OURS, 1.0 / 256}, /* see below for its chance */
    {"UDP length swapped", swap_udp_length, PROBE_OURS, 0},
    {"UDP length gone, total length swapped", swapped_length_alone, PROBE_OURS, 2.0 / 256},
    {"no length at all: the TTL is lost", no_lengths, PROBE_FOREIGN, 0},
    {"no ID", no_id, PROBE_UNTIMED, 1.0 / 256},
    {"another ID", another_id, PROBE_UNTIMED, 1.0 / 256},
    {"ID swapped", swap_id, PROBE_UNTIMED, 2.0 / 256}, /* one in 256 is the same swapped */
    {"TOS", all_of_tos, PROBE_OURS, 0},
    {"DF", dont_fragment, PROBE_OURS, 0},
    {"DF swapped", swapped_dont_fragment, PROBE_OURS, 0},
    {"TTL 0", quoted_ttl_0, PROBE_OURS, 0},
    {"protocol", another_protocol, PROBE_OURS, 0},
    {"header checksum", no_header_checksum, PROBE_OURS, 0},
    {"version: nothing says where the rest is", version_6, PROBE_FOREIGN, 0},
    {"header length 16, likewise", header_of_16, PROBE_FOREIGN, 0},
    {"a word of options", one_word_of_options, PROBE_OURS, 0},
    {"ten words of options", most_options, PROBE_OURS, 0},
    {"options that the total length leaves out", options_that_no_length_counts, PROBE_OURS, 1.0 / 256},
    {"destination port 53: the flow is lost", destination_port_53, PROBE_FOREIGN, 0},
    {"another destination port, likewise", another_destination_port, PROBE_FORGED, 1.0 / 256},
    {"a NAT, and total length + 20", nat_and_length, PROBE_REWRITTEN, 0},
    {"checksum and total length + 20", checksum_and_length, PROBE_UNTIMED, 2.0 / 256},
};

Test(layout_udp4, every_field_and_every_change)
{
    layout_check_changes(&checked_udp4, changes, COUNT(changes));
}

Test(layout_udp4, a_translated_probe_has_the_new_target)
{
    const struct probe probe = {.target_address = IPV4(0x08080808), .flow = 5, .ttl = 9};
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;

    layout_check_craft(&checked_udp4, &probe, 7, ip);
    move_target(ip);
    cr_assert_eq(recover(ip, &quoted), PROBE_REWRITTEN);
    cr_assert(address_equal(quoted.probe.target_address, IPV4(INSIDE_ADDRESS)));
}

/*
 * How the judgement takes one bit that changed on the way, by the byte where it is. What a tag covers it
 * guards up to a chance: one change in 2^8 agrees with T2 all the same, one in 2^15 with T1.
 */
static const struct flip_rule flips[] = {
    {0, 0, PROBE_FOREIGN, 0},           /* version, header length: where are the ports? */
    {1, 1, PROBE_OURS, 0},              /* TOS */
    {2, 3, PROBE_OURS, 1.0 / 256},      /* total length: the TTL is in the UDP length, too */
    {4, 4, PROBE_UNTIMED, 1.0 / 256},   /* time, bits 16-23 */
    {5, 5, PROBE_UNTIMED, 0},           /* T2 */
    {6, 8, PROBE_OURS, 0},              /* fragment, TTL */
    {9, 9, PROBE_OURS, 0},              /* protocol */
    {10, 11, PROBE_OURS, 0},            /* IP checksum */
    {12, 19, PROBE_FORGED, 2.0 / 256},  /* addresses, with a checksum that does not follow */
    {20, 21, PROBE_FORGED, 2.0 / 256},  /* source port, likewise */
    {22, 23, PROBE_FORGED, 2.0 / 256},  /* destination port */
    {24, 25, PROBE_OURS, 1.0 / 256},    /* UDP length: the TTL is in the total length, too */
    {26, 27, PROBE_UNTIMED, 1.0 / 256}, /* time, bits 0-15 */
    {28, 29, PROBE_OURS, 0},            /* data */
};

Test(layout_udp4, every_flipped_bit_is_judged_as_documented)
{
    layout_check_flips(&checked_udp4, flips, COUNT(flips));
}

static uint16_t source_port_of(uint32_t target, uint16_t flow)
{
    const struct probe probe = {.target_address = IPV4(target), .flow = flow, .ttl = 9};
    uint8_t ip[QUOTATION_ROOM];

    layout_check_craft(&checked_udp4, &probe, 1, ip);
    return load_be16(ip + SOURCE_PORT);
}

Test(layout_udp4, the_target_tag_covers_target_and_flow)
{
    unsigned same_target = 0, same_flow = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        same_target += source_port_of(i, 0) == source_port_of(i + 1, 0);
        same_flow += source_port_of(i, 0) == source_port_of(i, 1);
    }
    /* Two of 15 bits agree once in 32,768 times. */
    cr_expect_leq(same_target, 2);
    cr_expect_leq(same_flow, 2);
}

Test(layout_udp4, the_probe_tag_covers_the_ttl)
{
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    unsigned untimed = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        const struct probe probe = {.target_address = IPV4(i), .ttl = 9};

        layout_check_craft(&checked_udp4, &probe, i, ip);
        store_be16(ip + IPV4_TOTAL_LENGTH, UDP4_LENGTH(10));
        store_be16(ip + LENGTH, UDP4_LENGTH(10) - IPV4_HEADER);
        untimed += recover(ip, &quoted) == PROBE_UNTIMED;
    }
    /* All but 2^-8 of them, which are four. */
    cr_expect_geq(untimed, 985);
}

/* A quotation with the shape of our probes and everything else by chance. */
static void shape(uint8_t *ip)
{
    unsigned udp_length = UDP4_EMPTY + 1U + ip[IPV4_TOTAL_LENGTH] % PROBE_MAX_TTL;
    uint16_t flow = (uint16_t)(load_be16(ip + DESTINATION_PORT) % (udp4_max_flow(UDP4_PORT) + 1));

    ip[0] = IPV4_FIRST_BYTE;
    ip[IPV4_PROTOCOL] = PROTOCOL_UDP;
    ip[SOURCE_PORT] |= 0x80;
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(udp_length + IPV4_HEADER));
    store_be16(ip + DESTINATION_PORT, (uint16_t)(UDP4_PORT + flow));
    store_be16(ip + LENGTH, (uint16_t)udp_length);
}

static void shape_with_length_and_20(uint8_t *ip)
{
    shape(ip);
    length_and_20(ip);
}

static void shape_with_length_swapped(uint8_t *ip)
{
    shape(ip);
    swap_length(ip);
}

static void shape_of_another_protocol(uint8_t *ip)
{
    shape(ip);
    ip[IPV4_PROTOCOL] = PROTOCOL_TCP;
}

Test(layout_udp4, unrelated_tags_pass_within_the_bounds)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_udp4, shape, judged);
    cr_expect_eq(judged[PROBE_FOREIGN], 0);
    layout_check_share("rewritten", judged[PROBE_REWRITTEN], 8);
    layout_check_share("untimed", judged[PROBE_UNTIMED], 15);
    cr_expect_leq(judged[PROBE_OURS], 1);
}

/* Whatever is read in two ways is so only where T1 is right: no second chance for T2 alone. */
Test(layout_udp4, other_readings_keep_the_bounds)
{
    void (*const shapes[])(uint8_t *) = {shape_with_length_and_20, shape_with_length_swapped};

    for (size_t i = 0; i < COUNT(shapes); i++) {
        unsigned judged[PROBE_OURS + 1];

        layout_check_unrelated(&checked_udp4, shapes[i], judged);
        cr_expect_leq(judged[PROBE_REWRITTEN], LAYOUT_UNRELATED / 256 + 5 * 62);
        cr_expect_leq(judged[PROBE_UNTIMED], 31 + 5 * 6);
        cr_expect_leq(judged[PROBE_OURS], 2);
    }
}

Test(layout_udp4, of_other_protocols_nothing_passes_with_one_tag)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_udp4, shape_of_another_protocol, judged);
    cr_expect_geq(judged[PROBE_FOREIGN], LAYOUT_UNRELATED - 1);
}
