// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reply filter in a test: BPF_PROG_TEST_RUN gives it a frame and tells its action, with no device and no
 * traffic; userspace judges the same frame by the same headers.
 */
#pragma once

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

#include "answer_cell.h"
#include "base/log.h"
#include "filter.h"
#include "packet/layout.h"
#include "reply_frame.h"

#include "bpf/reply_filter.skel.h" /* after siphash.h, which has the type of its key */

static const struct siphash_key filter_key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};
static const uint32_t filter_source = 0xc6120002; /* 198.18.0.2 */
static const struct address filter_source6 = {0x20010db800000000ULL, 2};

struct filter {
    struct reply_filter *skeleton;
    int program;
    int socket; /* of AF_XDP in the map, -1 where the map is empty */
    struct filter_counters seen;
};

/* With its constants, to which a test may add before it is loaded. */
static inline struct filter filter_open_pair(const struct layout_pair *pair)
{
    const struct layout_choice *both = layout_pair_usual(pair);
    struct filter filter = {.socket = -1};

    log_route_libraries();
    filter.skeleton = reply_filter__open();
    cr_assert_not_null(filter.skeleton);
    filter.skeleton->rodata->probe_key = both->key;
    filter.skeleton->rodata->layout_ipv4 = pair->ipv4.layout ? pair->ipv4.layout->number : LAYOUT_NONE;
    filter.skeleton->rodata->layout_ipv6 = pair->ipv6.layout ? pair->ipv6.layout->number : LAYOUT_NONE;
    filter.skeleton->rodata->probe_port = both->port;
    return filter;
}

static inline void filter_load_opened(struct filter *filter)
{
    int error = reply_filter__load(filter->skeleton);

    if (error == -EPERM) {
        reply_filter__destroy(filter->skeleton);
        cr_skip_test("loading BPF programs is not permitted");
    }
    cr_assert_eq(error, 0, "the verifier refuses the program: %s", strerror(-error));
    filter->program = bpf_program__fd(filter->skeleton->progs.reply_filter);
}

static inline struct filter filter_load_pair(const struct layout_pair *pair, uint32_t most_answers)
{
    struct filter filter = filter_open_pair(pair);

    filter.skeleton->rodata->most_answers = most_answers;
    filter_load_opened(&filter);
    return filter;
}

/* For one family alone. */
static inline struct filter filter_load_layout(const struct layout_choice *choice, uint32_t most_answers)
{
    struct layout_pair pair = {0};

    *(choice->layout->family == FAMILY_IPV4 ? &pair.ipv4 : &pair.ipv6) = *choice;
    return filter_load_pair(&pair, most_answers);
}

/* UDP in both families. */
static inline struct layout_pair filter_pair(void)
{
    const struct layout_choice choice = layout_choose(&layouts[LAYOUT_UDP4], filter_key);

    return layout_pair_of(&choice);
}

static inline struct filter filter_load_limited(uint32_t most_answers)
{
    const struct layout_pair pair = filter_pair();

    return filter_load_pair(&pair, most_answers);
}

static inline struct filter filter_load(void)
{
    return filter_load_limited(CELL_NO_LIMIT);
}

/* A socket needs no device to stand in the map, only a ring. */
static inline void filter_add_socket(struct filter *filter)
{
    int entries = 64, queue = 0;

    filter->socket = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
    cr_assert_geq(filter->socket, 0, "%s", strerror(errno));
    cr_assert_eq(setsockopt(filter->socket, SOL_XDP, XDP_RX_RING, &entries, sizeof(entries)), 0);
    cr_assert_eq(bpf_map_update_elem(bpf_map__fd(filter->skeleton->maps.sockets), &queue, &filter->socket, 0),
                 0);
}

static inline void filter_unload(struct filter *filter)
{
    if (filter->socket >= 0)
        close(filter->socket);
    reply_filter__destroy(filter->skeleton);
}

static inline struct filter_counters filter_counted(const struct filter *filter)
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

/* Runs the program on a frame; returns its action. `out` receives the frame as it left it. */
static inline uint32_t filter_run(const struct filter *filter, const uint8_t *frame, unsigned length,
                                  uint8_t *out, unsigned *out_length)
{
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = length, .data_out = out,
                .data_size_out = out ? REPLY_FRAME_MAX : 0, .repeat = 1);

    cr_assert_eq(bpf_prog_test_run_opts(filter->program, &options), 0, "%u bytes: %s", length,
                 strerror(errno));
    if (out)
        *out_length = options.data_size_out;
    return options.retval;
}

/* The judgement of userspace, by the same headers compiled for another machine. */
static inline enum filter_counter filter_judge(const uint8_t *frame, unsigned length)
{
    static const enum filter_counter by_origin[] = {
        [PROBE_FOREIGN] = FILTER_REJECTED_FOREIGN, [PROBE_FORGED] = FILTER_REJECTED_FORGED,
        [PROBE_REWRITTEN] = FILTER_REDIRECTED,     [PROBE_UNTIMED] = FILTER_REDIRECTED,
        [PROBE_CUT] = FILTER_REDIRECTED,           [PROBE_OURS] = FILTER_REDIRECTED,
    };
    const struct layout_pair pair = filter_pair();
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
    return by_origin[layout_of_family(&pair, view.family)
                         ->layout->recover(filter_key, UDP4_PORT, view.quotation, view.transport,
                                           frame + length, &quoted)];
}

/* Writes a UDP probe of the family of its target; returns its length. */
static inline unsigned filter_craft(struct probe probe, uint32_t now_us, uint8_t ip[LAYOUT_LONGEST])
{
    const struct layout_pair pair = filter_pair();
    enum address_family family = address_family(probe.target_address);
    struct address source = family == FAMILY_IPV4 ? address_of_ipv4(filter_source) : filter_source6;

    return layout_craft_once(layout_of_family(&pair, family), source, &probe, now_us, ip);
}
