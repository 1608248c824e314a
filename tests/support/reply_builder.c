// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/reply_builder.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "ip_header.h"
#include "reference.h"
#include "support/guarded.h"

#define KEY                                                                                                  \
    {                                                                                                        \
        0x0123456789abcdefULL, 0xfedcba9876543210ULL                                                         \
    }

const struct layout_pair reply_builder_layouts = {
    .ipv4 = {&layouts[LAYOUT_UDP4], KEY, UDP4_PORT},
    .ipv6 = {&layouts[LAYOUT_UDP6], KEY, UDP6_PORT},
};

struct address reply_builder_source(enum address_family family)
{
    return family == FAMILY_IPV4 ? IPV4(REPLY_BUILDER_SOURCE) : (struct address){0x20010db8ULL << 32, 2};
}

struct address reply_builder_responder(enum address_family family)
{
    return family == FAMILY_IPV4 ? IPV4(REPLY_BUILDER_RESPONDER)
                                 : (struct address){0x3fffULL << 48, REPLY_BUILDER_RESPONDER};
}

static void seal_header(uint8_t *ip, unsigned length)
{
    store_be16(ip + IPV4_CHECKSUM, 0);
    store_be16(ip + IPV4_CHECKSUM, (uint16_t)~reference_sum(0, ip, length));
}

static unsigned craft(const struct probe *probe, uint32_t sent_us, uint8_t *ip)
{
    enum address_family family = address_family(probe->target_address);
    const struct layout_choice *choice = layout_of_family(&reply_builder_layouts, family);
    unsigned length = layout_craft_once(choice, reply_builder_source(family), probe, sent_us, ip);

    ip[family == FAMILY_IPV4 ? IPV4_TTL : IPV6_HOP_LIMIT] = 1;
    if (family == FAMILY_IPV4)
        seal_header(ip, IPV4_HEADER);
    return length;
}

struct built_reply reply_build(struct probe probe, uint32_t sent_us, struct reply_shape shape)
{
    struct built_reply reply = {.family = address_family(probe.target_address)};
    uint8_t quotation[REPLY_FRAME_MAX] = {0};
    unsigned crafted = craft(&probe, sent_us, quotation);

    shape.family = reply.family;
    shape.quotation = quotation;
    if (!shape.quoted_length)
        shape.quoted_length = reply.family == FAMILY_IPV4 ? QUOTATION_MIN : crafted;
    reply.length = reply_frame_build(&shape, reply.frame, &reply.ip);
    reply.icmp =
        reply.length - shape.quoted_length - extension_chain_length(shape.quoted_chain) - ICMP_HEADER;
    reply_seal(&reply);
    return reply;
}

uint8_t *reply_quotation(struct built_reply *reply)
{
    return reply->frame + reply->icmp + ICMP_HEADER;
}

void reply_set_length(struct built_reply *reply, unsigned length)
{
    uint8_t *ip = reply->frame + reply->ip;

    if (reply->family == FAMILY_IPV4)
        store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)length);
    else
        store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)(length - IPV6_HEADER));
    reply_seal(reply);
}

void reply_append(struct built_reply *reply, const uint8_t *bytes, unsigned length)
{
    size_t before = ip_length(reply->family, reply->frame + reply->ip);

    cr_assert_leq(reply->length + length, REPLY_FRAME_MAX);
    memcpy(reply->frame + reply->length, bytes, length);
    reply->length += length;
    reply_set_length(reply, (unsigned)before + length);
}

/* The sum of the pseudo-header (RFC 8200, section 8.1), which ICMP does not have. */
static uint16_t sum_before(const struct built_reply *reply, unsigned length)
{
    uint8_t pseudo[2 * IPV6_ADDRESS + 8] = {0};

    if (reply->family == FAMILY_IPV4)
        return 0;
    memcpy(pseudo, reply->frame + reply->ip + IPV6_SOURCE, 2 * IPV6_ADDRESS);
    store_be32(pseudo + 2 * IPV6_ADDRESS, length);
    pseudo[sizeof(pseudo) - 1] = PROTOCOL_ICMPV6;
    return reference_sum(0, pseudo, sizeof(pseudo));
}

void reply_seal(struct built_reply *reply)
{
    uint8_t *ip = reply->frame + reply->ip, *icmp = reply->frame + reply->icmp;
    unsigned end = reply->ip + (unsigned)ip_length(reply->family, ip);

    if (reply->family == FAMILY_IPV4)
        seal_header(ip, reply->icmp - reply->ip);
    if (end <= reply->icmp || end > REPLY_FRAME_MAX)
        return;
    store_be16(icmp + ICMP_CHECKSUM, 0);
    store_be16(icmp + ICMP_CHECKSUM,
               (uint16_t)~reference_sum(sum_before(reply, end - reply->icmp), icmp, end - reply->icmp));
}

enum decode_verdict reply_builder_decode(const struct built_reply *reply, struct reply *out)
{
    struct guarded guarded = guarded_make();
    const uint8_t *frame = guarded_copy(&guarded, reply->frame, reply->length);

    memset(out, 0xa5, sizeof(*out)); /* what was there before must not remain */
    enum decode_verdict verdict = reply_decode_ethernet(&reply_builder_layouts, frame, reply->length, out);

    guarded_free(&guarded);
    return verdict;
}
