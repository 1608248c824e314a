// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What middleboxes, routers and old stacks make of a quoted probe: every field of its 28 bytes, by the ways
 * in which it is known to change. A field that others can stand in for costs nothing; without the send time
 * there is no RTT; without the target, or without the flow, there is less.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "reference.h"
#include "reply_parse.h"
#include "support/quotation_changes.h"
#include "table.h"

enum {
    ROUNDS = 10000,
};

static const struct siphash_key key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};
static const uint32_t source = 0xc6120002; /* 198.18.0.2 */

static void mend(uint8_t *ip, uint32_t from, uint32_t to)
{
    mend_checksum(ip + 26, from, to);
}

static void move_target(uint8_t *ip)
{
    mend(ip, load_be32(ip + 16), INSIDE_ADDRESS);
    store_be32(ip + 16, INSIDE_ADDRESS);
}

static void move_source(uint8_t *ip)
{
    mend(ip, load_be32(ip + 12), INSIDE_ADDRESS);
    store_be32(ip + 12, INSIDE_ADDRESS);
}

static void move_source_port(uint8_t *ip)
{
    mend(ip, 0xffff0000U | load_be16(ip + 20), 0xffff0000U | 1024);
    store_be16(ip + 20, 1024);
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
    uint8_t sent[20 + 4];

    memcpy(sent, ip, sizeof(sent));
    move_source_and_port(ip);
    memcpy(ip, sent, sizeof(sent));
}

static void no_checksum(uint8_t *ip)
{
    store_be16(ip + 26, 0);
}

static void no_udp_length(uint8_t *ip)
{
    store_be16(ip + 24, 0);
}

static void udp_length_and_1(uint8_t *ip)
{
    store_be16(ip + 24, (uint16_t)(load_be16(ip + 24) + 1));
}

static void swap_udp_length(uint8_t *ip)
{
    swap_bytes(ip, 24);
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
    store_be16(ip + 22, 53);
}

static void another_destination_port(uint8_t *ip)
{
    store_be16(ip + 22, (uint16_t)(load_be16(ip + 22) + 1));
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
    {"total length swapped", swap_length, PROBE_OURS, 1.0 / 256},
    {"a little-endian BSD", as_little_endian_bsd, PROBE_OURS, 1.0 / 256},
    {"no UDP length", no_udp_length, PROBE_OURS, 0},
    {"UDP length + 1", udp_length_and_1, PROBE_OURS, 1.0 / 256}, /* see below for its chance */
    {"UDP length swapped", swap_udp_length, PROBE_OURS, 0},
    {"UDP length gone, total length swapped", swapped_length_alone, PROBE_OURS, 1.0 / 256},
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

static unsigned craft(unsigned round, uint64_t *random, struct probe *probe, uint8_t ip[QUOTATION_ROOM])
{
    struct layout_template template;

    *probe = (struct probe){.target_address = IPV4(reference_random(random)),
                            .flow = (uint16_t)(round % 256),
                            .ttl = (uint8_t)(1 + round % (PROBE_MAX_TTL - 1))};
    memset(ip, 0, QUOTATION_ROOM);
    udp4_template_init(&template, key, address_of_ipv4(source), UDP4_PORT);
    udp4_prepare(&template, ip);
    return udp4_craft(&template, probe, (uint32_t)*random, ip);
}

/* What the tags that are right cover is what was sent. */
static void expect_what_is_proven(const struct quotation_change *change, enum probe_origin origin,
                                  const struct probe *probe, const struct quoted_probe *quoted,
                                  uint32_t now_us)
{
    if (origin == PROBE_FOREIGN || origin == PROBE_FORGED)
        return;
    cr_expect_eq(quoted->probe.flow, probe->flow, "%s", change->what);
    if (origin == PROBE_UNTIMED || origin == PROBE_OURS)
        cr_expect(address_equal(quoted->probe.target_address, probe->target_address), "%s", change->what);
    cr_expect_eq(quoted->probe.ttl, probe->ttl, "%s", change->what);
    if (origin == PROBE_OURS)
        cr_expect_eq(quoted->sent_at, udp4_wire_time(now_us) & PROBE_TIME_MASK, "%s", change->what);
}

static void expect_judged(const struct quotation_change *change)
{
    uint64_t random = 1;
    unsigned others = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t ip[QUOTATION_ROOM];
        struct probe probe;
        struct quoted_probe quoted;

        craft(round, &random, &probe, ip);
        change->make(ip);
        enum probe_origin origin = udp4_recover(
            key, UDP4_PORT, ip, reply_quoted_transport_ipv4(ip, ip + sizeof(ip)), ip + sizeof(ip), &quoted);
        if (origin == change->origin)
            expect_what_is_proven(change, origin, &probe, &quoted, (uint32_t)random);
        else
            others++;
    }
    cr_expect_leq(others, (unsigned)(2 * change->chance * ROUNDS), "%s: %u judged otherwise", change->what,
                  others);
}

Test(layout_udp4_rewritten, every_field_and_every_change)
{
    for (size_t i = 0; i < COUNT(changes); i++)
        expect_judged(&changes[i]);
}
