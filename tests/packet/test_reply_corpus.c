// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures of real routers, where HOPWIRE_CORPUS names a folder with them: label stacks and replies of IPv6
 * against what the dissections beside the captures say; and no reply in any of them is one of ours.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet/icmp_extension.h"
#include "packet/reply.h"
#include "packet/reply_read.h"
#include "receive/capture.h"
#include "reply_parse.h"
#include "support/reply_builder.h"
#include "table.h"

#define ENTRY(label, tc, s, ttl) ((uint32_t)(label) << 12 | (tc) << 9 | (s) << 8 | (ttl))

/* What tshark and tcpdump read out of the two captures with labels, by number of the packet. */
static const struct expected_stack {
    const char *file;
    unsigned packet;
    struct label_stack stack;
} expected_stacks[] = {
    {"packets/icmp-icmp-ttl-exceeded-mpls.pcap",
     2,
     {2, false, {ENTRY(29657, 0, 0, 1), ENTRY(25437, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 2, {1, false, {ENTRY(100704, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 4, {1, false, {ENTRY(100704, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 6, {1, false, {ENTRY(100704, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 8, {1, false, {ENTRY(102672, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 10, {1, false, {ENTRY(102672, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 12, {1, false, {ENTRY(102672, 0, 1, 1)}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 14, {0, false, {0}}}, /* from the target, which pops it */
    {"packets/tcpdump/mpls-traceroute.pcap", 16, {0, false, {0}}},
    {"packets/tcpdump/mpls-traceroute.pcap", 18, {0, false, {0}}},
};

static const char *corpus(void)
{
    const char *folder = getenv("HOPWIRE_CORPUS");

    if (!folder || !*folder)
        cr_skip_test("HOPWIRE_CORPUS is not set: no captures of real routers");
    return folder;
}

/* Packet `number` of a capture, the first being 1; read until capture_close(). */
static struct capture *read_packet(const char *folder, const char *file, unsigned number,
                                   struct captured_packet *out)
{
    char path[PATH_MAX];
    struct error_text error = {""};
    struct capture *capture;

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    cr_assert_eq(capture_open(&capture, path, &error), 0, "%s", error.text);
    for (unsigned i = 0; i < number; i++)
        cr_assert_eq(capture_next(capture, out, &error), 1, "%s: %s", path, error.text);
    return capture;
}

static void read_stack(const char *folder, const struct expected_stack *which, struct label_stack *out)
{
    struct captured_packet packet;
    struct extension_objects objects;
    struct reply_view view = {0};
    struct capture *capture = read_packet(folder, which->file, which->packet, &packet);
    const uint8_t *end = packet.ip + packet.length;

    cr_assert_eq(reply_parse_ip(FAMILY_IPV4, packet.ip, end, &view), REPLY_ERROR,
                 "%s: packet %u is no ICMP error", which->file, which->packet);
    icmp_extension_read(FAMILY_IPV4, view.icmp, (size_t)(end - view.icmp), out, &objects);
    capture_close(capture);
}

Test(reply_corpus, labels_are_what_dissectors_read)
{
    const char *folder = corpus();

    for (size_t i = 0; i < COUNT(expected_stacks); i++) {
        struct label_stack stack;

        read_stack(folder, &expected_stacks[i], &stack);
        cr_expect_eq(stack.count, expected_stacks[i].stack.count, "%s, packet %u: %u labels",
                     expected_stacks[i].file, expected_stacks[i].packet, stack.count);
        cr_expect_eq(stack.cut, expected_stacks[i].stack.cut);
        for (unsigned label = 0; label < stack.count; label++)
            cr_expect_eq(stack.labels[label], expected_stacks[i].stack.labels[label], "%s, packet %u: %#x",
                         expected_stacks[i].file, expected_stacks[i].packet, stack.labels[label]);
    }
}

/* What tshark and tcpdump read out of replies of IPv6. */
static const struct expected_reply {
    const char *file;
    unsigned packet;
    struct address responder;
    uint8_t hop_limit, icmp_type, icmp_code, quoted_hop_limit;
    struct reply_facts facts;
} expected_replies[] = {
    {"packets/icmp6-icmp6-ttl-exceeded.pcap",
     2,
     {0x2a048ec00000000aULL, 0x10119},
     .hop_limit = 63,
     .icmp_type = 3,
     .quoted_hop_limit = 1,
     .facts = {.src_port = 0x5dc0, .probe_size = 52, .reply_size = 100, .protocol = 58}},
    {"packets/udp-icmp6-ttl-exceeded.pcap",
     2,
     {0x2a048ec00000000aULL, 0x10119},
     .hop_limit = 63,
     .icmp_type = 3,
     .quoted_hop_limit = 1,
     .facts = {.src_port = 24000, .dst_port = 33434, .probe_size = 52, .reply_size = 100, .protocol = 17}},
    {"packets/tcpdump/icmpv6-rfc7112.pcap",
     1,
     {0x2001063000420110ULL, 0x02a098fffe15ece7ULL},
     .hop_limit = 64,
     .icmp_type = 4,
     .icmp_code = 3,
     .quoted_hop_limit = 64,
     .facts = {.src_port = 0x6227, .dst_port = 0x605c, .probe_size = 64, .reply_size = 112, .protocol = 41}},
};

static void expect_facts(const char *file, const struct reply_facts *facts,
                         const struct reply_facts *expected)
{
    cr_expect_eq(facts->src_port, expected->src_port, "%s: port %u", file, facts->src_port);
    cr_expect_eq(facts->dst_port, expected->dst_port, "%s: port %u", file, facts->dst_port);
    cr_expect_eq(facts->probe_size, expected->probe_size, "%s: %u bytes", file, facts->probe_size);
    cr_expect_eq(facts->reply_size, expected->reply_size, "%s: %u bytes", file, facts->reply_size);
    cr_expect_eq(facts->protocol, expected->protocol, "%s: protocol %u", file, facts->protocol);
    cr_expect_eq(facts->reply_tos, expected->reply_tos, "%s: class %u", file, facts->reply_tos);
    cr_expect_eq(facts->reply_ip_id, 0, "%s", file);
}

static void expect_error(const struct captured_packet *packet, const struct expected_reply *expected)
{
    const uint8_t *end = packet->ip + packet->length;
    struct reply_view view = {0};
    struct reply reply;

    cr_assert_eq(reply_parse_ip(FAMILY_IPV6, packet->ip, end, &view), REPLY_ERROR, "%s", expected->file);
    cr_assert_eq(reply_read_error(&view, end, &reply), DECODE_ACCEPTED, "%s", expected->file);
    cr_expect(address_equal(reply.responder, expected->responder), "%s", expected->file);
    cr_expect_eq(reply.reply_ttl, expected->hop_limit, "%s", expected->file);
    cr_expect_eq(reply.icmp_type, expected->icmp_type, "%s", expected->file);
    cr_expect_eq(reply.icmp_code, expected->icmp_code, "%s", expected->file);
    cr_expect_eq(view.quotation[IPV6_HOP_LIMIT], expected->quoted_hop_limit, "%s", expected->file);
    cr_expect_not(reply.truncated, "%s", expected->file);
    expect_facts(expected->file, &reply.facts, &expected->facts);
}

Test(reply_corpus, errors_of_ipv6_are_what_dissectors_read)
{
    const char *folder = corpus();

    for (size_t i = 0; i < COUNT(expected_replies); i++) {
        struct captured_packet packet;
        struct capture *capture =
            read_packet(folder, expected_replies[i].file, expected_replies[i].packet, &packet);

        expect_error(&packet, &expected_replies[i]);
        capture_close(capture);
    }
}

Test(reply_corpus, an_echo_reply_of_ipv6_is_what_dissectors_read)
{
    static const char *const file = "packets/icmp6-icmp6-echo-reply.pcap";
    static const struct reply_facts expected = {
        .src_port = 0x5dc0, .reply_size = 58, .protocol = 58, .reply_tos = 0x80};
    struct captured_packet packet;
    struct capture *capture = read_packet(corpus(), file, 2, &packet);
    struct answer_view view;
    struct reply reply;

    cr_assert(reply_find_answer(FAMILY_IPV6, packet.ip, packet.ip + packet.length, PROTOCOL_ICMPV6, &view));
    cr_assert_eq(reply_read_answer(&view, &reply), DECODE_ACCEPTED);
    cr_expect(address_equal(reply.responder, (struct address){0x2001486048600000ULL, 0x8888}));
    cr_expect_eq(reply.reply_ttl, 118);
    cr_expect_eq(reply.icmp_type, ICMP6_ECHO_REPLY);
    expect_facts(file, &reply.facts, &expected);
    capture_close(capture);
}

/* Neighbour discovery, multicast listeners behind hop-by-hop options, extended echo, an empty message. */
Test(reply_corpus, other_messages_of_icmpv6_are_no_errors)
{
    static const struct {
        const char *file;
        unsigned packets;
    } cases[] = {
        {"packets/tcpdump/icmpv6.pcap", 5},
        {"packets/tcpdump/icmp6-rfc8335.pcap", 6},
        {"packets/tcpdump/icmpv6-length-zero.pcapng", 1},
    };
    const char *folder = corpus();

    for (size_t i = 0; i < COUNT(cases); i++)
        for (unsigned number = 1; number <= cases[i].packets; number++) {
            struct captured_packet packet;
            struct reply_view view;
            struct capture *capture = read_packet(folder, cases[i].file, number, &packet);

            cr_expect_geq(packet.length, IPV6_HEADER, "%s: packet %u", cases[i].file, number);
            cr_expect_eq(reply_parse_ip(FAMILY_IPV6, packet.ip, packet.ip + packet.length, &view), REPLY_NOT,
                         "%s: packet %u", cases[i].file, number);
            capture_close(capture);
        }
}

static unsigned decode_capture(const char *path)
{
    struct captured_packet packet;
    struct error_text error;
    struct capture *capture;
    unsigned packets = 0;

    if (capture_open(&capture, path, &error)) /* of a link that is none of ours */
        return 0;
    for (; capture_next(capture, &packet, &error) > 0; packets++) {
        struct reply reply;
        enum decode_verdict verdict =
            reply_decode_ip(&reply_builder_layouts, packet.ip, packet.length, &reply);

        cr_expect_neq(verdict, DECODE_ACCEPTED, "%s: packet %u", path, packets + 1);
    }
    capture_close(capture);
    return packets;
}

static unsigned decode_folder(const char *folder, const char *sub)
{
    char path[PATH_MAX];
    struct dirent *entry;
    unsigned packets = 0;

    snprintf(path, sizeof(path), "%s/%s", folder, sub);
    DIR *directory = opendir(path);
    cr_assert_not_null(directory, "%s", path);
    while ((entry = readdir(directory)))
        if (strstr(entry->d_name, ".pcap")) {
            snprintf(path, sizeof(path), "%s/%s/%s", folder, sub, entry->d_name);
            packets += decode_capture(path);
        }
    closedir(directory);
    return packets;
}

Test(reply_corpus, nobody_elses_replies_are_ours)
{
    const char *folder = corpus();

    cr_expect_gt(decode_folder(folder, "packets"), 0);
    cr_expect_gt(decode_folder(folder, "packets/tcpdump"), 0);
}
