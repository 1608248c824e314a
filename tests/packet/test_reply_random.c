// SPDX-License-Identifier: GPL-2.0-or-later
/* A million frames by chance: what the decoder accepts stays within the bounds of the tags. */
#include <criterion/criterion.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "packet/reply.h"
#include "reference.h"
#include "support/guarded.h"
#include "support/reply_builder.h"

static const struct probe probe = {.target_address = IPV4(0x08080808), .flow = 3, .ttl = 9};
static const struct probe probe6 = {.target_address = {0x2001486048600000ULL, 0x8888}, .flow = 3, .ttl = 9};

enum {
    SENT_US = 0x123456,
    ETHERNET_MIN = 60,
};

/* A quotation shaped like a probe, its tags by chance; all else is right. */
static void quote_by_chance(struct built_reply *reply, uint64_t *random)
{
    uint8_t *ip = reply_quotation(reply), *udp = ip + IPV4_HEADER;
    unsigned udp_length = UDP4_EMPTY + 1 + (unsigned)(reference_random(random) % PROBE_MAX_TTL);

    reference_random_bytes(random, ip + IPV4_ID, 2);
    reference_random_bytes(random, ip + IPV4_SOURCE, 16);
    udp[PORT_SOURCE] |= 0x80;
    udp[PORT_DESTINATION] |= 0x83; /* at least 33,536 */
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(udp_length + IPV4_HEADER));
    store_be16(udp + UDP_LENGTH, (uint16_t)udp_length);
    reply_seal(reply);
}

static void quote_by_chance6(struct built_reply *reply, uint64_t *random)
{
    uint8_t *ip = reply_quotation(reply), *udp = ip + IPV6_HEADER;
    uint16_t length = load_be16(ip + IPV6_PAYLOAD_LENGTH);

    store_be32(ip, IPV6_FIRST_WORD | (reference_random(random) & IPV6_FLOW_LABEL));
    reference_random_bytes(random, ip + IPV6_SOURCE, length + 2U * IPV6_ADDRESS);
    udp[PORT_SOURCE] |= 0x80;
    udp[PORT_DESTINATION] |= 0x83;
    store_be16(udp + UDP_LENGTH, length);
    reply_seal(reply);
}

/* What is accepted of so many replies to nobody's probes. */
static void count_by_chance(const struct probe *of, void (*quote)(struct built_reply *, uint64_t *),
                            unsigned rounds, unsigned *rewritten, unsigned *ours)
{
    struct built_reply built = reply_build(*of, SENT_US, (struct reply_shape){0});
    uint64_t random = 1;

    for (unsigned round = 0; round < rounds; round++) {
        struct reply reply;

        quote(&built, &random);
        enum decode_verdict verdict =
            reply_decode_ethernet(&reply_builder_layouts, built.frame, built.length, &reply);
        if (verdict != DECODE_ACCEPTED)
            cr_assert_eq(verdict, DECODE_REJECT_FORGED);
        else
            ++*(reply.rewritten ? rewritten : ours);
    }
}

Test(reply_random, tags_by_chance_pass_within_the_bounds)
{
    const unsigned rounds = 500000;
    unsigned rewritten = 0, ours = 0;

    count_by_chance(&probe, quote_by_chance, rounds, &rewritten, &ours);
    /* 2^-8 of them are 1,953 with a deviation of 44, 2^-23 are none. */
    cr_expect_leq(rewritten, rounds / 256 + 5 * 44, "%u rewritten", rewritten);
    cr_expect_geq(rewritten, rounds / 256 - 5 * 44, "%u rewritten", rewritten);
    cr_expect_leq(ours, 1);
}

/* Two fields of T1 are right once in 2^30 times, T2 once in 2^64. */
Test(reply_random, tags_of_ipv6_by_chance_do_not_pass)
{
    unsigned rewritten = 0, ours = 0;

    count_by_chance(&probe6, quote_by_chance6, 500000, &rewritten, &ours);
    cr_expect_eq(rewritten, 0);
    cr_expect_eq(ours, 0);
}

/* Else nearly all would end at the EtherType. */
static void shape(enum address_family family, uint8_t *frame)
{
    bool ipv4 = family == FAMILY_IPV4;
    uint8_t *ip = frame + ETHERNET_HEADER;

    store_be16(frame + ETHERNET_TYPE, ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    ip[0] = ipv4 ? IPV4_FIRST_BYTE : 0x60;
    ip[ipv4 ? IPV4_PROTOCOL : IPV6_NEXT_HEADER] = ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    ip[ipv4 ? IPV4_HEADER : IPV6_HEADER] = ipv4 ? ICMP_TIME_EXCEEDED_TYPE : ICMP6_TIME_EXCEEDED_TYPE;
}

Test(reply_random, random_frames_are_never_accepted)
{
    struct guarded guarded = guarded_make();
    uint8_t frame[160];
    uint64_t random = 2;

    for (unsigned round = 0; round < 500000; round++) {
        size_t length = reference_random(&random) % (sizeof(frame) + 1);
        struct reply reply;

        reference_random_bytes(&random, frame, length);
        if (length >= ETHERNET_MIN)
            shape(round % 2 ? FAMILY_IPV4 : FAMILY_IPV6, frame);
        cr_assert_neq(reply_decode_ethernet(&reply_builder_layouts, guarded_copy(&guarded, frame, length),
                                            length, &reply),
                      DECODE_ACCEPTED);
    }
    guarded_free(&guarded);
}

static void mutate(struct built_reply *reply, uint64_t *random)
{
    for (unsigned changes = 1 + (unsigned)(reference_random(random) % 4); changes > 0; changes--)
        reply->frame[reference_random(random) % reply->length] = (uint8_t)reference_random(random);
}

/* Of so many damaged replies: those that are accepted, and those of them that name another probe. */
static void count_damaged(const struct built_reply *whole, const struct probe *of, unsigned *accepted,
                          unsigned *others)
{
    struct guarded guarded = guarded_make();
    uint64_t random = 3;

    for (unsigned round = 0; round < 250000; round++) {
        struct built_reply built = *whole;
        struct reply reply;

        mutate(&built, &random);
        if (round % 4 == 0) /* as if the damage had come before the checksums */
            reply_seal(&built);
        built.length -= round % 3 == 0 ? (unsigned)(reference_random(&random) % built.length) : 0;
        const uint8_t *frame = guarded_copy(&guarded, built.frame, built.length);
        if (reply_decode_ethernet(&reply_builder_layouts, frame, built.length, &reply) != DECODE_ACCEPTED ||
            reply.rewritten)
            continue;
        ++*accepted;
        *others += !address_equal(reply.quoted.probe.target_address, of->target_address) ||
                   reply.quoted.probe.ttl != of->ttl || reply.quoted.probe.flow != of->flow;
    }
    guarded_free(&guarded);
}

/*
 * Damage on the way. Where a frame is accepted all the same, the damage was in the Ethernet header, or
 * the checksums let it pass (2^-16): then the tags make sure that no other probe is taken for ours. Where
 * both lengths are damaged, T2 alone speaks for the TTL: it agrees with one damage in 2^8.
 */
Test(reply_random, damaged_frames_name_no_other_probe)
{
    const struct built_reply whole = reply_build(probe, SENT_US, (struct reply_shape){.tags = 1});
    unsigned accepted = 0, others = 0;

    count_damaged(&whole, &probe, &accepted, &others);
    cr_expect_gt(accepted, 0);
    cr_expect_leq(others, accepted / 4096, "%u of %u", others, accepted);
}

/* Of IPv6 the stamp has its own proof. Where frames end before it, so that no checksum can be checked, the UDP
 * length alone speaks for the hop limit. */
Test(reply_random, damaged_frames_of_ipv6_name_no_other_probe)
{
    const struct built_reply whole =
        reply_build(probe6, SENT_US, (struct reply_shape){.tags = 1, .chain = "hd", .quoted_chain = "r"});
    unsigned accepted = 0, others = 0;

    count_damaged(&whole, &probe6, &accepted, &others);
    cr_expect_gt(accepted, 0);
    cr_expect_leq(others, accepted / 128, "%u of %u", others, accepted);
}
