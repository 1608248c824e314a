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

enum {
    SENT_US = 0x123456,
    ETHERNET_MIN = 60,
};

/* A quotation shaped like a probe, its tags by chance; all else is right. */
static void quote_by_chance(struct built_reply *reply, uint64_t *random)
{
    uint8_t *ip = reply_quotation(reply);
    unsigned udp_length = 10 + (unsigned)(reference_random(random) % PROBE_MAX_TTL);

    reference_random_bytes(random, ip + 4, 2);
    reference_random_bytes(random, ip + 12, 16);
    ip[20] |= 0x80;
    ip[22] |= 0x83; /* at least 33,536 */
    store_be16(ip + 2, (uint16_t)(udp_length + 20));
    store_be16(ip + 24, (uint16_t)udp_length);
    reply_seal(reply);
}

Test(reply_random, tags_by_chance_pass_within_the_bounds)
{
    const unsigned rounds = 500000;
    struct built_reply built = reply_build(probe, SENT_US, (struct reply_shape){0});
    unsigned rewritten = 0, ours = 0;
    uint64_t random = 1;

    for (unsigned round = 0; round < rounds; round++) {
        struct reply reply;

        quote_by_chance(&built, &random);
        enum decode_verdict verdict =
            reply_decode_ethernet(&reply_builder_layouts, built.frame, built.length, &reply);
        if (verdict != DECODE_ACCEPTED)
            cr_assert_eq(verdict, DECODE_REJECT_FORGED);
        else if (reply.rewritten)
            rewritten++;
        else
            ours++;
    }
    /* 2^-8 of them are 1,953 with a deviation of 44, 2^-23 are none. */
    cr_expect_leq(rewritten, rounds / 256 + 5 * 44, "%u rewritten", rewritten);
    cr_expect_geq(rewritten, rounds / 256 - 5 * 44, "%u rewritten", rewritten);
    cr_expect_leq(ours, 1);
}

Test(reply_random, random_frames_are_never_accepted)
{
    struct guarded guarded = guarded_make();
    uint8_t frame[128];
    uint64_t random = 2;

    for (unsigned round = 0; round < 250000; round++) {
        size_t length = reference_random(&random) % (sizeof(frame) + 1);
        struct reply reply;

        reference_random_bytes(&random, frame, length);
        if (length >= ETHERNET_MIN) { /* else nearly all would end at the ethertype */
            store_be16(frame + 12, ETHERTYPE_IPV4);
            frame[14] = 0x45;
            frame[23] = 1;
            frame[34] = ICMP_TIME_EXCEEDED_TYPE;
        }
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

/*
 * Damage on the way. Where a frame is accepted all the same, the damage was in the Ethernet header, or
 * the checksums let it pass (2^-16): then the tags make sure that no other probe is taken for ours. Where
 * both lengths are damaged, T2 alone speaks for the TTL: it agrees with one damage in 2^8.
 */
Test(reply_random, damaged_frames_name_no_other_probe)
{
    const struct built_reply whole = reply_build(probe, SENT_US, (struct reply_shape){.tags = 1});
    struct guarded guarded = guarded_make();
    unsigned accepted = 0, others = 0;
    uint64_t random = 3;

    for (unsigned round = 0; round < 250000; round++) {
        struct built_reply built = whole;
        struct reply reply;

        mutate(&built, &random);
        if (round % 4 == 0) /* as if the damage had come before the checksums */
            reply_seal(&built);
        built.length -= round % 3 == 0 ? (unsigned)(reference_random(&random) % built.length) : 0;
        const uint8_t *frame = guarded_copy(&guarded, built.frame, built.length);
        if (reply_decode_ethernet(&reply_builder_layouts, frame, built.length, &reply) != DECODE_ACCEPTED ||
            reply.rewritten)
            continue;
        accepted++;
        others += !address_equal(reply.quoted.probe.target_address, probe.target_address) ||
                  reply.quoted.probe.ttl != probe.ttl || reply.quoted.probe.flow != probe.flow;
    }
    cr_expect_gt(accepted, 0);
    cr_expect_leq(others, accepted / 4096, "%u of %u", others, accepted);
    guarded_free(&guarded);
}
