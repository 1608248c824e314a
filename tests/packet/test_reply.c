// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/reply.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "support/reply_builder.h"
#include "table.h"

static const struct probe probe = {.target_address = IPV4(0x08080808), .flow = 3, .ttl = 9};
static const struct probe probe6 = {.target_address = {0x2001486048600000ULL, 0x8888}, .flow = 3, .ttl = 9};

enum {
    SENT_US = 0x123456,
};

static const struct probe *probe_of(enum address_family family)
{
    return family == FAMILY_IPV4 ? &probe : &probe6;
}

static void expect_probe(const struct reply *reply, enum address_family family, const char *what)
{
    cr_expect(address_equal(reply->quoted.probe.target_address, probe_of(family)->target_address), "%s",
              what);
    cr_expect_eq(reply->quoted.probe.flow, probe.flow, "%s", what);
    cr_expect_eq(reply->quoted.probe.ttl, probe.ttl, "%s", what);
    cr_expect_eq(reply->quoted.quoted_ttl, 1, "%s", what);
    cr_expect(address_equal(reply->quoted.source, reply_builder_source(family)), "%s", what);
    cr_expect_eq(reply->quoted.sent_at, SENT_US, "%s", what);
}

static void expect_whole(const struct built_reply *built, const char *what)
{
    struct reply reply;

    cr_assert_eq(reply_builder_decode(built, &reply), DECODE_ACCEPTED, "%s", what);
    expect_probe(&reply, built->family, what);
    cr_expect(address_equal(reply.responder, reply_builder_responder(built->family)), "%s", what);
    cr_expect_eq(reply.reply_ttl, 60, "%s", what);
    cr_expect_eq(reply.icmp_type, built->frame[built->icmp], "%s", what);
    cr_expect_eq(reply.icmp_code, built->frame[built->icmp + 1], "%s", what);
    cr_expect_not(reply.truncated, "%s", what);
    cr_expect_not(reply.rewritten, "%s", what);
    cr_expect_not(reply.cut, "%s", what);
    cr_expect_not(reply.target_lost, "%s", what);
    cr_expect_not(reply.copied_ip_id, "%s", what);
    cr_expect_null(reply.sent, "%s", what);
}

Test(reply, every_shape_of_a_reply)
{
    static const struct {
        const char *what;
        const struct probe *probe;
        struct reply_shape shape;
    } cases[] = {
        {"Time Exceeded", &probe, {0}},
        {"fragment reassembly time exceeded", &probe, {.icmp_code = 1}},
        {"behind a VLAN tag", &probe, {.tags = 1}},
        {"behind two", &probe, {.tags = 2}},
        {"with options", &probe, {.header_words = 6}},
        {"with options behind two tags", &probe, {.tags = 2, .header_words = 15}},
        {"quoting one byte more", &probe, {.quoted_length = 29}},
        {"quoting the whole probe", &probe, {.quoted_length = UDP4_LENGTH(9)}},
        {"quoting with padding to 128 bytes", &probe, {.quoted_length = 128}},
        {"quoting more than was sent", &probe, {.quoted_length = 255}},
        {"DF", &probe, {.fragment = 0x4000}},
        {"IPv6", &probe6, {0}},
        {"IPv6, reassembly time exceeded", &probe6, {.icmp_code = 1}},
        {"IPv6, Packet Too Big", &probe6, {.icmp_type = 2}},
        {"IPv6, Parameter Problem", &probe6, {.icmp_type = 4, .icmp_code = 1}},
        {"IPv6 behind a VLAN tag", &probe6, {.tags = 1}},
        {"IPv6 behind two", &probe6, {.tags = 2}},
        {"IPv6 with extension headers", &probe6, {.chain = "hdrd"}},
        {"IPv6, a fragment that is all", &probe6, {.tags = 1, .chain = "f"}},
        {"IPv6, extension headers put in on the way", &probe6, {.quoted_chain = "hr"}},
        {"IPv6, both", &probe6, {.chain = "hr", .quoted_chain = "d"}},
        {"IPv6, quoting with padding to 128 bytes", &probe6, {.quoted_length = 128}},
        {"IPv6, quoting more than was sent", &probe6, {.quoted_length = 1200}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct built_reply built = reply_build(*cases[i].probe, SENT_US, cases[i].shape);

        expect_whole(&built, cases[i].what);
    }
}

/* What the columns of records tell beside who answered what. */
Test(reply, headers_are_told_as_they_came)
{
    struct built_reply built = reply_build(probe, SENT_US, (struct reply_shape){0});
    struct reply reply;

    cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
    cr_expect(address_equal(reply.facts.source, IPV4(REPLY_BUILDER_SOURCE)));
    cr_expect_eq(reply.facts.protocol, PROTOCOL_UDP);
    cr_expect_eq(reply.facts.src_port & 0x8000, 0x8000);
    cr_expect_eq(reply.facts.dst_port, UDP4_PORT + probe.flow);
    cr_expect_eq(reply.facts.probe_size, UDP4_LENGTH(9));
    cr_expect_eq(reply.facts.reply_size, built.length - ETHERNET_HEADER);
    cr_expect_eq(reply.facts.quoted_tos, 0);
}

static void set_class(uint8_t *ip, uint8_t class)
{
    store_be32(ip, load_be32(ip) | (uint32_t) class << IPV6_CLASS_SHIFT);
}

Test(reply, headers_of_ipv6_are_told_as_they_came)
{
    struct built_reply built = reply_build(probe6, SENT_US, (struct reply_shape){.quoted_chain = "h"});
    struct reply reply;

    set_class(built.frame + built.ip, 0xb8);
    set_class(reply_quotation(&built), 0x2c);
    reply_seal(&built);
    cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
    cr_expect(address_equal(reply.facts.source, reply_builder_source(FAMILY_IPV6)));
    cr_expect_eq(reply.facts.protocol, PROTOCOL_UDP);
    cr_expect_eq(reply.facts.src_port & 0x8000, 0x8000);
    cr_expect_eq(reply.facts.dst_port, UDP6_PORT + probe.flow);
    cr_expect_eq(reply.facts.probe_size, UDP6_LENGTH(9) + EXTENSION_UNIT);
    cr_expect_eq(reply.facts.reply_size, built.length - ETHERNET_HEADER);
    cr_expect_eq(reply.facts.reply_ip_id, 0);
    cr_expect_eq(reply.facts.reply_tos, 0xb8);
    cr_expect_eq(reply.facts.quoted_tos, 0x2c);
}

Test(reply, every_code_of_destination_unreachable)
{
    for (unsigned code = 0; code < 16; code++) {
        struct built_reply built =
            reply_build(probe, SENT_US, (struct reply_shape){.icmp_type = 3, .icmp_code = (uint8_t)code});
        struct built_reply built6 =
            reply_build(probe6, SENT_US, (struct reply_shape){.icmp_type = 1, .icmp_code = (uint8_t)code});

        expect_whole(&built, "a code");
        expect_whole(&built6, "a code of ICMPv6");
    }
}

/* To UDP that the port is unreachable, in the numbers of each family: others say that it is an error. */
Test(reply, port_unreachable_is_what_udp_asks_for)
{
    static const struct {
        const struct probe *probe;
        uint8_t type, code;
        bool solicited;
    } cases[] = {
        {&probe, 3, 3, true},   {&probe, 3, 4, false},  {&probe, 3, 1, false},
        {&probe, 11, 3, false}, {&probe6, 1, 4, true},  {&probe6, 1, 3, false},
        {&probe6, 1, 1, false}, {&probe6, 3, 3, false}, {&probe6, 3, 4, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct built_reply built =
            reply_build(*cases[i].probe, SENT_US,
                        (struct reply_shape){.icmp_type = cases[i].type, .icmp_code = cases[i].code});
        struct reply reply;

        cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
        cr_expect_eq(reply.solicited, cases[i].solicited, "%u, %u", cases[i].type, cases[i].code);
    }
}

/* RFC 1191, section 4: 16 bits in the second half of the word; RFC 4443, section 3.2: all of it. */
Test(reply, the_mtu_of_the_link_that_is_too_narrow)
{
    static const struct {
        const struct probe *probe;
        uint8_t type, code;
        uint32_t word;
        uint16_t mtu;
    } cases[] = {
        {&probe, 3, 4, 1492, 1492},
        {&probe, 3, 4, 0, 0},
        {&probe, 3, 4, 0xffff05dc, 1500},
        {&probe, 3, 3, 1492, 0},
        {&probe, 11, 4, 1492, 0},
        {&probe6, 2, 0, 1280, 1280},
        {&probe6, 2, 0, 0, 0},
        {&probe6, 2, 0, 65535, 65535},
        {&probe6, 2, 0, 65536, 65535},
        {&probe6, 2, 0, 0x05dc0000, 65535},
        {&probe6, 1, 4, 1280, 0},
        {&probe6, 3, 0, 1280, 0},
        {&probe6, 4, 0, 1280, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct built_reply built =
            reply_build(*cases[i].probe, SENT_US,
                        (struct reply_shape){.icmp_type = cases[i].type, .icmp_code = cases[i].code});
        struct reply reply;

        store_be32(built.frame + built.icmp + 4, cases[i].word);
        reply_seal(&built);
        cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
        cr_expect_eq(reply.next_hop_mtu, cases[i].mtu, "%u, %u, %#x", cases[i].type, cases[i].code,
                     cases[i].word);
    }
}

Test(reply, every_header_length)
{
    for (uint8_t words = 5; words <= 15; words++) {
        struct built_reply built = reply_build(probe, SENT_US, (struct reply_shape){.header_words = words});

        expect_whole(&built, "a header length");
    }
}

Test(reply, from_the_ip_header_on)
{
    static const struct reply_shape shape = {.header_words = 7, .chain = "d"};

    for (size_t i = 0; i < 2; i++) {
        struct built_reply built = reply_build(i ? probe6 : probe, SENT_US, shape);
        struct reply reply;

        cr_assert_eq(
            reply_decode_ip(&reply_builder_layouts, built.frame + built.ip, built.length - built.ip, &reply),
            DECODE_ACCEPTED);
        expect_probe(&reply, built.family, "a packet");
        cr_expect(address_equal(reply.responder, reply_builder_responder(built.family)));
    }
}

/* A survey of one family: the other's packets are no replies, and nothing of them is looked at. */
Test(reply, a_family_that_is_not_probed)
{
    for (size_t i = 0; i < 2; i++) {
        struct built_reply built = reply_build(i ? probe6 : probe, SENT_US, (struct reply_shape){0});
        struct layout_pair pair = reply_builder_layouts;
        struct reply reply;

        *(i ? &pair.ipv6 : &pair.ipv4) = (struct layout_choice){0};
        cr_expect_eq(reply_decode_ethernet(&pair, built.frame, built.length, &reply),
                     DECODE_REJECT_NOT_A_REPLY);
        cr_expect_eq(reply_decode_ip(&pair, built.frame + built.ip, built.length - built.ip, &reply),
                     DECODE_REJECT_NOT_A_REPLY);
    }
}

/* The length field and 128 bytes of quotation, then a stack of two. */
static struct built_reply build_labelled(enum address_family family, unsigned tags)
{
    static const uint8_t extension[] = {0x20, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x01, 0x01,
                                        0x07, 0x3d, 0x90, 0x01, 0x06, 0x35, 0xd1, 0x01};
    struct built_reply built =
        reply_build(*probe_of(family), SENT_US, (struct reply_shape){.tags = tags, .quoted_length = 128});

    if (family == FAMILY_IPV4)
        built.frame[built.icmp + ICMP_LENGTH] = 32;
    else
        built.frame[built.icmp + ICMP6_LENGTH] = 16;
    reply_append(&built, extension, sizeof(extension));
    return built;
}

static const enum address_family families[] = {FAMILY_IPV4, FAMILY_IPV6};

Test(reply, carries_labels)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        struct built_reply built = build_labelled(families[i], 1);
        struct reply reply;

        cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
        cr_assert_eq(reply.labels.count, 2);
        cr_expect_eq(reply.labels.labels[0], 0x073d9001);
        cr_expect_eq(reply.labels.labels[1], 0x0635d101);
        cr_expect_not(reply.labels.cut);
    }
}

/* An incoming interface by its index, IPv6 address and MTU, and one by its IPv4 address and name, too (RFC
 * 5837, section 4). */
Test(reply, carries_other_objects)
{
    static const uint8_t object[] = {0x00, 0x20, 0x02, 0x0d, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x02, 0x00,
                                     0x00, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                     0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x05, 0xdc};
    static const uint8_t named[] = {0x00, 0x1c, 0x02, 0x0f, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x01,
                                    0x00, 0x00, 0xc0, 0x00, 0x02, 0x01, 0x08, 'g',  'e',  '-',
                                    '0',  '/',  '1',  0x00, 0x00, 0x00, 0x05, 0xdc};

    for (size_t i = 0; i < COUNT(families); i++) {
        const uint8_t *bytes = families[i] == FAMILY_IPV6 ? object : named;
        unsigned length = families[i] == FAMILY_IPV6 ? sizeof(object) : sizeof(named);
        struct built_reply built = build_labelled(families[i], 1);
        struct reply reply;

        reply_append(&built, bytes, length);
        cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
        cr_expect_eq(reply.labels.count, 2);
        cr_assert_eq(reply.objects.length, length);
        cr_expect_arr_eq(reply.objects.bytes, bytes, length);
        cr_expect_not(reply.objects.cut);
    }
}

/* What follows the packet in its frame is no part of its extensions, even where it looks like that. */
Test(reply, labels_end_with_the_packet)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        struct built_reply built = build_labelled(families[i], 0);
        struct reply reply;

        reply_set_length(&built, built.length - built.ip - 16);
        cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
        cr_expect_eq(reply.labels.count, 0);
    }
}

/* Not even a pointer is formed: a capture may hold packets of no bytes. */
Test(reply, no_frame_at_all)
{
    struct reply reply;

    cr_expect_eq(reply_decode_ethernet(&reply_builder_layouts, NULL, 0, &reply), DECODE_REJECT_NOT_A_REPLY);
    cr_expect_eq(reply_decode_ip(&reply_builder_layouts, NULL, 0, &reply), DECODE_REJECT_NOT_A_REPLY);
}

Test(reply, every_prefix_of_a_labelled_reply)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        struct built_reply built = build_labelled(families[i], 2);
        unsigned whole = built.length;

        for (built.length = 0; built.length < whole; built.length++) {
            struct reply reply;

            if (reply_builder_decode(&built, &reply) == DECODE_ACCEPTED)
                cr_assert(reply.truncated && reply.labels.count <= 2, "%u bytes", built.length);
        }
    }
}
