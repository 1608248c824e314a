// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/reply.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "support/guarded.h"
#include "support/reply_builder.h"
#include "table.h"

static const struct probe probe = {.target_address = IPV4(0x08080808), .flow = 3, .ttl = 9};

enum {
    SENT_US = 0x123456,
};

static enum decode_verdict decode(const struct built_reply *reply, struct reply *out)
{
    struct guarded guarded = guarded_make();
    const uint8_t *frame = guarded_copy(&guarded, reply->frame, reply->length);
    enum decode_verdict verdict = reply_decode_ethernet(&reply_builder_layouts, frame, reply->length, out);

    guarded_free(&guarded);
    return verdict;
}

static void expect_probe(const struct reply *reply, const char *what)
{
    cr_expect(address_equal(reply->quoted.probe.target_address, probe.target_address), "%s", what);
    cr_expect_eq(reply->quoted.probe.flow, probe.flow, "%s", what);
    cr_expect_eq(reply->quoted.probe.ttl, probe.ttl, "%s", what);
    cr_expect_eq(reply->quoted.quoted_ttl, 1, "%s", what);
    cr_expect(address_equal(reply->quoted.source, IPV4(REPLY_BUILDER_SOURCE)), "%s", what);
    cr_expect_eq(reply->quoted.sent_at, SENT_US, "%s", what);
}

static void expect_whole(const struct built_reply *built, const char *what)
{
    struct reply reply;

    cr_assert_eq(decode(built, &reply), DECODE_ACCEPTED, "%s", what);
    expect_probe(&reply, what);
    cr_expect(address_equal(reply.responder, IPV4(REPLY_BUILDER_RESPONDER)), "%s", what);
    cr_expect_eq(reply.reply_ttl, 60, "%s", what);
    cr_expect_eq(reply.icmp_type, built->frame[built->icmp], "%s", what);
    cr_expect_eq(reply.icmp_code, built->frame[built->icmp + 1], "%s", what);
    cr_expect_not(reply.truncated, "%s", what);
    cr_expect_not(reply.rewritten, "%s", what);
}

Test(reply, every_shape_of_a_reply)
{
    static const struct {
        const char *what;
        struct reply_shape shape;
    } cases[] = {
        {"Time Exceeded", {0}},
        {"fragment reassembly time exceeded", {.icmp_code = 1}},
        {"behind a VLAN tag", {.tags = 1}},
        {"behind two", {.tags = 2}},
        {"with options", {.header_words = 6}},
        {"with options behind two tags", {.tags = 2, .header_words = 15}},
        {"quoting one byte more", {.quoted_length = 29}},
        {"quoting the whole probe", {.quoted_length = UDP4_LENGTH(9)}},
        {"quoting with padding to 128 bytes", {.quoted_length = 128}},
        {"quoting more than was sent", {.quoted_length = 255}},
        {"DF", {.fragment = 0x4000}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct built_reply built = reply_build(probe, SENT_US, cases[i].shape);

        expect_whole(&built, cases[i].what);
    }
}

/* What the columns of records tell beside who answered what. */
Test(reply, headers_are_told_as_they_came)
{
    struct built_reply built = reply_build(probe, SENT_US, (struct reply_shape){0});
    struct reply reply;

    cr_assert_eq(decode(&built, &reply), DECODE_ACCEPTED);
    cr_expect(address_equal(reply.facts.source, IPV4(REPLY_BUILDER_SOURCE)));
    cr_expect_eq(reply.facts.protocol, PROTOCOL_UDP);
    cr_expect_eq(reply.facts.src_port & 0x8000, 0x8000);
    cr_expect_eq(reply.facts.dst_port, UDP4_PORT + probe.flow);
    cr_expect_eq(reply.facts.probe_size, UDP4_LENGTH(9));
    cr_expect_eq(reply.facts.reply_size, built.length - ETHERNET_HEADER);
    cr_expect_eq(reply.facts.quoted_tos, 0);
}

Test(reply, every_code_of_destination_unreachable)
{
    for (unsigned code = 0; code < 16; code++) {
        struct built_reply built =
            reply_build(probe, SENT_US, (struct reply_shape){.icmp_type = 3, .icmp_code = (uint8_t)code});

        expect_whole(&built, "a code");
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
    struct built_reply built = reply_build(probe, SENT_US, (struct reply_shape){.header_words = 7});
    struct reply reply;

    cr_assert_eq(
        reply_decode_ip(&reply_builder_layouts, built.frame + built.ip, built.length - built.ip, &reply),
        DECODE_ACCEPTED);
    expect_probe(&reply, "IPv4");
    cr_expect(address_equal(reply.responder, IPV4(REPLY_BUILDER_RESPONDER)));
}

/* What may be wrong with a reply. Each begins with one in which all is right. */

static void spoil_nothing(struct built_reply *reply)
{
    (void)reply;
}

static void spoil_ip_checksum(struct built_reply *reply)
{
    reply->frame[reply->ip + 10] ^= 1;
}

static void spoil_responder(struct built_reply *reply)
{
    reply->frame[reply->ip + 15] ^= 1;
}

static void spoil_icmp_checksum(struct built_reply *reply)
{
    reply->frame[reply->icmp + 2] ^= 1;
}

static void spoil_end_of_quotation(struct built_reply *reply)
{
    reply->frame[reply->length - 1] ^= 1;
}

static void spoil_probe_tag(struct built_reply *reply)
{
    reply_quotation(reply)[5] ^= 1;
    reply_seal(reply);
}

static void forge_both_tags(struct built_reply *reply)
{
    reply_quotation(reply)[5] ^= 0x40;
    reply_quotation(reply)[21] ^= 0x40;
    reply_seal(reply);
}

/* A NAT changes the checksum with the address (RFC 1624, equation 3). */
static void translate(struct built_reply *reply, unsigned offset, uint32_t address)
{
    uint8_t *field = reply_quotation(reply) + offset, *udp_checksum = reply_quotation(reply) + 26;
    uint32_t sum = (uint16_t)~load_be16(udp_checksum);

    store_be16(udp_checksum, checksum_finish(sum + checksum_u32(~load_be32(field)) + checksum_u32(address)));
    store_be32(field, address);
    reply_seal(reply);
}

static void spoil_checksum_of_probe(struct built_reply *reply)
{
    reply_quotation(reply)[26] ^= 0x40;
    reply_seal(reply);
}

static void spoil_length_of_probe(struct built_reply *reply)
{
    store_be16(reply_quotation(reply) + 2, 0);
    reply_seal(reply);
}

/* The probe's ports and checksum are where the header says, but behind the end of the packet. */
static void claim_options_in_padding(struct built_reply *reply)
{
    uint8_t *quotation = reply_quotation(reply);

    memcpy(quotation + 60, quotation + 20, 8);
    quotation[0] = 0x4f;
    reply_seal(reply);
    reply->length = (unsigned)(quotation + 68 - reply->frame);
}

/* The header says that it is longer by all options, of which the quotation has no room. */
static void claim_options(struct built_reply *reply)
{
    reply_quotation(reply)[0] = 0x4f;
    reply_seal(reply);
}

static void rewrite_target(struct built_reply *reply)
{
    translate(reply, 16, 0x0a000001);
}

static void rewrite_source(struct built_reply *reply)
{
    translate(reply, 12, 0x0a000001);
}

static void quote_dns(struct built_reply *reply)
{
    store_be16(reply_quotation(reply) + 22, 53);
    reply_seal(reply);
}

static void quote_tcp(struct built_reply *reply)
{
    reply_quotation(reply)[9] = 6;
    store_be16(reply_quotation(reply) + 20, 443);
    reply_seal(reply);
}

static void spoil_protocol_of_probe(struct built_reply *reply)
{
    reply_quotation(reply)[9] = 6;
    reply_seal(reply);
}

/* The frame ends before the packet, as a capture with a short snapshot length has it. */
static void cut_last_byte(struct built_reply *reply)
{
    reply->length--;
}

static void cut_to_28(struct built_reply *reply)
{
    reply->length = reply->icmp + ICMP_HEADER + QUOTATION_MIN;
}

static void cut_to_27(struct built_reply *reply)
{
    reply->length = reply->icmp + ICMP_HEADER + QUOTATION_MIN - 1;
}

static void cut_and_spoil_icmp_checksum(struct built_reply *reply)
{
    spoil_icmp_checksum(reply);
    cut_last_byte(reply);
}

static void cut_and_spoil_ip_checksum(struct built_reply *reply)
{
    spoil_ip_checksum(reply);
    cut_last_byte(reply);
}

/* The packet quotes eight bytes; what looks like the rest of a probe is the padding of the frame. */
static void quote_8_bytes_of_28(struct built_reply *reply)
{
    unsigned total = reply->icmp - reply->ip + ICMP_HEADER + 8;

    store_be16(reply->frame + reply->ip + 2, (uint16_t)total);
    reply_seal(reply);
}

static void announce_no_icmp(struct built_reply *reply)
{
    store_be16(reply->frame + reply->ip + 2, 20);
    reply_seal(reply);
}

static void pad(struct built_reply *reply)
{
    memset(reply->frame + reply->length, 0x5a, 20);
    reply->length += 20;
}

static const struct {
    const char *what;
    struct reply_shape shape;
    void (*spoil)(struct built_reply *reply);
    enum decode_verdict verdict;
    bool truncated, rewritten;
} defects[] = {
    {"nothing", {0}, spoil_nothing, DECODE_ACCEPTED, false, false},
    {"an echo reply", {.icmp_type = 8}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"IPv6", {.ethertype = 0x86dd}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"a later fragment", {.fragment = 1}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"a short quotation", {.quoted_length = 27}, spoil_nothing, DECODE_REJECT_TRUNCATED, false, false},
    {"IP checksum", {0}, spoil_ip_checksum, DECODE_REJECT_IP_CHECKSUM, false, false},
    {"another responder", {0}, spoil_responder, DECODE_REJECT_IP_CHECKSUM, false, false},
    {"IP checksum over options",
     {.header_words = 15},
     spoil_ip_checksum,
     DECODE_REJECT_IP_CHECKSUM,
     false,
     false},
    {"ICMP checksum", {0}, spoil_icmp_checksum, DECODE_REJECT_ICMP_CHECKSUM, false, false},
    {"ICMP checksum at the end",
     {.quoted_length = 128},
     spoil_end_of_quotation,
     DECODE_REJECT_ICMP_CHECKSUM,
     false,
     false},
    {"ICMP checksum at an odd end",
     {.quoted_length = 33},
     spoil_end_of_quotation,
     DECODE_REJECT_ICMP_CHECKSUM,
     false,
     false},
    {"probe tag", {0}, spoil_probe_tag, DECODE_ACCEPTED, false, true},
    {"the probe's checksum", {0}, spoil_checksum_of_probe, DECODE_ACCEPTED, false, true},
    {"the probe's length", {0}, spoil_length_of_probe, DECODE_ACCEPTED, false, false},
    {"options that are not there", {0}, claim_options, DECODE_REJECT_TRUNCATED, false, false},
    {"options in padding",
     {.quoted_length = 34},
     claim_options_in_padding,
     DECODE_REJECT_TRUNCATED,
     false,
     false},
    {"both tags", {0}, forge_both_tags, DECODE_REJECT_FORGED, false, false},
    {"the target", {0}, rewrite_target, DECODE_ACCEPTED, false, true},
    {"the source", {0}, rewrite_source, DECODE_ACCEPTED, false, true},
    {"somebody's DNS query", {0}, quote_dns, DECODE_REJECT_FOREIGN, false, false},
    {"somebody's TCP segment", {0}, quote_tcp, DECODE_REJECT_FOREIGN, false, false},
    {"the protocol", {0}, spoil_protocol_of_probe, DECODE_ACCEPTED, false, false},
    {"the last byte is missing", {.quoted_length = 38}, cut_last_byte, DECODE_ACCEPTED, true, false},
    {"28 bytes are there", {.quoted_length = 128}, cut_to_28, DECODE_ACCEPTED, true, false},
    {"27 bytes are there", {.quoted_length = 128}, cut_to_27, DECODE_REJECT_TRUNCATED, false, false},
    {"cut, ICMP checksum unknowable",
     {.quoted_length = 38},
     cut_and_spoil_icmp_checksum,
     DECODE_ACCEPTED,
     true,
     false},
    {"cut, IP checksum wrong",
     {.quoted_length = 38},
     cut_and_spoil_ip_checksum,
     DECODE_REJECT_IP_CHECKSUM,
     false,
     false},
    {"a first fragment", {.fragment = 0x2000}, spoil_icmp_checksum, DECODE_ACCEPTED, true, false},
    {"the quotation is padding", {0}, quote_8_bytes_of_28, DECODE_REJECT_TRUNCATED, false, false},
    {"all behind the IP header is padding", {0}, announce_no_icmp, DECODE_REJECT_TRUNCATED, false, false},
    {"padding behind the packet", {0}, pad, DECODE_ACCEPTED, false, false},
    {"padding behind an odd packet", {.quoted_length = 33}, pad, DECODE_ACCEPTED, false, false},
};

Test(reply, what_may_be_wrong)
{
    for (size_t i = 0; i < COUNT(defects); i++) {
        struct built_reply built = reply_build(probe, SENT_US, defects[i].shape);
        struct reply reply;

        defects[i].spoil(&built);
        enum decode_verdict verdict = decode(&built, &reply);
        cr_expect_eq(verdict, defects[i].verdict, "%s: %d", defects[i].what, verdict);
        if (verdict != DECODE_ACCEPTED)
            continue;
        cr_expect_eq(reply.truncated, defects[i].truncated, "%s", defects[i].what);
        cr_expect_eq(reply.rewritten, defects[i].rewritten, "%s", defects[i].what);
    }
}

Test(reply, another_key_is_another_survey)
{
    struct layout_pair other = reply_builder_layouts;
    struct built_reply built = reply_build(probe, SENT_US, (struct reply_shape){0});
    struct reply reply;

    other.ipv4.key.k1 ^= 1;
    cr_assert_eq(reply_decode_ethernet(&other, built.frame, built.length, &reply), DECODE_REJECT_FORGED);
}

/* ICMP's length field and 128 bytes of quotation, then a stack of two. */
static struct built_reply build_labelled(unsigned tags)
{
    static const uint8_t extension[] = {0x20, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x01, 0x01,
                                        0x07, 0x3d, 0x90, 0x01, 0x06, 0x35, 0xd1, 0x01};
    struct built_reply built =
        reply_build(probe, SENT_US, (struct reply_shape){.tags = tags, .quoted_length = 128});

    built.frame[built.icmp + 5] = 32;
    reply_append(&built, extension, sizeof(extension));
    return built;
}

Test(reply, carries_labels)
{
    struct built_reply built = build_labelled(1);
    struct reply reply;

    cr_assert_eq(decode(&built, &reply), DECODE_ACCEPTED);
    cr_assert_eq(reply.labels.count, 2);
    cr_expect_eq(reply.labels.labels[0], 0x073d9001);
    cr_expect_eq(reply.labels.labels[1], 0x0635d101);
    cr_expect_not(reply.labels.cut);
}

/* An incoming interface by its index, address, name and MTU (RFC 5837, section 4). */
Test(reply, carries_other_objects)
{
    static const uint8_t object[] = {0x00, 0x1c, 0x02, 0x0f, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x01,
                                     0x00, 0x00, 0xc0, 0x00, 0x02, 0x01, 0x08, 'g',  'e',  '-',
                                     '0',  '/',  '1',  0x00, 0x00, 0x00, 0x05, 0xdc};
    struct built_reply built = build_labelled(1);
    struct reply reply;

    reply_append(&built, object, sizeof(object));
    cr_assert_eq(decode(&built, &reply), DECODE_ACCEPTED);
    cr_expect_eq(reply.labels.count, 2);
    cr_assert_eq(reply.objects.length, sizeof(object));
    cr_expect_arr_eq(reply.objects.bytes, object, sizeof(object));
    cr_expect_not(reply.objects.cut);
}

/* What follows the packet in its frame is no part of its extensions, even where it looks like that. */
Test(reply, labels_end_with_the_packet)
{
    struct built_reply built = build_labelled(0);
    struct reply reply;

    store_be16(built.frame + built.ip + 2, (uint16_t)(built.length - built.ip - 16));
    reply_seal(&built);
    cr_assert_eq(decode(&built, &reply), DECODE_ACCEPTED);
    cr_expect_eq(reply.labels.count, 0);
}

/* Not even a pointer is formed: a capture may hold packets of no bytes. */
Test(reply, no_frame_at_all)
{
    struct reply reply;

    cr_expect_eq(reply_decode_ethernet(&reply_builder_layouts, NULL, 0, &reply), DECODE_REJECT_NOT_A_REPLY);
    cr_expect_eq(reply_decode_ip(&reply_builder_layouts, NULL, 0, &reply), DECODE_REJECT_NOT_A_REPLY);
}

/* Without padding or labels, with the smallest and the largest headers: nothing is read beyond the frame, and
 * its end alone decides. */
Test(reply, every_prefix_of_a_reply)
{
    for (unsigned tags = 0; tags <= 2; tags++)
        for (uint8_t words = 5; words <= 15; words += 5) {
            struct reply_shape shape = {.tags = tags, .header_words = words, .quoted_length = 150};
            struct built_reply built = reply_build(probe, SENT_US, shape);
            unsigned whole = built.length, icmp_end = built.icmp + ICMP_HEADER;

            for (built.length = 0; built.length < whole; built.length++) {
                struct reply reply;
                enum decode_verdict verdict = decode(&built, &reply);

                if (built.length < icmp_end)
                    cr_assert_eq(verdict, DECODE_REJECT_NOT_A_REPLY, "%u bytes", built.length);
                else if (built.length < icmp_end + QUOTATION_MIN)
                    cr_assert_eq(verdict, DECODE_REJECT_TRUNCATED, "%u bytes", built.length);
                else
                    cr_assert(verdict == DECODE_ACCEPTED && reply.truncated, "%u bytes", built.length);
            }
        }
}

Test(reply, every_prefix_of_a_labelled_reply)
{
    struct built_reply built = build_labelled(2);
    unsigned whole = built.length;

    for (built.length = 0; built.length < whole; built.length++) {
        struct reply reply;

        if (decode(&built, &reply) == DECODE_ACCEPTED)
            cr_assert(reply.truncated && reply.labels.count <= 2, "%u bytes", built.length);
    }
}
