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

/* Of IPv6: both tags, or what the program looks at first. */
static void make_quotation6(enum quoted what, uint8_t ip[REPLY_FRAME_MAX])
{
    uint8_t *udp = ip + IPV6_HEADER;

    filter_craft((struct probe){.target_address = {0x2001486048600000ULL, 0x8888}, .flow = 3, .ttl = 9},
                 0x123456, ip);
    if (what == QUOTE_REWRITTEN)
        ip[IPV6_DESTINATION] ^= 1;
    else if (what == QUOTE_UNTIMED || what == QUOTE_FORGED || what == QUOTE_FOREIGN)
        udp[UDP_HEADER] ^= 1;
    if (what == QUOTE_FORGED) {
        udp[PORT_SOURCE + 1] ^= 1;
        udp[UDP_CHECKSUM] ^= 1;
    } else if (what == QUOTE_FOREIGN) {
        store_be16(udp + PORT_DESTINATION, 53);
    }
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

#define OF_IPV6 .family = FAMILY_IPV6
#define WHOLE   OF_IPV6, .quoted_length = UDP6_LENGTH(9)

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
    {"IPv6, Time Exceeded", {WHOLE}, QUOTE_OURS, FILTER_REDIRECTED},
    {"IPv6, Destination Unreachable", {WHOLE, .icmp_type = 1, .icmp_code = 6}, QUOTE_OURS, FILTER_REDIRECTED},
    {"IPv6, Packet Too Big", {WHOLE, .icmp_type = 2}, QUOTE_OURS, FILTER_REDIRECTED},
    {"IPv6, Parameter Problem", {WHOLE, .icmp_type = 4}, QUOTE_OURS, FILTER_REDIRECTED},
    {"IPv6 behind two tags", {WHOLE, .tags = 2}, QUOTE_OURS, FILTER_REDIRECTED},
    {"extension headers", {WHOLE, .chain = "hdrfd"}, QUOTE_OURS, FILTER_REDIRECTED},
    {"quoted ones", {WHOLE, .tags = 1, .quoted_chain = "Dr"}, QUOTE_OURS, FILTER_REDIRECTED},
    {"both", {WHOLE, .chain = "D", .quoted_chain = "dddddddd"}, QUOTE_OURS, FILTER_REDIRECTED},
    {"too many", {WHOLE, .chain = "ddddddddd"}, QUOTE_OURS, FILTER_PASSED},
    {"IPv6, a first fragment", {WHOLE, .chain = "m"}, QUOTE_OURS, FILTER_REDIRECTED},
    {"IPv6, a later fragment", {WHOLE, .chain = "l"}, QUOTE_OURS, FILTER_PASSED},
    {"IPv6, rewritten", {WHOLE}, QUOTE_REWRITTEN, FILTER_REDIRECTED},
    {"IPv6, untimed", {WHOLE}, QUOTE_UNTIMED, FILTER_REDIRECTED},
    {"IPv6, cut", {OF_IPV6, .quoted_length = 48}, QUOTE_OURS, FILTER_REDIRECTED},
    {"cut behind extension headers",
     {OF_IPV6, .quoted_chain = "h", .quoted_length = 48},
     QUOTE_OURS,
     FILTER_REDIRECTED},
    {"IPv6, forged", {WHOLE}, QUOTE_FORGED, FILTER_REJECTED_FORGED},
    {"IPv6, foreign", {WHOLE}, QUOTE_FOREIGN, FILTER_REJECTED_FOREIGN},
    {"a quoted later fragment", {WHOLE, .quoted_chain = "l"}, QUOTE_OURS, FILTER_REJECTED_FOREIGN},
    {"IPv6, truncated", {OF_IPV6, .quoted_length = 47}, QUOTE_OURS, FILTER_REJECTED_TRUNCATED},
    {"a neighbour's solicitation", {WHOLE, .icmp_type = 135}, QUOTE_OURS, FILTER_PASSED},
    {"a neighbour's advertisement", {WHOLE, .icmp_type = 136}, QUOTE_OURS, FILTER_PASSED},
    {"a router's advertisement", {WHOLE, .icmp_type = 134}, QUOTE_OURS, FILTER_PASSED},
    {"a listener's report", {WHOLE, .chain = "h", .icmp_type = 143}, QUOTE_OURS, FILTER_PASSED},
    {"IPv6, an Echo Reply", {WHOLE, .icmp_type = 129}, QUOTE_OURS, FILTER_PASSED},
    {"IPv6, TCP", {WHOLE, .protocol = PROTOCOL_TCP}, QUOTE_OURS, FILTER_PASSED},
};

static unsigned make_fixture(size_t i, uint8_t frame[REPLY_FRAME_MAX])
{
    struct reply_shape shape = fixtures[i].shape;
    uint8_t quotation[REPLY_FRAME_MAX];

    (shape.family == FAMILY_IPV6 ? make_quotation6 : make_quotation)(fixtures[i].quoted, quotation);
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

/* What is not probed costs nothing but a look at its type, and nobody is told that it is foreign. */
Test(reply_filter, passes_all_of_a_family_that_is_not_probed)
{
    for (enum address_family off = FAMILY_IPV4; off <= FAMILY_IPV6; off += FAMILY_IPV6 - FAMILY_IPV4) {
        struct layout_pair pair = filter_pair();

        *(off == FAMILY_IPV4 ? &pair.ipv4 : &pair.ipv6) = (struct layout_choice){0};
        struct filter filter = filter_load_pair(&pair, CELL_NO_LIMIT);
        filter_add_socket(&filter);
        for (size_t i = 0; i < COUNT(fixtures); i++) {
            uint8_t frame[REPLY_FRAME_MAX];
            unsigned length = make_fixture(i, frame);
            bool is_off = reply_frame_family(&fixtures[i].shape) == off;

            filter_run(&filter, frame, length, NULL, NULL);
            expect_counted_once(&filter, is_off ? FILTER_PASSED : fixtures[i].counter, fixtures[i].what);
        }
        filter_unload(&filter);
    }
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
    uint8_t frame[REPLY_FRAME_MAX], quotation[LAYOUT_LONGEST];
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
