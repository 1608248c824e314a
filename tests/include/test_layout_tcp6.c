// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "layout_tcp6.h"
#include "reference.h"
#include "support/checked_layouts.h"
#include "support/quotation6_changes.h"
#include "table.h"

enum {
    ROUNDS = 10000,
};

/* Where a probe's fields are, from its IP header on. */
enum {
    SOURCE_PORT = 40,
    DESTINATION_PORT = 42,
    SEQUENCE = 44,
    ACKNOWLEDGMENT = 48,
    DATA_OFFSET = 52,
    FLAGS = 53,
    WINDOW = 54,
    CHECKSUM = 56,
    URGENT = 58,
    OPTIONS = 60,
    TIMESTAMP = 64,
    MSS = 72,
};

/* The first eight bytes of TCP tell the time, too. */
Test(layout_tcp6, of_every_probe_48_bytes_are_enough)
{
    layout_check_every_probe(&checked_tcp6_cut);
}

Test(layout_tcp6, a_quotation_may_end_anywhere)
{
    const struct quotation_change change = {"nothing", nothing, PROBE_OURS, 0};

    for (unsigned kept = CHECKED_CUT; kept <= TCP6_SYN_CRAFTED; kept++) {
        struct checked_layout shorter = checked_tcp6_syn;
        shorter.kept = kept;

        layout_check_changes(&shorter, &change, 1);
    }
}

/* RFC 9293, section 3.1; RFC 7323, section 3.2. */
Test(layout_tcp6, segments_are_what_hosts_send)
{
    static const uint8_t timestamps[] = {1, 1, 8, 10}, none[4], mss[] = {2, 4, 1440 >> 8, 1440 & 0xff};
    const struct probe probe = {.target_address = {0x2001486048600000ULL, 0x8888}, .flow = 3, .ttl = 9};
    uint8_t ip[QUOTATION_ROOM];

    cr_assert_eq(layout_check_craft(&checked_tcp6_syn, &probe, 5, ip), 76, "no data");
    cr_assert_eq(load_be16(ip + DESTINATION_PORT), CHECKED_PORT);
    cr_assert_eq(load_be32(ip + ACKNOWLEDGMENT), 0, "no acknowledgment");
    cr_assert_eq(load_be16(ip + DATA_OFFSET), 9 << 12 | 0x02, "nine words of header, SYN");
    cr_assert_geq(load_be16(ip + WINDOW), 0xc000, "window");
    cr_assert_eq(load_be16(ip + URGENT), 0, "urgent pointer");
    cr_assert_arr_eq(ip + OPTIONS, timestamps, 4);
    cr_assert_arr_eq(ip + TIMESTAMP + 4, none, 4, "no echo: SYN has nothing to echo");
    cr_assert_arr_eq(ip + MSS, mss, 4);

    cr_assert_eq(layout_check_craft(&checked_tcp6_ack, &probe, 5, ip), 72);
    cr_assert_eq(load_be32(ip + ACKNOWLEDGMENT), load_be32(ip + SEQUENCE), "what a RST returns");
    cr_assert_eq(load_be16(ip + DATA_OFFSET), 8 << 12 | 0x10, "eight words of header, ACK");
}

static void move_target(uint8_t *ip)
{
    readdress(ip + IPV6_DESTINATION, ip + CHECKSUM);
}

static void move_source(uint8_t *ip)
{
    readdress(ip + IPV6_SOURCE, ip + CHECKSUM);
}

static void move_source_port(uint8_t *ip)
{
    store_be16(ip + SOURCE_PORT, 1024);
}

static void move_destination_port(uint8_t *ip)
{
    store_be16(ip + DESTINATION_PORT, 8080);
}

static void move_everything(uint8_t *ip)
{
    move_target(ip);
    move_source(ip);
    move_source_port(ip);
    label_cleared(ip);
}

static void port_and_label(uint8_t *ip)
{
    move_source_port(ip);
    another_label(ip);
}

static void another_sequence(uint8_t *ip)
{
    store_be32(ip + SEQUENCE, load_be32(ip + SEQUENCE) + 0x13572468);
}

static void no_sequence(uint8_t *ip)
{
    store_be32(ip + SEQUENCE, 0);
}

static void another_timestamp(uint8_t *ip)
{
    store_be32(ip + TIMESTAMP, load_be32(ip + TIMESTAMP) + 0x13572468);
}

static void no_options(uint8_t *ip)
{
    memset(ip + OPTIONS, 1, TCP6_WHOLE - TCP_HEADER); /* No-Operation */
}

static void another_window(uint8_t *ip)
{
    store_be16(ip + WINDOW, 0xffff);
}

static void small_window(uint8_t *ip)
{
    store_be16(ip + WINDOW, 1024);
}

static void padding(uint8_t *ip)
{
    memset(ip + CHECKED_CUT, 0, QUOTATION_LONGEST - CHECKED_CUT);
}

static void sequence_and_timestamp(uint8_t *ip)
{
    another_sequence(ip);
    another_timestamp(ip);
}

static void nat_and_sequence(uint8_t *ip)
{
    move_target(ip);
    another_sequence(ip);
}

#define SAME_FLOW_AND_HOP_LIMIT (1.0 / 16384)
#define BY_TWO_BITS             (1.0 / 4)

static const struct quotation_change changes[] = {
    {"nothing", nothing, PROBE_OURS, 0},
    {"prefix of the source (NPTv6)", translate_source_prefix, PROBE_REWRITTEN, 0},
    {"prefix of the target (NPTv6)", translate_target_prefix, PROBE_REWRITTEN, 0},
    {"destination (NAT66)", move_target, PROBE_REWRITTEN, 0},
    {"source (NAT66)", move_source, PROBE_REWRITTEN, 0},
    {"addresses, port and label", move_everything, PROBE_REWRITTEN, 0},
    {"port and label", port_and_label, PROBE_REWRITTEN, 0},
    {"destination port", move_destination_port, PROBE_REWRITTEN, 0},
    {"source port", move_source_port, PROBE_OURS, 0},
    {"no label, as behind NAT64", label_cleared, PROBE_OURS, 0},
    {"another label", another_label, PROBE_OURS, 0},
    {"another sequence number", another_sequence, PROBE_UNTIMED, 0},
    {"no sequence number", no_sequence, PROBE_UNTIMED, 0},
    {"another timestamp", another_timestamp, PROBE_UNTIMED, 0},
    {"no timestamp", no_options, PROBE_UNTIMED, 0},
    {"sequence number and timestamp", sequence_and_timestamp, PROBE_UNTIMED, 0},
    {"another window", another_window, PROBE_OURS, 0},
    {"a window that no probe has", small_window, PROBE_OURS, 0},
    {"a quotation that is cut and padded (RFC 4884)", padding, PROBE_OURS, 0},
    {"traffic class", all_of_class, PROBE_OURS, 0},
    {"hop limit 0", quoted_hop_limit_0, PROBE_OURS, 0},
    {"payload length + 8", payload_length_and_8, PROBE_OURS, 0},
    {"no payload length", no_payload_length, PROBE_OURS, 0},
    {"payload length swapped", swap_payload_length, PROBE_OURS, 0},
    {"next header", another_next_header, PROBE_OURS, 0},
    {"a NAT and the sequence number: both tags are lost", nat_and_sequence, PROBE_FORGED, 0},
};

static const struct quotation_change changes_of_cut[] = {
    {"nothing", nothing, PROBE_OURS, 0},
    {"traffic class", all_of_class, PROBE_OURS, 0},
    {"hop limit 0", quoted_hop_limit_0, PROBE_OURS, 0},
    {"no payload length", no_payload_length, PROBE_OURS, 0},
    {"next header", another_next_header, PROBE_OURS, 0},
    {"no label", label_cleared, PROBE_FORGED, SAME_FLOW_AND_HOP_LIMIT},
    {"source port", move_source_port, PROBE_FOREIGN, SAME_FLOW_AND_HOP_LIMIT},
    {"prefix of the source (NPTv6)", translate_source_prefix, PROBE_FORGED, 0},
    {"another sequence number", another_sequence, PROBE_FORGED, BY_TWO_BITS},
};

Test(layout_tcp6, every_field_and_every_change)
{
    layout_check_changes(&checked_tcp6_syn, changes, COUNT(changes));
    layout_check_changes(&checked_tcp6_ack, changes, COUNT(changes));
    layout_check_changes(&checked_tcp6_cut, changes_of_cut, COUNT(changes_of_cut));
}

static const struct flip_rule flips[] = {
    {0, 7, PROBE_OURS, 0},                 /* version, class, label, length, next header, hop limit */
    {8, 39, PROBE_REWRITTEN, 1.0 / 32768}, /* addresses: port or label agree by chance */
    {SOURCE_PORT, SOURCE_PORT + 1, PROBE_OURS, 0},
    {DESTINATION_PORT, DESTINATION_PORT + 1, PROBE_REWRITTEN, 0},
    {SEQUENCE, SEQUENCE + 3, PROBE_UNTIMED, 0},
    {ACKNOWLEDGMENT, TIMESTAMP - 1, PROBE_OURS, 0}, /* the window, too: port and label have the flow */
    {TIMESTAMP, TIMESTAMP + 3, PROBE_UNTIMED, 0},
    {TIMESTAMP + 4, TCP6_ACK_CRAFTED - 1, PROBE_OURS, 0},
};

static const struct flip_rule flips_of_cut[] = {
    {0, 0, PROBE_OURS, 0},
    {1, 1, PROBE_FORGED, 0.6}, /* half of it is the label's */
    {2, 3, PROBE_FORGED, 0},
    {4, 7, PROBE_OURS, 0},
    {8, 39, PROBE_FORGED, 0},
    {SOURCE_PORT, SOURCE_PORT, PROBE_FORGED, 0.1}, /* its first bit is that of all */
    {SOURCE_PORT + 1, DESTINATION_PORT + 1, PROBE_FORGED, 0},
    {SEQUENCE, SEQUENCE + 3, PROBE_FORGED, BY_TWO_BITS},
};

Test(layout_tcp6, every_flipped_bit_is_judged_as_documented)
{
    layout_check_flips(&checked_tcp6_ack, flips, COUNT(flips));
    layout_check_flips(&checked_tcp6_cut, flips_of_cut, COUNT(flips_of_cut));
}

static void shape(uint8_t *ip)
{
    store_be32(ip, IPV6_FIRST_WORD | (load_be32(ip) & IPV6_FLOW_LABEL));
    ip[IPV6_NEXT_HEADER] = PROTOCOL_TCP;
    ip[SOURCE_PORT] |= 0x80;
    store_be16(ip + DESTINATION_PORT, CHECKED_PORT);
    store_be16(ip + WINDOW, load_be16(ip + WINDOW) | TCP6_LEAST_WINDOW);
}

Test(layout_tcp6, of_a_million_unrelated_ones_none_passes)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_tcp6_syn, shape, judged);
    cr_expect_eq(judged[PROBE_FORGED], LAYOUT_UNRELATED);
    layout_check_unrelated(&checked_tcp6_cut, shape, judged);
    cr_expect_eq(judged[PROBE_FORGED], LAYOUT_UNRELATED);
}

/* What a port answers to a probe. */
static void answer_with(const uint8_t *probe, uint8_t flags, uint32_t sequence, uint32_t acknowledged,
                        uint8_t *ip)
{
    memset(ip, 0, QUOTATION_ROOM);
    store_be32(ip, IPV6_FIRST_WORD);
    store_be16(ip + IPV6_PAYLOAD_LENGTH, TCP_HEADER);
    ip[IPV6_NEXT_HEADER] = PROTOCOL_TCP;
    ip[IPV6_HOP_LIMIT] = 57;
    memcpy(ip + IPV6_SOURCE, probe + IPV6_DESTINATION, IPV6_ADDRESS);
    memcpy(ip + IPV6_DESTINATION, probe + IPV6_SOURCE, IPV6_ADDRESS);
    memcpy(ip + SOURCE_PORT, probe + DESTINATION_PORT, 2);
    memcpy(ip + DESTINATION_PORT, probe + SOURCE_PORT, 2);
    store_be32(ip + SEQUENCE, sequence);
    store_be32(ip + ACKNOWLEDGMENT, acknowledged);
    ip[DATA_OFFSET] = 0x50;
    ip[FLAGS] = flags;
}

static enum probe_origin read_answer(bool to_syn, const uint8_t *ip, unsigned length,
                                     struct quoted_probe *out, enum reply_kind *kind)
{
    return (to_syn ? tcp6_syn_answer : tcp6_ack_answer)(LAYOUT_CHECK_KEY, CHECKED_PORT, ip, ip + IPV6_HEADER,
                                                        ip + length, out, kind);
}

/* Answers of RFC 9293, section 3.10.7, and others; the numbers are more than the probe's sequence number. */
static const struct answer_case {
    const char *what;
    bool to_syn;
    uint8_t flags;
    uint32_t sequence, acknowledged;
    enum probe_origin origin;
    enum reply_kind kind;
} answers[] = {
    {"SYN-ACK", true, TCP_SYN_ACK, 77, 1, PROBE_OURS, REPLY_TCP_SYN_ACK},
    {"RST of a closed port", true, TCP_RST | TCP_ACK, 0, 1, PROBE_OURS, REPLY_TCP_RST},
    {"RST that acknowledges nothing", true, TCP_RST, 0, 1, PROBE_FOREIGN, 0},
    {"ACK alone", true, TCP_ACK, 0, 1, PROBE_FOREIGN, 0},
    {"SYN-ACK of another number", true, TCP_SYN_ACK, 0, 2, PROBE_FORGED, 0},
    {"RST to an ACK", false, TCP_RST, 0, 0, PROBE_OURS, REPLY_TCP_RST},
    {"SYN-ACK to an ACK", false, TCP_SYN_ACK, 0, 1, PROBE_FOREIGN, 0},
    {"RST to an ACK, of another number", false, TCP_RST, 1, 0, PROBE_FORGED, 0},
};

static void expect_answer(const struct answer_case *c, uint64_t *random)
{
    const struct checked_layout *layout = c->to_syn ? &checked_tcp6_syn : &checked_tcp6_ack;
    struct probe probe = layout_check_probe(layout, random);
    uint32_t now_us = (uint32_t)*random;
    uint8_t sent[QUOTATION_ROOM], ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    enum reply_kind kind = REPLY_ICMP_ERROR;

    layout_check_craft(layout, &probe, now_us, sent);
    uint32_t number = load_be32(sent + SEQUENCE);
    answer_with(sent, c->flags, number + c->sequence, number + c->acknowledged, ip);
    enum probe_origin origin = read_answer(c->to_syn, ip, 60, &quoted, &kind);
    if (c->origin == PROBE_FORGED && origin == PROBE_OURS)
        return; /* two bits agree; the next test counts them */
    cr_assert_eq(origin, c->origin, "%s: %d", c->what, origin);
    if (origin != PROBE_OURS)
        return;
    cr_assert_eq(kind, c->kind, "%s", c->what);
    cr_assert_eq(quoted.quoted_ttl, 0);
    layout_check_recovered(&probe, now_us, &quoted);
    cr_assert_eq(read_answer(c->to_syn, ip, 59, &quoted, &kind), PROBE_FOREIGN, "%s", c->what);
}

Test(layout_tcp6, answers_tell_all_of_their_probe)
{
    uint64_t random = 8;

    for (size_t i = 0; i < COUNT(answers); i++)
        for (unsigned round = 0; round < ROUNDS / 10; round++)
            expect_answer(&answers[i], &random);
}

Test(layout_tcp6, unrelated_answers_pass_within_the_bounds)
{
    unsigned syn_acks = 0, resets = 0;
    uint64_t random = 10;
    uint8_t ip[QUOTATION_ROOM] = {0};
    struct quoted_probe quoted;
    enum reply_kind kind;

    for (unsigned round = 0; round < LAYOUT_UNRELATED; round++) {
        reference_random_bytes(&random, ip, 60);
        store_be16(ip + SOURCE_PORT, CHECKED_PORT);
        ip[DESTINATION_PORT] |= 0x80;
        ip[FLAGS] = TCP_SYN_ACK;
        syn_acks += read_answer(true, ip, 60, &quoted, &kind) == PROBE_OURS;
        ip[FLAGS] = TCP_RST;
        resets += read_answer(false, ip, 60, &quoted, &kind) == PROBE_OURS;
    }
    layout_check_share("SYN-ACK", syn_acks, 9);
    layout_check_share("RST", resets, 9);
}
