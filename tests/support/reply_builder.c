// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/reply_builder.h"

#include <criterion/criterion.h>

#include "reference.h"

const struct layout_pair reply_builder_layouts = {
    .ipv4 = {&layouts[LAYOUT_UDP4], {0x0123456789abcdefULL, 0xfedcba9876543210ULL}, UDP4_PORT},
};

static void craft(const struct probe *probe, uint32_t sent_us, uint8_t ip[UDP4_LONGEST])
{
    struct layout_template template;

    udp4_template_init(&template, reply_builder_layouts.ipv4.key, address_of_ipv4(REPLY_BUILDER_SOURCE),
                       UDP4_PORT);
    udp4_prepare(&template, ip);
    udp4_craft(&template, probe, sent_us, ip);
    ip[8] = 1;
    store_be16(ip + 10, 0);
    store_be16(ip + 10, (uint16_t)~reference_sum(0, ip, 20));
}

struct built_reply reply_build(struct probe probe, uint32_t sent_us, struct reply_shape shape)
{
    uint8_t quotation[REPLY_FRAME_MAX] = {0};
    struct built_reply reply = {0};

    craft(&probe, sent_us, quotation);
    shape.quotation = quotation;
    if (!shape.quoted_length)
        shape.quoted_length = QUOTATION_MIN;
    reply.length = reply_frame_build(&shape, reply.frame, &reply.ip);
    reply.icmp = reply.length - shape.quoted_length - ICMP_HEADER;
    reply_seal(&reply);
    return reply;
}

uint8_t *reply_quotation(struct built_reply *reply)
{
    return reply->frame + reply->icmp + ICMP_HEADER;
}

void reply_append(struct built_reply *reply, const uint8_t *bytes, unsigned length)
{
    uint8_t *total_length = reply->frame + reply->ip + 2;

    cr_assert_leq(reply->length + length, REPLY_FRAME_MAX);
    memcpy(reply->frame + reply->length, bytes, length);
    reply->length += length;
    store_be16(total_length, (uint16_t)(load_be16(total_length) + length));
    reply_seal(reply);
}

static void seal(uint8_t *checksum, const uint8_t *bytes, unsigned length)
{
    store_be16(checksum, 0);
    store_be16(checksum, (uint16_t)~reference_sum(0, bytes, length));
}

void reply_seal(struct built_reply *reply)
{
    uint8_t *ip = reply->frame + reply->ip, *icmp = reply->frame + reply->icmp;
    unsigned end = reply->ip + load_be16(ip + 2);

    seal(ip + 10, ip, reply->icmp - reply->ip);
    if (end > reply->icmp && end <= REPLY_FRAME_MAX)
        seal(icmp + 2, icmp, end - reply->icmp);
}
