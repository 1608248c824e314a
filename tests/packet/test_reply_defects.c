// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be wrong with a reply. Each begins with one in which all is right. */
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "packet/reply.h"
#include "support/reply_builder.h"
#include "table.h"

static const struct probe probe = {.target_address = IPV4(0x08080808), .flow = 3, .ttl = 9};
static const struct probe probe6 = {.target_address = {0x2001486048600000ULL, 0x8888}, .flow = 3, .ttl = 9};

enum {
    SENT_US = 0x123456,
};

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

/* What may be wrong with one of IPv6 besides. */

static void spoil_source_address(struct built_reply *reply)
{
    reply->frame[reply->ip + IPV6_SOURCE + 15] ^= 1;
}

static void spoil_own_address(struct built_reply *reply)
{
    reply->frame[reply->ip + IPV6_DESTINATION + 15] ^= 1;
}

static void forge_both_tags6(struct built_reply *reply)
{
    uint8_t *udp = reply_quotation(reply) + IPV6_HEADER;

    udp[PORT_SOURCE + 1] ^= 0x40;
    udp[UDP_CHECKSUM] ^= 0x40;
    udp[UDP_HEADER] ^= 0x40;
    reply_seal(reply);
}

static void translate_target6(struct built_reply *reply)
{
    reply_quotation(reply)[IPV6_DESTINATION + 2] ^= 1;
    reply_seal(reply);
}

static void quote_dns6(struct built_reply *reply)
{
    uint8_t *udp = reply_quotation(reply) + IPV6_HEADER;

    memset(udp + UDP_HEADER, 0x11, 8);
    store_be16(udp + PORT_DESTINATION, 53);
    reply_seal(reply);
}

static void cut_to_48(struct built_reply *reply)
{
    reply->length = reply->icmp + ICMP_HEADER + QUOTATION6_MIN;
}

static void cut_to_47(struct built_reply *reply)
{
    cut_to_48(reply);
    reply->length--;
}

/* The packet quotes eight bytes less; what looks like the rest is the padding of the frame. */
static void announce_less(struct built_reply *reply)
{
    reply_set_length(reply, reply->length - reply->ip - 8);
}

static void announce_47_quoted(struct built_reply *reply)
{
    reply_set_length(reply, reply->icmp - reply->ip + ICMP_HEADER + QUOTATION6_MIN - 1);
}

static void announce_nothing(struct built_reply *reply)
{
    reply_set_length(reply, IPV6_HEADER);
}

static const struct defect {
    const char *what;
    struct reply_shape shape;
    void (*spoil)(struct built_reply *reply);
    enum decode_verdict verdict;
    bool truncated, rewritten;
} defects[] = {
    {"nothing", {0}, spoil_nothing, DECODE_ACCEPTED, false, false},
    {"an echo reply", {.icmp_type = 8}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"the EtherType of IPv6", {.ethertype = 0x86dd}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
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

static const struct defect defects6[] = {
    {"nothing", {0}, spoil_nothing, DECODE_ACCEPTED, false, false},
    {"an Echo Request", {.icmp_type = 128}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"a solicitation", {.icmp_type = 135}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"the EtherType of IPv4", {.ethertype = 0x0800}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"version 4", {.version = 4}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"a later fragment", {.chain = "l"}, spoil_nothing, DECODE_REJECT_NOT_A_REPLY, false, false},
    {"too many extension headers",
     {.chain = "ddddddddd"},
     spoil_nothing,
     DECODE_REJECT_NOT_A_REPLY,
     false,
     false},
    {"ICMPv6 checksum", {0}, spoil_icmp_checksum, DECODE_REJECT_ICMP_CHECKSUM, false, false},
    {"ICMPv6 checksum behind extension headers",
     {.chain = "hd"},
     spoil_icmp_checksum,
     DECODE_REJECT_ICMP_CHECKSUM,
     false,
     false},
    {"another responder", {0}, spoil_source_address, DECODE_REJECT_ICMP_CHECKSUM, false, false},
    {"to another address", {0}, spoil_own_address, DECODE_REJECT_ICMP_CHECKSUM, false, false},
    {"the end of the quotation",
     {.quoted_length = 133},
     spoil_end_of_quotation,
     DECODE_REJECT_ICMP_CHECKSUM,
     false,
     false},
    {"all tags", {0}, forge_both_tags6, DECODE_REJECT_FORGED, false, false},
    {"the target", {0}, translate_target6, DECODE_ACCEPTED, false, true},
    {"somebody's DNS query", {0}, quote_dns6, DECODE_REJECT_FOREIGN, false, false},
    {"48 bytes are quoted", {.quoted_length = 48}, spoil_nothing, DECODE_ACCEPTED, true, false},
    {"48 bytes behind extension headers",
     {.chain = "h", .quoted_chain = "r", .quoted_length = 48},
     spoil_nothing,
     DECODE_ACCEPTED,
     true,
     false},
    {"47 bytes are quoted", {.quoted_length = 47}, spoil_nothing, DECODE_REJECT_TRUNCATED, false, false},
    {"all but one byte is quoted",
     {.quoted_length = UDP6_LENGTH(9) - 1},
     spoil_nothing,
     DECODE_ACCEPTED,
     true,
     false},
    {"the last byte is missing", {0}, cut_last_byte, DECODE_ACCEPTED, true, false},
    {"48 bytes are there", {0}, cut_to_48, DECODE_ACCEPTED, true, false},
    {"47 bytes are there", {0}, cut_to_47, DECODE_REJECT_TRUNCATED, false, false},
    {"cut, checksum unknowable", {0}, cut_and_spoil_icmp_checksum, DECODE_ACCEPTED, true, false},
    {"a first fragment", {.chain = "m"}, spoil_icmp_checksum, DECODE_ACCEPTED, true, false},
    {"the end of the quotation is padding", {0}, announce_less, DECODE_ACCEPTED, true, false},
    {"the quotation is padding", {0}, announce_47_quoted, DECODE_REJECT_TRUNCATED, false, false},
    {"all behind the IP header is padding", {0}, announce_nothing, DECODE_REJECT_TRUNCATED, false, false},
    {"padding behind the packet", {0}, pad, DECODE_ACCEPTED, false, false},
    {"padding behind an odd packet", {.quoted_length = 133}, pad, DECODE_ACCEPTED, false, false},
};

static void expect_verdict(const struct probe *of, const struct defect *defect)
{
    struct built_reply built = reply_build(*of, SENT_US, defect->shape);
    struct reply reply;

    defect->spoil(&built);
    enum decode_verdict verdict = reply_builder_decode(&built, &reply);
    cr_expect_eq(verdict, defect->verdict, "%s: %d", defect->what, verdict);
    if (verdict != DECODE_ACCEPTED)
        return;
    cr_expect_eq(reply.truncated, defect->truncated, "%s", defect->what);
    cr_expect_eq(reply.rewritten, defect->rewritten, "%s", defect->what);
}

Test(reply_defects, what_may_be_wrong)
{
    for (size_t i = 0; i < COUNT(defects); i++)
        expect_verdict(&probe, &defects[i]);
}

Test(reply_defects, what_may_be_wrong_with_ipv6)
{
    for (size_t i = 0; i < COUNT(defects6); i++)
        expect_verdict(&probe6, &defects6[i]);
}

/* Of a probe that is longer than an error may be, the rest is not missed (RFC 4443, section 2.4 c). */
Test(reply_defects, as_much_as_an_error_may_quote_is_all)
{
    struct built_reply built = reply_build(probe6, SENT_US, (struct reply_shape){.quoted_length = 1232});
    struct reply reply;

    store_be16(reply_quotation(&built) + IPV6_PAYLOAD_LENGTH, 1460);
    reply_seal(&built);
    cr_assert_eq(built.length - built.ip, IPV6_MIN_MTU);
    cr_assert_eq(reply_builder_decode(&built, &reply), DECODE_ACCEPTED);
    cr_expect_not(reply.truncated);
}

Test(reply_defects, another_key_is_another_survey)
{
    struct layout_pair other = reply_builder_layouts;
    struct built_reply built = reply_build(probe, SENT_US, (struct reply_shape){0});
    struct built_reply built6 = reply_build(probe6, SENT_US, (struct reply_shape){0});
    struct reply reply;

    other.ipv4.key.k1 ^= 1;
    other.ipv6.key.k1 ^= 1;
    cr_expect_eq(reply_decode_ethernet(&other, built.frame, built.length, &reply), DECODE_REJECT_FORGED);
    cr_expect_eq(reply_decode_ethernet(&other, built6.frame, built6.length, &reply), DECODE_REJECT_FORGED);
}

/* Without padding or labels: nothing is read beyond the frame, and its end alone decides. */
static void expect_prefixes(const struct probe *of, struct reply_shape shape)
{
    struct built_reply built = reply_build(*of, SENT_US, shape);
    unsigned whole = built.length, icmp_end = built.icmp + ICMP_HEADER;
    unsigned quoted = (built.family == FAMILY_IPV4 ? QUOTATION_MIN : QUOTATION6_MIN) +
                      extension_chain_length(shape.quoted_chain);

    for (built.length = 0; built.length < whole; built.length++) {
        struct reply reply;
        enum decode_verdict verdict = reply_builder_decode(&built, &reply);

        if (built.length < icmp_end)
            cr_assert_eq(verdict, DECODE_REJECT_NOT_A_REPLY, "%u bytes", built.length);
        else if (built.length < icmp_end + quoted)
            cr_assert_eq(verdict, DECODE_REJECT_TRUNCATED, "%u bytes", built.length);
        else
            cr_assert(verdict == DECODE_ACCEPTED && reply.truncated, "%u bytes", built.length);
    }
}

/* With the smallest and the largest headers. */
Test(reply_defects, every_prefix_of_a_reply)
{
    for (unsigned tags = 0; tags <= 2; tags++) {
        for (uint8_t words = 5; words <= 15; words += 5)
            expect_prefixes(&probe,
                            (struct reply_shape){.tags = tags, .header_words = words, .quoted_length = 150});
        expect_prefixes(&probe6, (struct reply_shape){.tags = tags, .quoted_length = 150});
        expect_prefixes(
            &probe6,
            (struct reply_shape){.tags = tags, .chain = "hdrfd", .quoted_chain = "hr", .quoted_length = 150});
    }
}
