// SPDX-License-Identifier: GPL-2.0-or-later
/* The reply filter against userspace, and against its bounds, on frames by chance. */
#include "addresses.h"
#include "bpf/reply_filter_run.h"
#include "reference.h"

static struct address random_target(uint64_t *random, enum address_family family)
{
    uint64_t draw = reference_random(random);

    return family == FAMILY_IPV4 ? IPV4(draw) : (struct address){0x2000ULL << 48 | draw >> 16, draw << 1};
}

static struct probe random_probe(uint64_t *random, enum address_family family)
{
    uint64_t draw = reference_random(random);

    return (struct probe){.target_address = random_target(random, family),
                          .flow = (uint16_t)(draw & 0xff),
                          .ttl = (uint8_t)(1 + (draw >> 8) % PROBE_MAX_TTL)};
}

/* A quotation shaped like a probe of ours, with tags by chance; returns its length. */
static unsigned make_forgery(uint64_t *random, enum address_family family, uint8_t ip[LAYOUT_LONGEST])
{
    bool ipv4 = family == FAMILY_IPV4;
    uint8_t *udp = ip + (ipv4 ? IPV4_HEADER : IPV6_HEADER);
    unsigned length = filter_craft(random_probe(random, family), (uint32_t)reference_random(random), ip);

    if (ipv4)
        store_be16(ip + IPV4_ID, (uint16_t)reference_random(random));
    else
        reference_random_bytes(random, udp + UDP_CHECKSUM, 2 + STAMP_LENGTH);
    store_be16(udp + PORT_SOURCE, (uint16_t)(LAYOUT_PORTS | reference_random(random)));
    store_be16(udp + PORT_DESTINATION, (uint16_t)(UDP4_PORT + reference_random(random) % 256));
    return length;
}

static unsigned make_reply(uint64_t *random, enum address_family family, uint8_t frame[REPLY_FRAME_MAX])
{
    static const char *const chains[] = {NULL, NULL, NULL, "h", "d", "hr", "f", "m", "l", "hdrfd"};
    bool ipv4 = family == FAMILY_IPV4;
    uint64_t draw = reference_random(random);
    uint8_t quotation[LAYOUT_LONGEST];
    unsigned least = ipv4 ? QUOTATION_MIN : QUOTATION6_MIN;
    struct reply_shape shape = {
        .family = family,
        .tags = (unsigned)(draw >> 8) % 4,
        .header_words = (uint8_t)(4 + (draw >> 16) % 12),
        .icmp_type = (draw >> 24) % 2 ? (ipv4 ? ICMP_DESTINATION_UNREACHABLE : ICMP6_PACKET_TOO_BIG)
                                      : (ipv4 ? ICMP_TIME_EXCEEDED_TYPE : ICMP6_TIME_EXCEEDED_TYPE),
        .icmp_code = (uint8_t)(draw >> 32),
        .chain = chains[(draw >> 48) % 10],
        .quoted_chain = chains[(draw >> 56) % 10],
        .quotation = quotation,
        .quoted_length = least - 4 + (unsigned)(draw >> 40) % (least + 1),
    };
    unsigned length = draw % 4 == 0 ? make_forgery(random, family, quotation)
                                    : filter_craft(random_probe(random, family), (uint32_t)draw, quotation);

    if (shape.quoted_length > length)
        shape.quoted_length = length;
    return reply_frame_build(&shape, frame, NULL);
}

/* Up to three changes: a bit, a byte, or where the frame ends. */
static unsigned mutate(uint64_t *random, uint8_t *frame, unsigned length)
{
    for (unsigned changes = (unsigned)(reference_random(random) % 4); changes > 0; changes--) {
        uint64_t draw = reference_random(random);
        unsigned place = (unsigned)(draw >> 32) % length;

        if (draw % 3 == 0)
            frame[place] ^= (uint8_t)(1 << (draw >> 8) % 8);
        else if (draw % 3 == 1)
            frame[place] = (uint8_t)(draw >> 8);
        else if (place >= ETHERNET_HEADER) /* the kernel runs no program on less */
            length = place;
    }
    return length;
}

static unsigned make_frame(uint64_t *random, enum address_family family, uint8_t frame[REPLY_FRAME_MAX])
{
    if (reference_random(random) % 16 == 0) {
        unsigned length = ETHERNET_HEADER + (unsigned)(reference_random(random) % 100);

        reference_random_bytes(random, frame, length);
        return length;
    }
    return mutate(random, frame, make_reply(random, family, frame));
}

static void expect_agreement(enum address_family family)
{
    const unsigned frames = 1000000;
    struct filter filter = filter_load();
    struct filter_counters expected = {.count[FILTER_RECEIVED] = frames}, counted;
    uint8_t frame[REPLY_FRAME_MAX];
    uint64_t random = 1, sum = 0;

    filter_add_socket(&filter);
    for (unsigned i = 0; i < frames; i++) {
        unsigned length = make_frame(&random, family, frame);
        enum filter_counter verdict = filter_judge(frame, length);
        uint32_t action = filter_run(&filter, frame, length, NULL, NULL);

        cr_assert_eq(action, verdict == FILTER_REDIRECTED ? XDP_REDIRECT : XDP_PASS, "frame %u", i);
        expected.count[verdict]++;
    }

    counted = filter_counted(&filter);
    for (int i = 0; i < FILTER_REDIRECT_FAILED; i++) {
        cr_expect_eq(counted.count[i], expected.count[i], "counter %d", i);
        sum += i == FILTER_RECEIVED ? 0 : counted.count[i];
        if (i != FILTER_REJECTED_NO_SOCKET && i != FILTER_REJECTED_EXCESS)
            cr_expect_gt(counted.count[i], 10000, "too few frames reach counter %d to prove anything", i);
    }
    cr_expect_eq(counted.count[FILTER_RECEIVED], sum);
    filter_unload(&filter);
}

Test(reply_filter_random, agrees_with_userspace_on_a_million_frames, .timeout = 120)
{
    expect_agreement(FAMILY_IPV4);
}

Test(reply_filter_random, agrees_with_userspace_on_a_million_of_ipv6, .timeout = 120)
{
    expect_agreement(FAMILY_IPV6);
}

/* How many of so many forgeries come through. */
static unsigned count_redirected(enum address_family family, unsigned frames)
{
    struct filter filter = filter_load();
    struct filter_counters counted;
    uint64_t random = 2;

    filter_add_socket(&filter);
    for (unsigned i = 0; i < frames; i++) {
        uint8_t frame[REPLY_FRAME_MAX], quotation[LAYOUT_LONGEST];
        unsigned length = make_forgery(&random, family, quotation);
        struct reply_shape shape = {.family = family, .quotation = quotation, .quoted_length = length};

        filter_run(&filter, frame, reply_frame_build(&shape, frame, NULL), NULL, NULL);
    }
    counted = filter_counted(&filter);
    cr_expect_eq(counted.count[FILTER_REDIRECTED] + counted.count[FILTER_REJECTED_FORGED], frames);
    filter_unload(&filter);
    return (unsigned)counted.count[FILTER_REDIRECTED];
}

Test(reply_filter_random, lets_forgeries_through_within_the_bound)
{
    const unsigned frames = 200000;
    unsigned redirected = count_redirected(FAMILY_IPV4, frames);

    /* 2^-8 of them by T2, 781 with a deviation of 28; 2^-15 by T1, 6. */
    cr_expect_leq(redirected, frames / 256 + 6 + 5 * 28);
    cr_expect_geq(redirected, frames / 256 - 5 * 28);
    /* The label is right in these: one of the two other fields of T1 is, 2^-15. */
    cr_expect_leq(count_redirected(FAMILY_IPV6, frames), 9 + 15);
}
