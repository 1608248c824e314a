// SPDX-License-Identifier: GPL-2.0-or-later
/* The XDP program by BPF_PROG_TEST_RUN: no device, no traffic, the verdict and the frame come back. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "filter.h"
#include "probe_udp.h"
#include "reference.h"
#include "reply_frame.h"
#include "table.h"

#include "bpf/reply_filter.skel.h" /* after siphash.h, which has the type of its key */

static const struct siphash_key key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};
static const uint32_t source = 0xc6120002; /* 198.18.0.2 */

struct filter {
    struct reply_filter *skeleton;
    int program;
    int socket; /* of AF_XDP in the map, -1 where the map is empty */
    struct filter_counters seen;
};

static struct filter filter_load(void)
{
    struct filter filter = {.socket = -1};

    log_route_libraries();
    filter.skeleton = reply_filter__open();
    cr_assert_not_null(filter.skeleton);
    filter.skeleton->rodata->probe_key = key;
    int error = reply_filter__load(filter.skeleton);
    if (error == -EPERM) {
        reply_filter__destroy(filter.skeleton);
        cr_skip_test("loading BPF programs is not permitted");
    }
    cr_assert_eq(error, 0, "the verifier refuses the program: %s", strerror(-error));
    filter.program = bpf_program__fd(filter.skeleton->progs.reply_filter);
    return filter;
}

/* A socket needs no device to stand in the map, only a ring. */
static void filter_add_socket(struct filter *filter)
{
    int entries = 64, queue = 0;

    filter->socket = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
    cr_assert_geq(filter->socket, 0, "%s", strerror(errno));
    cr_assert_eq(setsockopt(filter->socket, SOL_XDP, XDP_RX_RING, &entries, sizeof(entries)), 0);
    cr_assert_eq(bpf_map_update_elem(bpf_map__fd(filter->skeleton->maps.sockets), &queue, &filter->socket, 0),
                 0);
}

static void filter_unload(struct filter *filter)
{
    if (filter->socket >= 0)
        close(filter->socket);
    reply_filter__destroy(filter->skeleton);
}

static struct filter_counters filter_counted(const struct filter *filter)
{
    int cpus = libbpf_num_possible_cpus(), map = bpf_map__fd(filter->skeleton->maps.counters);
    struct filter_counters sum = {0}, *each = calloc((size_t)cpus, sizeof(*each));

    cr_assert_not_null(each);
    cr_assert_eq(bpf_map_lookup_elem(map, &(uint32_t){0}, each), 0);
    for (int cpu = 0; cpu < cpus; cpu++)
        for (int i = 0; i < FILTER_COUNTERS; i++)
            sum.count[i] += each[cpu].count[i];
    free(each);
    return sum;
}

/* Runs the program on a frame; returns its action. `out` receives the frame with its metadata in front. */
static uint32_t filter_run(const struct filter *filter, const uint8_t *frame, unsigned length, uint8_t *out,
                           unsigned *out_length)
{
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = length, .data_out = out,
                .data_size_out = out ? REPLY_FRAME_MAX + sizeof(struct frame_meta) : 0, .repeat = 1);

    cr_assert_eq(bpf_prog_test_run_opts(filter->program, &options), 0, "%u bytes: %s", length,
                 strerror(errno));
    if (out)
        *out_length = options.data_size_out;
    return options.retval;
}

/* The judgement of userspace, by the same headers compiled for another machine. */
static enum filter_counter judge(const uint8_t *frame, unsigned length)
{
    static const enum filter_counter by_origin[] = {
        [PROBE_FOREIGN] = FILTER_REJECTED_FOREIGN,
        [PROBE_FORGED] = FILTER_REJECTED_FORGED,
        [PROBE_REWRITTEN] = FILTER_REDIRECTED,
        [PROBE_OURS] = FILTER_REDIRECTED,
    };
    struct quoted_probe quoted;
    struct reply_view view;

    switch (reply_parse_ethernet(frame, frame + length, &view)) {
    case REPLY_NOT:
        return FILTER_PASSED;
    case REPLY_TRUNCATED:
        return FILTER_REJECTED_TRUNCATED;
    case REPLY_ERROR:
        break;
    }
    return by_origin[udp_recover(key, view.quotation, &quoted)];
}

static void craft(struct probe probe, uint32_t now_us, uint8_t ip[UDP_PROBE_MAX_LENGTH])
{
    struct udp_template template;

    udp_template_init(&template, key, source);
    udp_prepare(&template, ip);
    udp_craft(&template, &probe, now_us, ip);
}

enum quoted {
    QUOTE_OURS,
    QUOTE_REWRITTEN, /* another destination */
    QUOTE_FORGED,    /* another T2 */
    QUOTE_FOREIGN,   /* somebody else's port */
};

static void make_quotation(enum quoted what, uint8_t ip[UDP_PROBE_MAX_LENGTH])
{
    craft((struct probe){0x08080808, 3, 9}, 0x123456, ip);
    if (what == QUOTE_REWRITTEN)
        store_be32(ip + 16, 0x0a000001);
    else if (what == QUOTE_FORGED)
        ip[5] ^= 1;
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
    {"behind a VLAN tag", {.tags = 1, .quoted_length = 28}, QUOTE_OURS, FILTER_REDIRECTED},
    {"behind two", {.tags = 2, .header_words = 15, .quoted_length = 28}, QUOTE_OURS, FILTER_REDIRECTED},
    {"the whole probe", {.quoted_length = 38}, QUOTE_OURS, FILTER_REDIRECTED},
    {"rewritten", {.quoted_length = 28}, QUOTE_REWRITTEN, FILTER_REDIRECTED},
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
    uint8_t quotation[UDP_PROBE_MAX_LENGTH];

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
        cr_expect_eq(judge(frame, length), fixtures[i].counter, "userspace: %s", fixtures[i].what);
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

Test(reply_filter, stamps_the_time_in_front_of_replies)
{
    struct filter filter = filter_load();
    uint8_t frame[REPLY_FRAME_MAX], out[REPLY_FRAME_MAX + sizeof(struct frame_meta)];
    unsigned length = make_fixture(0, frame), out_length;
    struct frame_meta meta;

    filter_add_socket(&filter);
    uint64_t before = clock_now_ns();
    cr_assert_eq(filter_run(&filter, frame, length, out, &out_length), XDP_REDIRECT);
    uint64_t after = clock_now_ns();

    cr_assert_eq(out_length, sizeof(meta) + length);
    memcpy(&meta, out, sizeof(meta));
    cr_assert_eq(meta.valid, FRAME_META_VALID);
    cr_assert(before <= meta.received_ns && meta.received_ns <= after);
    cr_assert_arr_eq(out + sizeof(meta), frame, length);
    filter_unload(&filter);
}

Test(reply_filter, leaves_other_frames_as_they_are)
{
    struct filter filter = filter_load();

    for (size_t i = 0; i < COUNT(fixtures); i++) {
        uint8_t frame[REPLY_FRAME_MAX], out[REPLY_FRAME_MAX + sizeof(struct frame_meta)];
        unsigned length = make_fixture(i, frame), out_length;

        if (fixtures[i].counter == FILTER_REDIRECTED)
            continue;
        filter_run(&filter, frame, length, out, &out_length);
        cr_expect_eq(out_length, length, "%s", fixtures[i].what);
        cr_expect_arr_eq(out, frame, length, "%s", fixtures[i].what);
    }
    filter_unload(&filter);
}

/* A quotation shaped like a probe of ours, with tags by chance. */
static void make_forgery(uint64_t *random, uint8_t ip[UDP_PROBE_MAX_LENGTH])
{
    craft((struct probe){(uint32_t)reference_random(random), 0, (uint8_t)(1 + *random % PROBE_MAX_TTL)},
          (uint32_t)reference_random(random), ip);
    store_be16(ip + 4, (uint16_t)reference_random(random));
    store_be16(ip + 20, (uint16_t)(UDP_PROBE_TAG_PORTS | reference_random(random)));
    store_be16(ip + 22, (uint16_t)(UDP_PROBE_BASE_PORT + reference_random(random) % 256));
}

static unsigned make_reply(uint64_t *random, uint8_t frame[REPLY_FRAME_MAX])
{
    uint64_t draw = reference_random(random);
    uint8_t quotation[UDP_PROBE_MAX_LENGTH];
    struct reply_shape shape = {
        .tags = (unsigned)(draw >> 8) % 4,
        .header_words = (uint8_t)(4 + (draw >> 16) % 12),
        .icmp_type = (draw >> 24) % 2 ? 3 : 11,
        .icmp_code = (uint8_t)(draw >> 32),
        .quotation = quotation,
        .quoted_length = 24 + (unsigned)(draw >> 40) % (UDP_PROBE_HEADERS + 1),
    };

    if (draw % 4 == 0)
        make_forgery(random, quotation);
    else
        craft(
            (struct probe){(uint32_t)(draw >> 32), (uint16_t)(draw & 0xff), (uint8_t)(1 + (draw >> 8) % 64)},
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

Test(reply_filter, agrees_with_userspace_on_a_million_frames, .timeout = 120)
{
    const unsigned frames = 1000000;
    struct filter filter = filter_load();
    struct filter_counters expected = {.count[FILTER_RECEIVED] = frames}, counted;
    uint8_t frame[REPLY_FRAME_MAX];
    uint64_t random = 1, sum = 0;

    filter_add_socket(&filter);
    for (unsigned i = 0; i < frames; i++) {
        unsigned length = make_frame(&random, frame);
        enum filter_counter verdict = judge(frame, length);
        uint32_t action = filter_run(&filter, frame, length, NULL, NULL);

        cr_assert_eq(action, verdict == FILTER_REDIRECTED ? XDP_REDIRECT : XDP_PASS, "frame %u", i);
        expected.count[verdict]++;
    }

    counted = filter_counted(&filter);
    for (int i = 0; i < FILTER_COUNTERS; i++) {
        cr_expect_eq(counted.count[i], expected.count[i], "counter %d", i);
        sum += i == FILTER_RECEIVED ? 0 : counted.count[i];
        if (i != FILTER_REJECTED_NO_SOCKET)
            cr_expect_gt(counted.count[i], 10000, "too few frames reach counter %d to prove anything", i);
    }
    cr_expect_eq(counted.count[FILTER_RECEIVED], sum);
    filter_unload(&filter);
}

Test(reply_filter, lets_forgeries_through_within_the_bound)
{
    const unsigned frames = 200000;
    struct filter filter = filter_load();
    struct filter_counters counted;
    uint64_t random = 2;

    filter_add_socket(&filter);
    for (unsigned i = 0; i < frames; i++) {
        uint8_t frame[REPLY_FRAME_MAX], quotation[UDP_PROBE_MAX_LENGTH];
        struct reply_shape shape = {.quotation = quotation, .quoted_length = UDP_PROBE_HEADERS};

        make_forgery(&random, quotation);
        filter_run(&filter, frame, reply_frame_build(&shape, frame, NULL), NULL, NULL);
    }
    counted = filter_counted(&filter);
    cr_expect_eq(counted.count[FILTER_REDIRECTED] + counted.count[FILTER_REJECTED_FORGED], frames);
    /* 2^-8 of them, 781, with a deviation of 28. */
    cr_expect_leq(counted.count[FILTER_REDIRECTED], frames / 256 + 5 * 28);
    cr_expect_geq(counted.count[FILTER_REDIRECTED], frames / 256 - 5 * 28);
    filter_unload(&filter);
}
