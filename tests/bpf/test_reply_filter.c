// SPDX-License-Identifier: GPL-2.0-or-later
#include "addresses.h"
#include "base/clock.h"
#include "bpf/reply_filter_run.h"
#include "table.h"

enum quoted {
    QUOTE_OURS,
    QUOTE_REWRITTEN, /* another destination */
    QUOTE_UNTIMED,   /* another T2 */
    QUOTE_FORGED,    /* neither tag */
    QUOTE_LENGTH,    /* a total length of other bytes */
    QUOTE_OPTIONS,   /* options behind its header */
    QUOTE_FOREIGN,   /* somebody else's port */
};

/* Destination and checksum change by the same: what the one gains the other loses. */
static void translate(uint8_t *ip)
{
    store_be32(ip + 16, load_be32(ip + 16) + 1);
    store_be16(ip + 26, (uint16_t)(load_be16(ip + 26) - 1));
}

static void put_options(uint8_t *ip)
{
    memmove(ip + 60, ip + 20, UDP4_HEADERS - 20);
    memset(ip + 20, 1, 40);
    ip[0] = 0x4f;
}

static void make_quotation(enum quoted what, uint8_t ip[REPLY_FRAME_MAX])
{
    filter_craft((struct probe){.target_address = IPV4(0x08080808), .flow = 3, .ttl = 9}, 0x123456, ip);
    if (what == QUOTE_REWRITTEN)
        translate(ip);
    else if (what == QUOTE_UNTIMED || what == QUOTE_FORGED)
        ip[5] ^= 1;
    else if (what == QUOTE_LENGTH)
        store_be16(ip + 2, 0);
    else if (what == QUOTE_OPTIONS)
        put_options(ip);
    if (what == QUOTE_FORGED)
        ip[21] ^= 1;
    else if (what == QUOTE_FOREIGN)
        store_be16(ip + 22, 53);
}

static const struct {
    const char *what;
    struct reply_shape shape;
    enum quoted quoted;
    enum filter_counter counter;
} fixtures[] = {
    {"Time Exceeded", {.quoted_length = 28}, QUOTE_OURS, FILTER_REDIRECTED},
    {"Destination Unreachable",
     {.icmp_type = 3, .icmp_code = 13, .quoted_length = 28},
     QUOTE_OURS,
     FILTER_REDIRECTED},
    {"Parameter Problem", {.icmp_type = 12, .quoted_length = 28}, QUOTE_OURS, FILTER_REDIRECTED},
    {"behind a VLAN tag", {.tags = 1, .quoted_length = 28}, QUOTE_OURS, FILTER_REDIRECTED},
    {"behind two", {.tags = 2, .header_words = 15, .quoted_length = 28}, QUOTE_OURS, FILTER_REDIRECTED},
    {"the whole probe", {.quoted_length = 38}, QUOTE_OURS, FILTER_REDIRECTED},
    {"rewritten", {.quoted_length = 28}, QUOTE_REWRITTEN, FILTER_REDIRECTED},
    {"untimed", {.quoted_length = 28}, QUOTE_UNTIMED, FILTER_REDIRECTED},
    {"another length", {.quoted_length = 28}, QUOTE_LENGTH, FILTER_REDIRECTED},
    {"quoted options", {.quoted_length = 68}, QUOTE_OPTIONS, FILTER_REDIRECTED},
    {"quoted options, and options",
     {.header_words = 15, .quoted_length = 68},
     QUOTE_OPTIONS,
     FILTER_REDIRECTED},
    {"quoted options, cut", {.quoted_length = 67}, QUOTE_OPTIONS, FILTER_REJECTED_TRUNCATED},
    {"forged", {.quoted_length = 28}, QUOTE_FORGED, FILTER_REJECTED_FORGED},
    {"foreign", {.quoted_length = 28}, QUOTE_FOREIGN, FILTER_REJECTED_FOREIGN},
    {"truncated", {.quoted_length = 27}, QUOTE_OURS, FILTER_REJECTED_TRUNCATED},
    {"an echo reply", {.icmp_type = 8, .quoted_length = 28}, QUOTE_OURS, FILTER_PASSED},
    {"TCP", {.protocol = 6, .quoted_length = 28}, QUOTE_OURS, FILTER_PASSED},
    {"ARP", {.ethertype = 0x0806, .quoted_length = 28}, QUOTE_OURS, FILTER_PASSED},
    {"a later fragment", {.fragment = 1, .quoted_length = 28}, QUOTE_OURS, FILTER_PASSED},
};

static unsigned make_fixture(size_t i, uint8_t frame[REPLY_FRAME_MAX])
{
    struct reply_shape shape = fixtures[i].shape;
    uint8_t quotation[REPLY_FRAME_MAX];

    make_quotation(fixtures[i].quoted, quotation);
    shape.quotation = quotation;
    return reply_frame_build(&shape, frame, NULL);
}

/* One frame was received and given to `counter` since the last call. */
static void expect_counted_once(struct filter *filter, enum filter_counter counter, const char *what)
{
    struct filter_counters now = filter_counted(filter);

    for (int i = 0; i < FILTER_COUNTERS; i++)
        cr_expect_eq(now.count[i] - filter->seen.count[i], i == FILTER_RECEIVED || i == (int)counter,
                     "%s: counter %d", what, i);
    filter->seen = now;
}

Test(reply_filter, redirects_replies_and_passes_the_rest)
{
    struct filter filter = filter_load();

    filter_add_socket(&filter);
    for (size_t i = 0; i < COUNT(fixtures); i++) {
        uint8_t frame[REPLY_FRAME_MAX];
        unsigned length = make_fixture(i, frame);
        uint32_t action = filter_run(&filter, frame, length, NULL, NULL);

        cr_expect_eq(action, fixtures[i].counter == FILTER_REDIRECTED ? XDP_REDIRECT : XDP_PASS, "%s",
                     fixtures[i].what);
        cr_expect_eq(filter_judge(frame, length), fixtures[i].counter, "userspace: %s", fixtures[i].what);
        expect_counted_once(&filter, fixtures[i].counter, fixtures[i].what);
    }
    filter_unload(&filter);
}

Test(reply_filter, passes_replies_on_a_queue_without_a_socket)
{
    struct filter filter = filter_load();
    uint8_t frame[REPLY_FRAME_MAX];
    unsigned length = make_fixture(0, frame);

    cr_assert_eq(filter_run(&filter, frame, length, NULL, NULL), XDP_PASS);
    expect_counted_once(&filter, FILTER_REJECTED_NO_SOCKET, fixtures[0].what);
    filter_unload(&filter);
}

/* One probe answered again and again, by ever others, while other probes are answered, too. */
Test(reply_filter, drops_more_answers_than_a_probe_can_get)
{
    enum { ROUNDS = 100 };
    struct filter filter = filter_load_limited(CELL_ANSWERS);
    struct filter_counters counted;
    uint8_t frame[REPLY_FRAME_MAX], quotation[UDP4_LONGEST];
    const struct reply_shape shape = {.quotation = quotation, .quoted_length = 28};

    filter_add_socket(&filter);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        filter_craft((struct probe){.target_address = IPV4(0x08080808), .ttl = 9}, 0x123456 + round,
                     quotation);
        uint32_t action = filter_run(&filter, frame, reply_frame_build(&shape, frame, NULL), NULL, NULL);
        cr_expect_eq(action, round < CELL_ANSWERS ? XDP_REDIRECT : XDP_DROP, "answer %u", round);
        filter_craft((struct probe){.target_address = IPV4(0x09000000 + round), .ttl = 9}, 0x123456,
                     quotation);
        action = filter_run(&filter, frame, reply_frame_build(&shape, frame, NULL), NULL, NULL);
        cr_expect_eq(action, XDP_REDIRECT, "another probe, after %u", round);
    }
    counted = filter_counted(&filter);
    cr_expect_eq(counted.count[FILTER_RECEIVED], 2 * ROUNDS);
    cr_expect_eq(counted.count[FILTER_REDIRECTED], ROUNDS + CELL_ANSWERS);
    cr_expect_eq(counted.count[FILTER_REJECTED_EXCESS], ROUNDS - CELL_ANSWERS);
    filter_unload(&filter);
}

Test(reply_filter, stamps_the_time_into_replies)
{
    struct filter filter = filter_load();
    uint8_t frame[REPLY_FRAME_MAX], out[REPLY_FRAME_MAX];
    unsigned length = make_fixture(0, frame), out_length;

    filter_add_socket(&filter);
    uint64_t before = clock_now_ns();
    cr_assert_eq(filter_run(&filter, frame, length, out, &out_length), XDP_REDIRECT);
    uint64_t after = clock_now_ns();

    cr_assert_eq(out_length, length);
    cr_assert(before <= frame_stamped(out) && frame_stamped(out) <= after);
    cr_assert_arr_eq(out + FRAME_STAMP_BYTES, frame + FRAME_STAMP_BYTES, length - FRAME_STAMP_BYTES);
    filter_unload(&filter);
}

Test(reply_filter, leaves_other_frames_as_they_are)
{
    struct filter filter = filter_load();

    for (size_t i = 0; i < COUNT(fixtures); i++) {
        uint8_t frame[REPLY_FRAME_MAX], out[REPLY_FRAME_MAX];
        unsigned length = make_fixture(i, frame), out_length;

        if (fixtures[i].counter == FILTER_REDIRECTED)
            continue;
        filter_run(&filter, frame, length, out, &out_length);
        cr_expect_eq(out_length, length, "%s", fixtures[i].what);
        cr_expect_arr_eq(out, frame, length, "%s", fixtures[i].what);
    }
    filter_unload(&filter);
}
