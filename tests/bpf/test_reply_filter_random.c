// SPDX-License-Identifier: GPL-2.0-or-later
/* The reply filter against userspace, and against its bounds, on frames by chance. */
#include "addresses.h"
#include "bpf/reply_filter_run.h"
#include "reference.h"

/* A quotation shaped like a probe of ours, with tags by chance. */
static void make_forgery(uint64_t *random, uint8_t ip[UDP4_LONGEST])
{
    filter_craft((struct probe){.target_address = IPV4(reference_random(random)),
                                .flow = 0,
                                .ttl = (uint8_t)(1 + *random % PROBE_MAX_TTL)},
                 (uint32_t)reference_random(random), ip);
    store_be16(ip + 4, (uint16_t)reference_random(random));
    store_be16(ip + 20, (uint16_t)(LAYOUT_PORTS | reference_random(random)));
    store_be16(ip + 22, (uint16_t)(UDP4_PORT + reference_random(random) % 256));
}

static unsigned make_reply(uint64_t *random, uint8_t frame[REPLY_FRAME_MAX])
{
    uint64_t draw = reference_random(random);
    uint8_t quotation[UDP4_LONGEST];
    struct reply_shape shape = {
        .tags = (unsigned)(draw >> 8) % 4,
        .header_words = (uint8_t)(4 + (draw >> 16) % 12),
        .icmp_type = (draw >> 24) % 2 ? 3 : 11,
        .icmp_code = (uint8_t)(draw >> 32),
        .quotation = quotation,
        .quoted_length = 24 + (unsigned)(draw >> 40) % (UDP4_HEADERS + 1),
    };

    if (draw % 4 == 0)
        make_forgery(random, quotation);
    else
        filter_craft((struct probe){.target_address = IPV4((draw >> 32)),
                                    .flow = (uint16_t)(draw & 0xff),
                                    .ttl = (uint8_t)(1 + (draw >> 8) % 64)},
                     (uint32_t)reference_random(random), quotation);
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

static unsigned make_frame(uint64_t *random, uint8_t frame[REPLY_FRAME_MAX])
{
    if (reference_random(random) % 16 == 0) {
        unsigned length = ETHERNET_HEADER + (unsigned)(reference_random(random) % 100);

        reference_random_bytes(random, frame, length);
        return length;
    }
    return mutate(random, frame, make_reply(random, frame));
}

Test(reply_filter_random, agrees_with_userspace_on_a_million_frames, .timeout = 120)
{
    const unsigned frames = 1000000;
    struct filter filter = filter_load();
    struct filter_counters expected = {.count[FILTER_RECEIVED] = frames}, counted;
    uint8_t frame[REPLY_FRAME_MAX];
    uint64_t random = 1, sum = 0;

    filter_add_socket(&filter);
    for (unsigned i = 0; i < frames; i++) {
        unsigned length = make_frame(&random, frame);
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

Test(reply_filter_random, lets_forgeries_through_within_the_bound)
{
    const unsigned frames = 200000;
    struct filter filter = filter_load();
    struct filter_counters counted;
    uint64_t random = 2;

    filter_add_socket(&filter);
    for (unsigned i = 0; i < frames; i++) {
        uint8_t frame[REPLY_FRAME_MAX], quotation[UDP4_LONGEST];
        struct reply_shape shape = {.quotation = quotation, .quoted_length = UDP4_HEADERS};

        make_forgery(&random, quotation);
        filter_run(&filter, frame, reply_frame_build(&shape, frame, NULL), NULL, NULL);
    }
    counted = filter_counted(&filter);
    cr_expect_eq(counted.count[FILTER_REDIRECTED] + counted.count[FILTER_REJECTED_FORGED], frames);
    /* 2^-8 of them by T2, 781 with a deviation of 28; 2^-15 by T1, 6. */
    cr_expect_leq(counted.count[FILTER_REDIRECTED], frames / 256 + 6 + 5 * 28);
    cr_expect_geq(counted.count[FILTER_REDIRECTED], frames / 256 - 5 * 28);
    filter_unload(&filter);
}
