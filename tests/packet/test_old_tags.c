// SPDX-License-Identifier: GPL-2.0-or-later
/* A probe of a survey by hopwire 0.1 and the reply to it, as they were captured. */
#include "packet/old_tags.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "packet/reply.h"
#include "reply_parse.h"

static const struct siphash_key key = {0x1b3a7e6d288ff2f7, 0x52248996ac27df03};

/* TTL 2, flow 0, to 203.0.113.228 */
static const uint8_t probe[] = {
    0x76, 0x41, 0xcb, 0x83, 0xa2, 0x74, 0x9a, 0x73, 0xbc, 0x71, 0xcf, 0x5f, 0x08, 0x00, 0x45,
    0x00, 0x00, 0x1f, 0xd2, 0x06, 0x00, 0x00, 0x02, 0x11, 0x9f, 0xd9, 0x0a, 0x09, 0x00, 0x01,
    0xcb, 0x00, 0x71, 0xe4, 0x83, 0x66, 0x82, 0x9a, 0x00, 0x0b, 0xeb, 0x0c, 0xc7, 0xdb, 0x00,
};

static const uint8_t reply[] = {
    0x9a, 0x73, 0xbc, 0x71, 0xcf, 0x5f, 0x76, 0x41, 0xcb, 0x83, 0xa2, 0x74, 0x08, 0x00, 0x45,
    0xc0, 0x00, 0x3b, 0x6f, 0xce, 0x00, 0x00, 0x3f, 0x01, 0xf6, 0x1f, 0x0a, 0x09, 0x01, 0x02,
    0x0a, 0x09, 0x00, 0x01, 0x0b, 0x00, 0x3c, 0x0b, 0x00, 0x00, 0x00, 0x00, 0x45, 0x00, 0x00,
    0x1f, 0xd2, 0x06, 0x00, 0x00, 0x01, 0x11, 0xa0, 0xd9, 0x0a, 0x09, 0x00, 0x01, 0xcb, 0x00,
    0x71, 0xe4, 0x83, 0x66, 0x82, 0x9a, 0x00, 0x0b, 0xeb, 0x0c, 0xc7, 0xdb, 0x00,
};

enum {
    IP = ETHERNET_HEADER,
    QUOTATION = ETHERNET_HEADER + IPV4_HEADER + ICMP_HEADER,
    ROOM = 128,
};

static enum decode_verdict decode(const uint8_t *frame, struct reply *out)
{
    const struct layout_choice choice = layout_choose(&layouts[LAYOUT_UDP4], key);
    const struct layout_pair both = layout_pair_of(&choice);

    return reply_decode_ethernet(&both, frame, sizeof(reply), out);
}

Test(old_tags, a_captured_reply_is_understood)
{
    uint8_t frame[ROOM];
    struct reply got;

    memcpy(frame, reply, sizeof(reply));
    cr_assert_eq(decode(frame, &got), DECODE_ACCEPTED);
    cr_expect(got.rewritten, "today's tag is another");
    old_tags_renew(key, frame + IP, sizeof(reply) - IP);
    cr_assert_eq(decode(frame, &got), DECODE_ACCEPTED, "with its checksum right");
    cr_expect_not(got.rewritten);
    cr_expect_eq(got.quoted.probe.ttl, 2);
    cr_expect(address_equal(got.quoted.probe.target_address, IPV4(0xcb0071e4)));
    cr_expect_eq(got.quoted.sent_at, 0xd2eb0c);
}

Test(old_tags, a_captured_probe_is_ours)
{
    uint8_t frame[ROOM];
    struct quoted_probe got;

    memcpy(frame, probe, sizeof(probe));
    old_tags_renew(key, frame + IP, sizeof(probe) - IP);
    cr_assert_eq(udp4_recover(key, UDP4_PORT, frame + IP, frame + IP + 20, frame + ROOM, &got), PROBE_OURS);
    cr_expect_eq(got.sent_at, 0xd2eb0c);
}

/* What has no right tag of then is left as it is, to its last byte. */
Test(old_tags, others_are_left_alone)
{
    uint8_t frame[ROOM], before[ROOM];

    memcpy(frame, reply, sizeof(reply));
    frame[QUOTATION + 5] ^= 1;
    memcpy(before, frame, sizeof(reply));
    old_tags_renew(key, frame + IP, sizeof(reply) - IP);
    cr_expect_arr_eq(frame, before, sizeof(reply));
}

Test(old_tags, a_damaged_reply_stays_damaged)
{
    uint8_t frame[ROOM];
    struct reply got;

    memcpy(frame, reply, sizeof(reply));
    frame[IP + IPV4_HEADER + 2] ^= 1;
    old_tags_renew(key, frame + IP, sizeof(reply) - IP);
    cr_expect_eq(decode(frame, &got), DECODE_REJECT_ICMP_CHECKSUM);
}

Test(old_tags, every_cut_is_survived)
{
    for (size_t length = 0; length <= sizeof(reply) - IP; length++) {
        uint8_t *ip = malloc(length ? length : 1);

        memcpy(ip, reply + IP, length);
        old_tags_renew(key, ip, length);
        free(ip);
    }
}
