// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "layout_tcp4.h"
#include "reference.h"
#include "support/checked_layouts.h"
#include "table.h"

enum {
    ROUNDS = 10000,
};

/* Where a probe's fields are, from its IP header on. */
enum {
    SOURCE_PORT = 20,
    DESTINATION_PORT = 22,
    SEQUENCE = 24,
    ACKNOWLEDGMENT = 28,
    DATA_OFFSET = 32,
    FLAGS = 33,
    WINDOW = 34,
    URGENT = 38,
    OPTIONS = 40,
};

/* RFC 9293, section 3.1. */
Test(layout_tcp4, segments_are_what_hosts_send)
{
    static const uint8_t mss[] = {2, 4, 1460 >> 8, 1460 & 0xff};
    const struct probe probe = {.target_address = address_of_ipv4(0x08080808), .flow = 3, .ttl = 9};
    uint8_t ip[QUOTATION_ROOM];

    cr_assert_eq(layout_check_craft(&checked_tcp4_syn, &probe, 5, ip), 44);
    cr_assert_eq(load_be16(ip + DESTINATION_PORT), CHECKED_PORT);
    cr_assert_eq(load_be32(ip + ACKNOWLEDGMENT), 0, "no acknowledgment");
    cr_assert_eq(load_be16(ip + DATA_OFFSET), 6 << 12 | 0x02, "six words of header, SYN");
    cr_assert_eq(load_be16(ip + WINDOW), 0xffff, "window");
    cr_assert_eq(load_be16(ip + URGENT), 0, "urgent pointer");
    cr_assert_arr_eq(ip + OPTIONS, mss, 4);

    cr_assert_eq(layout_check_craft(&checked_tcp4_ack, &probe, 5, ip), 40);
    cr_assert_eq(load_be32(ip + ACKNOWLEDGMENT), load_be32(ip + SEQUENCE), "what a RST returns");
    cr_assert_eq(load_be16(ip + DATA_OFFSET), 5 << 12 | 0x10, "five words of header, ACK");
}

static void move_target(uint8_t *ip)
{
    store_be32(ip + IPV4_DESTINATION, INSIDE_ADDRESS);
}

static void move_source(uint8_t *ip)
{
    store_be32(ip + IPV4_SOURCE, INSIDE_ADDRESS);
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
    move_destination_port(ip);
}

static void another_sequence(uint8_t *ip)
{
    store_be32(ip + SEQUENCE, load_be32(ip + SEQUENCE) + 0x13572468);
}

static void no_sequence(uint8_t *ip)
{
    store_be32(ip + SEQUENCE, 0);
}

static void nat_and_sequence(uint8_t *ip)
{
    move_target(ip);
    another_sequence(ip);
}

static void nat_and_id(uint8_t *ip)
{
    move_target(ip);
    another_id(ip);
}

static void sequence_and_id(uint8_t *ip)
{
    another_sequence(ip);
    another_id(ip);
}

#define BY_PORT_AND_SEQUENCE (1.0 / 512)
#define SAME_FLOW            (1.0 / 256) /* as an ID of 0 seems to have */

static const struct quotation_change changes[] = {
    {"nothing", nothing, PROBE_OURS, 0},
    {"destination", move_target, PROBE_REWRITTEN, 0},
    {"source", move_source, PROBE_REWRITTEN, 0},
    {"source port", move_source_port, PROBE_REWRITTEN, 0},
    {"destination port", move_destination_port, PROBE_REWRITTEN, 0},
    {"addresses and ports", move_everything, PROBE_REWRITTEN, 0},
    {"another sequence number", another_sequence, PROBE_UNTIMED, 0},
    {"no sequence number", no_sequence, PROBE_UNTIMED, 1.0 / 1024},
    {"no ID", no_id, PROBE_UNTIMED, SAME_FLOW},
    {"another ID", another_id, PROBE_UNTIMED, 0},
    {"ID swapped", swap_id, PROBE_OURS, 0},
    {"total length + 20", length_and_20, PROBE_OURS, 0},
    {"total length - 20", length_less_20, PROBE_OURS, 0},
    {"total length + 1", length_and_1, PROBE_OURS, 0},
    {"no total length", no_length, PROBE_OURS, 0},
    {"total length swapped", swap_length, PROBE_OURS, 0},
    {"a little-endian BSD", as_little_endian_bsd, PROBE_OURS, 0},
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
    {"options that the total length leaves out", options_that_no_length_counts, PROBE_OURS, 0},
    {"a NAT and the sequence number: both tags are lost", nat_and_sequence, PROBE_FORGED,
     BY_PORT_AND_SEQUENCE + 1.0 / 1024},
    {"a NAT and the ID, likewise", nat_and_id, PROBE_FORGED, BY_PORT_AND_SEQUENCE + 1.0 / 1024},
    {"sequence number and ID, likewise", sequence_and_id, PROBE_FORGED, 1.0 / 4 + 1.0 / 1024},
};

Test(layout_tcp4, every_field_and_every_change)
{
    layout_check_changes(&checked_tcp4_syn, changes, COUNT(changes));
    layout_check_changes(&checked_tcp4_ack, changes, COUNT(changes));
}

static void shape(uint8_t *ip)
{
    ip[0] = IPV4_FIRST_BYTE;
    ip[IPV4_PROTOCOL] = PROTOCOL_TCP;
    ip[SOURCE_PORT] |= 0x80;
    store_be16(ip + DESTINATION_PORT, CHECKED_PORT);
}

static void shape_of_another_protocol(uint8_t *ip)
{
    shape(ip);
    ip[IPV4_PROTOCOL] = PROTOCOL_UDP;
}

Test(layout_tcp4, unrelated_tags_pass_within_the_bounds)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_tcp4_syn, shape, judged);
    cr_expect_eq(judged[PROBE_FOREIGN], 0);
    layout_check_share("rewritten", judged[PROBE_REWRITTEN], 10);
    layout_check_share("untimed", judged[PROBE_UNTIMED], 9);
    cr_expect_leq(judged[PROBE_OURS], 1);
}

Test(layout_tcp4, of_other_protocols_nothing_passes_with_one_tag)
{
    unsigned judged[PROBE_OURS + 1];

    layout_check_unrelated(&checked_tcp4_syn, shape_of_another_protocol, judged);
    cr_expect_geq(judged[PROBE_FOREIGN], LAYOUT_UNRELATED - 1);
}

/* What a port answers to a probe: `numbers` are sequence and acknowledgment number. */
static void answer_with(const uint8_t *probe, uint8_t flags, uint32_t sequence, uint32_t acknowledged,
                        uint8_t *ip)
{
    memset(ip, 0, QUOTATION_ROOM);
    ip[0] = IPV4_FIRST_BYTE;
    store_be16(ip + IPV4_TOTAL_LENGTH, 40);
    ip[IPV4_TTL] = 57;
    ip[IPV4_PROTOCOL] = PROTOCOL_TCP;
    memcpy(ip + IPV4_SOURCE, probe + IPV4_DESTINATION, 4);
    memcpy(ip + IPV4_DESTINATION, probe + IPV4_SOURCE, 4);
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
    return to_syn
               ? tcp4_syn_answer(LAYOUT_CHECK_KEY, CHECKED_PORT, ip, ip + IPV4_HEADER, ip + length, out, kind)
               : tcp4_ack_answer(LAYOUT_CHECK_KEY, CHECKED_PORT, ip, ip + IPV4_HEADER, ip + length, out,
                                 kind);
}

/* Answers of RFC 9293, section 3.10.7, and others. */
static const struct answer_case {
    const char *what;
    bool to_syn;
    uint8_t flags;
    uint32_t sequence, acknowledged; /* more than the probe's sequence number */
    bool random_sequence;
    enum probe_origin origin;
    enum reply_kind kind;
} answers[] = {
    {"SYN-ACK", true, TCP_SYN_ACK, 0, 1, true, PROBE_OURS, REPLY_TCP_SYN_ACK},
    {"SYN-ACK with ECE", true, TCP_SYN_ACK | 0x40, 0, 1, true, PROBE_OURS, REPLY_TCP_SYN_ACK},
    {"RST of a closed port", true, TCP_RST | TCP_ACK, 0, 1, true, PROBE_OURS, REPLY_TCP_RST},
    {"RST that acknowledges nothing", true, TCP_RST, 0, 1, true, PROBE_FOREIGN, 0},
    {"SYN-ACK of another number", true, TCP_SYN_ACK, 0, 2, true, PROBE_FORGED, 0},
    {"ACK alone", true, TCP_ACK, 0, 1, true, PROBE_FOREIGN, 0},
    {"SYN alone", true, TCP_SYN, 0, 1, true, PROBE_FOREIGN, 0},
    {"RST to an ACK", false, TCP_RST, 0, 0, false, PROBE_OURS, REPLY_TCP_RST},
    {"RST to an ACK, with an ACK", false, TCP_RST | TCP_ACK, 0, 0, false, PROBE_OURS, REPLY_TCP_RST},
    {"SYN-ACK to an ACK", false, TCP_SYN_ACK, 0, 1, false, PROBE_FOREIGN, 0},
    {"RST to an ACK, of another number", false, TCP_RST, 0, 0, true, PROBE_FORGED, 0},
};

static void expect_answer(const struct answer_case *c, unsigned round, uint64_t *random)
{
    const struct checked_layout *layout = c->to_syn ? &checked_tcp4_syn : &checked_tcp4_ack;
    struct probe probe = {.target_address = address_of_ipv4((uint32_t)reference_random(random)),
                          .flow = (uint16_t)(round % 256),
                          .ttl = (uint8_t)(1 + round % PROBE_MAX_TTL)};
    uint32_t now_us = (uint32_t)*random;
    uint8_t sent[QUOTATION_ROOM], ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    enum reply_kind kind = REPLY_ICMP_ERROR;

    layout_check_craft(layout, &probe, now_us, sent);
    uint32_t number = load_be32(sent + SEQUENCE);
    answer_with(sent, c->flags, c->random_sequence ? (uint32_t)reference_random(random) : number,
                number + c->acknowledged, ip);
    enum probe_origin origin = read_answer(c->to_syn, ip, 40, &quoted, &kind);
    if (c->origin == PROBE_FORGED && origin == PROBE_OURS)
        return; /* two bits agree; the next test counts them */
    cr_assert_eq(origin, c->origin, "%s: %d", c->what, origin);
    if (origin != PROBE_OURS)
        return;
    cr_assert_eq(kind, c->kind, "%s", c->what);
    cr_assert_eq(quoted.quoted_ttl, 0);
    layout_check_recovered(&probe, now_us, &quoted);
    cr_assert_eq(read_answer(c->to_syn, ip, 39, &quoted, &kind), PROBE_FOREIGN, "%s", c->what);
}

Test(layout_tcp4, answers_tell_all_of_their_probe)
{
    uint64_t random = 8;

    for (size_t i = 0; i < COUNT(answers); i++)
        for (unsigned round = 0; round < ROUNDS; round++)
            expect_answer(&answers[i], round, &random);
}

Test(layout_tcp4, answers_to_other_ports_are_foreign)
{
    const struct probe probe = {.target_address = address_of_ipv4(0x08080808), .flow = 3, .ttl = 9};
    uint8_t sent[QUOTATION_ROOM], ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    enum reply_kind kind;

    layout_check_craft(&checked_tcp4_syn, &probe, 5, sent);
    answer_with(sent, TCP_SYN_ACK, 1, load_be32(sent + SEQUENCE) + 1, ip);
    store_be16(ip + SOURCE_PORT, 80);
    cr_expect_eq(read_answer(true, ip, 40, &quoted, &kind), PROBE_FOREIGN);
    store_be16(ip + SOURCE_PORT, CHECKED_PORT);
    store_be16(ip + DESTINATION_PORT, 0x7fff);
    cr_expect_eq(read_answer(true, ip, 40, &quoted, &kind), PROBE_FOREIGN);
}

Test(layout_tcp4, unrelated_answers_pass_within_the_bounds)
{
    unsigned syn_acks = 0, resets = 0, single_flow = 0;
    uint64_t random = 10;
    uint8_t ip[QUOTATION_ROOM] = {0};
    struct quoted_probe quoted;
    enum reply_kind kind;

    for (unsigned round = 0; round < LAYOUT_UNRELATED; round++) {
        reference_random_bytes(&random, ip, 40);
        store_be16(ip + SOURCE_PORT, CHECKED_PORT);
        ip[DESTINATION_PORT] |= 0x80;
        ip[FLAGS] = TCP_SYN_ACK;
        bool passes = read_answer(true, ip, 40, &quoted, &kind) == PROBE_OURS;
        syn_acks += passes;
        single_flow += passes && quoted.probe.flow == 0 && quoted.probe.ttl <= 32;
        ip[FLAGS] = TCP_RST;
        resets += read_answer(false, ip, 40, &quoted, &kind) == PROBE_OURS;
    }
    layout_check_share("SYN-ACK", syn_acks, 9);
    layout_check_share("RST", resets, 9);
    layout_check_share("what a survey of one flow and 32 TTLs probes", single_flow, 18);
}
