// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "reference.h"
#include "table.h"

enum {
    MILLION = 1000000,
};

static const struct siphash_key key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};
static const uint32_t source = 0xc6120002; /* 198.18.0.2 */

/* Send times: both sides of each field's edge, and of the wrap after 24 bits. */
static const uint32_t times[] = {0,        1,        0xfffe,     0xffff,    0x10000,    0x10001,
                                 0x123456, 0xff0000, 0xffffff,   0x1000000, 0x7fffffff, 0xabcd0000,
                                 0xffff,   0x800000, 0xfffeffff, 0xffffffff};
static const uint16_t flows[] = {0, 1, 255, 0xffff - UDP4_PORT};

static unsigned craft(struct probe probe, uint32_t now_us, uint8_t ip[UDP4_LONGEST])
{
    struct layout_template template;

    udp4_template_init(&template, key, address_of_ipv4(source), UDP4_PORT);
    udp4_prepare(&template, ip);
    return udp4_craft(&template, &probe, now_us, ip);
}

/* The sum over pseudo-header and datagram (RFC 768): all ones where the checksum is right. */
static uint16_t udp_sum(const uint8_t *ip, unsigned length)
{
    uint8_t pseudo[12];

    memcpy(pseudo, ip + 12, 8);
    pseudo[8] = 0;
    pseudo[9] = ip[9];
    memcpy(pseudo + 10, ip + 24, 2);
    return reference_sum(reference_sum(0, pseudo, sizeof(pseudo)), ip + 20, length - 20);
}

static void expect_well_formed(struct probe probe, uint32_t now_us, const uint8_t *ip, unsigned length)
{
    cr_assert_eq(length, 20U + 8 + 1 + probe.ttl);
    cr_assert_eq(load_be16(ip + 2), length, "IP total length");
    cr_assert_eq(load_be16(ip + 24), length - 20, "UDP length");
    cr_assert_eq(reference_sum(0, ip, 20), 0xffff, "IP checksum, TTL %u at %#x", probe.ttl, now_us);
    cr_assert_eq(udp_sum(ip, length), 0xffff, "UDP checksum, TTL %u at %#x", probe.ttl, now_us);
    cr_assert_neq(load_be16(ip + 26), 0, "a UDP checksum of 0 means none");
    cr_assert_neq(load_be16(ip + 4), 0, "an ID of 0 is filled in by others");
    cr_assert_eq(load_be16(ip + 6), 0, "neither DF nor a fragment");
    cr_assert_eq(ip[8], probe.ttl);
    for (unsigned i = 30; i < length; i++)
        cr_assert_eq(ip[i], 0, "payload byte %u", i);
}

/* As reply_parse.h gives it: the UDP header is where the quoted header ends. */
static enum probe_origin recover(struct siphash_key with, const uint8_t *ip, struct quoted_probe *out)
{
    unsigned header_length = (ip[0] & 0xfU) * 4;
    const uint8_t *udp = ip + (header_length < 20 ? 20 : header_length);

    return udp4_recover(with, UDP4_PORT, ip, udp, udp + UDP_HEADER, out);
}

static void expect_recovered(struct probe probe, uint32_t now_us, const uint8_t *ip)
{
    struct quoted_probe quoted;

    cr_assert_eq(recover(key, ip, &quoted), PROBE_OURS, "TTL %u at %#x", probe.ttl, now_us);
    cr_assert(address_equal(quoted.source, IPV4(source)));
    cr_assert(address_equal(quoted.probe.target_address, probe.target_address));
    cr_assert_eq(quoted.probe.flow, probe.flow);
    cr_assert_eq(quoted.probe.ttl, probe.ttl);
    cr_assert_eq(quoted.quoted_ttl, probe.ttl);
    cr_assert_eq(quoted.sent_at, udp4_wire_time(now_us) & PROBE_TIME_MASK);
}

Test(layout_udp4, every_probe_is_well_formed_and_recovered)
{
    uint64_t random = 1;
    uint8_t ip[UDP4_LONGEST];

    for (unsigned ttl = 1; ttl <= PROBE_MAX_TTL; ttl++)
        for (size_t flow = 0; flow < COUNT(flows); flow++)
            for (size_t time = 0; time < COUNT(times); time++)
                for (int target = 0; target < 20; target++) {
                    struct probe probe = {.target_address = IPV4(reference_random(&random)),
                                          .flow = flows[flow],
                                          .ttl = (uint8_t)ttl};
                    unsigned length = craft(probe, times[time], ip);

                    expect_well_formed(probe, times[time], ip, length);
                    expect_recovered(probe, times[time], ip);
                }
}

Test(layout_udp4, extreme_addresses_keep_their_checksums)
{
    static const uint32_t extremes[] = {0, 1, 0xffff, 0x10000, 0xffff0000, 0x7fffffff, 0xffffffff};
    uint8_t ip[UDP4_LONGEST];

    for (size_t i = 0; i < COUNT(extremes); i++)
        for (uint32_t now_us = 0; now_us < 0x20000; now_us += 7) {
            struct probe probe = {
                .target_address = IPV4(extremes[i]), .flow = 0, .ttl = (uint8_t)(1 + now_us % PROBE_MAX_TTL)};
            unsigned length = craft(probe, now_us, ip);

            expect_well_formed(probe, now_us, ip, length);
            expect_recovered(probe, now_us, ip);
        }
}

Test(layout_udp4, a_packet_is_patched_again_and_again)
{
    struct layout_template template;
    uint8_t patched[UDP4_LONGEST], fresh[UDP4_LONGEST];
    uint64_t random = 2;

    udp4_template_init(&template, key, address_of_ipv4(source), UDP4_PORT);
    udp4_prepare(&template, patched);
    for (int round = 0; round < 10000; round++) {
        struct probe probe = {.target_address = IPV4(reference_random(&random)),
                              .flow = (uint16_t)(round % 256),
                              .ttl = (uint8_t)(1 + reference_random(&random) % PROBE_MAX_TTL)};
        uint32_t now_us = (uint32_t)reference_random(&random);
        unsigned length = udp4_craft(&template, &probe, now_us, patched);

        cr_assert_eq(craft(probe, now_us, fresh), length);
        cr_assert_arr_eq(patched, fresh, length);
    }
}

/* Paris traceroute: what routers hash depends on target and flow alone. */
Test(layout_udp4, ports_depend_on_target_and_flow_alone)
{
    uint8_t first[UDP4_LONGEST], other[UDP4_LONGEST];
    uint64_t random = 3;

    for (int round = 0; round < 1000; round++) {
        struct probe probe = {
            .target_address = IPV4(reference_random(&random)), .flow = (uint16_t)(round % 256), .ttl = 1};

        craft(probe, (uint32_t)reference_random(&random), first);
        probe.ttl = (uint8_t)(1 + reference_random(&random) % PROBE_MAX_TTL);
        craft(probe, (uint32_t)reference_random(&random), other);
        cr_assert_arr_eq(first + 20, other + 20, 4);
        cr_assert_eq(first[1], other[1]);
    }
}

Test(layout_udp4, the_wire_time_skips_what_it_cannot_carry)
{
    cr_assert_eq(udp4_wire_time(0), 1);
    cr_assert_eq(udp4_wire_time(1), 1);
    cr_assert_eq(udp4_wire_time(0xffff), 0xffff);
    cr_assert_eq(udp4_wire_time(0x10000), 0x10001);
    cr_assert_eq(udp4_wire_time(0xffff0000), 0xffff0001);
}

/* What a middlebox does that translates the destination and keeps the UDP checksum true (RFC 3022). */
static void translate_target(uint8_t ip[UDP4_LONGEST], unsigned length, uint32_t target)
{
    store_be32(ip + 16, target);
    store_be16(ip + 26, 0);
    store_be16(ip + 26, (uint16_t)~udp_sum(ip, length));
}

Test(layout_udp4, a_translated_probe_is_told_apart)
{
    uint8_t ip[UDP4_LONGEST];
    uint64_t random = 4;

    for (int round = 0; round < 1000; round++) {
        struct probe probe = {.target_address = IPV4(reference_random(&random)),
                              .flow = 5,
                              .ttl = (uint8_t)(1 + round % PROBE_MAX_TTL)};
        unsigned length = craft(probe, (uint32_t)reference_random(&random), ip);
        struct quoted_probe quoted;

        translate_target(ip, length, 0x0a000001);
        cr_assert_eq(recover(key, ip, &quoted), PROBE_REWRITTEN);
        cr_assert(address_equal(quoted.probe.target_address, IPV4(0x0a000001)));
        cr_assert_eq(quoted.probe.ttl, probe.ttl);
        cr_assert_eq(quoted.probe.flow, probe.flow);
    }
}

/*
 * How the judgement takes one bit that changed on the way, by the byte where it is. What a tag covers it
 * guards up to a chance: one change in 2^8 agrees with T2 all the same, one in 2^15 with T1.
 */
struct flip_rule {
    unsigned first, last;
    enum probe_origin origin;
    double chance; /* of another judgement */
};

static const struct flip_rule flip_rules[] = {
    {0, 0, PROBE_FOREIGN, 0},           /* version, header length: where are the ports? */
    {1, 1, PROBE_OURS, 0},              /* TOS */
    {2, 3, PROBE_OURS, 1.0 / 256},      /* total length: the TTL is in the UDP length, too */
    {4, 4, PROBE_UNTIMED, 1.0 / 256},   /* time, bits 16-23 */
    {5, 5, PROBE_UNTIMED, 0},           /* T2 */
    {6, 8, PROBE_OURS, 0},              /* fragment, TTL */
    {9, 9, PROBE_OURS, 0},              /* protocol */
    {10, 11, PROBE_OURS, 0},            /* IP checksum */
    {12, 19, PROBE_FORGED, 2.0 / 256},  /* addresses, with a checksum that does not follow */
    {20, 21, PROBE_FORGED, 2.0 / 256},  /* source port, likewise */
    {22, 23, PROBE_FORGED, 2.0 / 256},  /* destination port */
    {24, 25, PROBE_OURS, 1.0 / 256},    /* UDP length: the TTL is in the total length, too */
    {26, 27, PROBE_UNTIMED, 1.0 / 256}, /* time, bits 0-15 */
};

/* Without a right tag, what no longer looks like ours is somebody else's. */
static enum probe_origin expected_after_flip(const struct flip_rule *rule, const uint8_t *ip)
{
    bool looks_like_ours = (ip[20] & 0x80) && load_be16(ip + 22) >= UDP4_PORT;

    return looks_like_ours || rule->origin != PROBE_FORGED ? rule->origin : PROBE_FOREIGN;
}

static void flip_and_judge(const struct flip_rule *rule, unsigned rounds)
{
    uint64_t random = 5 + rule->first;
    uint8_t ip[128] = {0}; /* room for the longest header that a flip can claim */
    unsigned flips = 0, others = 0;

    for (unsigned round = 0; round < rounds; round++) {
        struct probe probe = {.target_address = IPV4(reference_random(&random)),
                              .flow = flows[round % COUNT(flows)],
                              .ttl = (uint8_t)(1 + round % PROBE_MAX_TTL)};

        craft(probe, (uint32_t)reference_random(&random), ip);
        for (unsigned bit = 8 * rule->first; bit < 8 * (rule->last + 1); bit++, flips++) {
            struct quoted_probe quoted;

            ip[bit / 8] ^= (uint8_t)(1 << bit % 8);
            others += recover(key, ip, &quoted) != expected_after_flip(rule, ip);
            ip[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    cr_expect_leq(others, (unsigned)(1.5 * rule->chance * flips), "bytes %u-%u: %u of %u judged otherwise",
                  rule->first, rule->last, others, flips);
}

Test(layout_udp4, every_flipped_bit_is_judged_as_documented)
{
    for (size_t i = 0; i < COUNT(flip_rules); i++)
        flip_and_judge(&flip_rules[i], 10000);
}

static uint16_t source_port_of(uint32_t target, uint16_t flow)
{
    uint8_t ip[UDP4_LONGEST];

    craft((struct probe){.target_address = IPV4(target), .flow = flow, .ttl = 9}, 1, ip);
    return load_be16(ip + 20);
}

Test(layout_udp4, the_target_tag_covers_target_and_flow)
{
    unsigned same_target = 0, same_flow = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        same_target += source_port_of(i, 0) == source_port_of(i + 1, 0);
        same_flow += source_port_of(i, 0) == source_port_of(i, 1);
    }
    /* Two of 15 bits agree once in 32,768 times. */
    cr_expect_leq(same_target, 2);
    cr_expect_leq(same_flow, 2);
}

Test(layout_udp4, the_probe_tag_covers_the_ttl)
{
    uint8_t ip[UDP4_LONGEST];
    struct quoted_probe quoted;
    unsigned untimed = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        craft((struct probe){.target_address = IPV4(i), .flow = 0, .ttl = 9}, i, ip);
        store_be16(ip + 2, UDP4_LENGTH(10));
        store_be16(ip + 24, UDP4_LENGTH(10) - 20);
        untimed += recover(key, ip, &quoted) == PROBE_UNTIMED;
    }
    /* All but 2^-8 of them, which are four. */
    cr_expect_geq(untimed, 985);
}

/* A quotation with the shape of our probes and everything else by chance. */
static void shape_like_a_probe(uint64_t *random, uint8_t ip[UDP4_HEADERS])
{
    unsigned udp_length = 10 + (unsigned)(reference_random(random) % PROBE_MAX_TTL);

    reference_random_bytes(random, ip, UDP4_HEADERS);
    ip[0] = IPV4_FIRST_BYTE;
    ip[9] = PROTOCOL_UDP;
    ip[20] |= 0x80;
    store_be16(ip + 2, (uint16_t)(udp_length + 20));
    store_be16(ip + 22, (uint16_t)(UDP4_PORT + reference_random(random) % (udp4_max_flow(UDP4_PORT) + 1)));
    store_be16(ip + 24, (uint16_t)udp_length);
}

/* How many of a million unrelated quotations were judged how, each `spoiled` first. */
static void judge_unrelated(void (*spoil)(uint8_t *ip), unsigned judged[PROBE_OURS + 1])
{
    uint8_t ip[128] = {0};
    struct quoted_probe quoted;
    uint64_t random = 6;

    for (unsigned round = 0; round < MILLION; round++) {
        shape_like_a_probe(&random, ip);
        if (spoil)
            spoil(ip);
        judged[recover(key, ip, &quoted)]++;
    }
}

Test(layout_udp4, unrelated_tags_pass_within_the_bounds)
{
    unsigned judged[PROBE_OURS + 1] = {0};

    judge_unrelated(NULL, judged);
    cr_expect_eq(judged[PROBE_FOREIGN], 0);
    /* 2^-8 is 3,906 of a million with a deviation of 62; 2^-15 is 31, one of 6; 2^-23 hardly ever one. */
    cr_expect_leq(judged[PROBE_REWRITTEN], MILLION / 256 + 5 * 62, "%u", judged[PROBE_REWRITTEN]);
    cr_expect_geq(judged[PROBE_REWRITTEN], MILLION / 256 - 5 * 62, "%u", judged[PROBE_REWRITTEN]);
    cr_expect_leq(judged[PROBE_UNTIMED], 31 + 5 * 6, "%u", judged[PROBE_UNTIMED]);
    cr_expect_geq(judged[PROBE_UNTIMED], 31 - 5 * 6, "%u", judged[PROBE_UNTIMED]);
    cr_expect_leq(judged[PROBE_OURS], 1);
}

static void add_20_to_length(uint8_t *ip)
{
    store_be16(ip + 2, (uint16_t)(load_be16(ip + 2) + 20));
}

static void swap_length(uint8_t *ip)
{
    store_be16(ip + 2, __builtin_bswap16(load_be16(ip + 2)));
}

static void change_protocol(uint8_t *ip)
{
    ip[9] = 6;
}

/* Whatever is read in two ways is so only where T1 is right: no second chance for T2 alone. */
Test(layout_udp4, other_readings_keep_the_bounds)
{
    void (*const ways[])(uint8_t *) = {add_20_to_length, swap_length};

    for (size_t i = 0; i < COUNT(ways); i++) {
        unsigned judged[PROBE_OURS + 1] = {0};

        judge_unrelated(ways[i], judged);
        cr_expect_leq(judged[PROBE_REWRITTEN], MILLION / 256 + 5 * 62, "%u", judged[PROBE_REWRITTEN]);
        cr_expect_leq(judged[PROBE_UNTIMED], 31 + 5 * 6, "%u", judged[PROBE_UNTIMED]);
        cr_expect_leq(judged[PROBE_OURS], 2);
    }
}

Test(layout_udp4, of_other_protocols_nothing_passes_with_one_tag)
{
    unsigned judged[PROBE_OURS + 1] = {0};

    judge_unrelated(change_protocol, judged);
    cr_expect_geq(judged[PROBE_FOREIGN], MILLION - 1);
}

Test(layout_udp4, another_survey_is_not_ours)
{
    struct siphash_key other = {key.k0 ^ 1, key.k1};
    uint8_t ip[UDP4_LONGEST];
    struct quoted_probe quoted;
    unsigned ours = 0;
    uint64_t random = 7;

    for (int round = 0; round < 10000; round++) {
        craft((struct probe){.target_address = IPV4(reference_random(&random)), .flow = 0, .ttl = 9},
              (uint32_t)round, ip);
        ours += recover(other, ip, &quoted) == PROBE_OURS;
    }
    cr_assert_eq(ours, 0);
}
