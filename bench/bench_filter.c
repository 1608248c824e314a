// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reply costs in the XDP filter, on the CPU that the NIC interrupts: nanoseconds per frame inside the
 * program, as the kernel counts them (BPF_ENABLE_STATS). The kernel's own two clock readings are included;
 * their cost is visible in the frame of another protocol, which passes after a look at its type.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>

#include "answer_cell.h"
#include "base/log.h"
#include "bench.h"
#include "bench/reply_mix.h"
#include "bench/target_shapes.h"
#include "siphash.h"

#include "bpf/reply_filter.skel.h" /* after siphash.h, which has the type of its key */

enum {
    REPLIES = 1 << 18,
    FRAME_ROOM = 2048,
    FAMILIES = 2,
};

/* As xdp_filter_open() does; answers to probes are redirected to a socket that receives nothing. */
static struct reply_filter *load(const struct layout_pair *pair, struct siphash_key key,
                                 uint32_t most_answers)
{
    struct reply_filter *skeleton = reply_filter__open();
    int entries = 64, queue = 0, fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

    bench_require(skeleton && fd >= 0, "open the filter");
    skeleton->rodata->probe_key.k0 = key.k0;
    skeleton->rodata->probe_key.k1 = key.k1;
    skeleton->rodata->layout_ipv4 = pair->ipv4.layout->number;
    skeleton->rodata->layout_ipv6 = pair->ipv6.layout->number;
    skeleton->rodata->probe_port = pair->ipv4.port;
    skeleton->rodata->most_answers = most_answers;
    bpf_program__set_autoload(skeleton->progs.count_refused, false);
    bench_require(reply_filter__load(skeleton) == 0, "load the filter: run as root");
    bench_require(setsockopt(fd, SOL_XDP, XDP_RX_RING, &entries, sizeof(entries)) == 0 &&
                      bpf_map_update_elem(bpf_map__fd(skeleton->maps.sockets), &queue, &fd, 0) == 0,
                  "put a socket into the map");
    close(fd);
    return skeleton;
}

/* Uses each frame once, so that the caches contain nothing except what a program leaves there. */
static double ns_per_frame(const struct reply_mix *mix, struct siphash_key key, uint32_t most_answers,
                           uint16_t type)
{
    struct reply_filter *skeleton = load(&mix->layouts, key, most_answers);
    int program = bpf_program__fd(skeleton->progs.reply_filter);
    struct bpf_prog_info info = {0};
    uint32_t info_size = sizeof(info);

    for (size_t i = 0; i < mix->count; i++) {
        uint8_t frame[FRAME_ROOM];
        LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = mix->frames[i].length,
                    .repeat = 1);

        memcpy(frame, mix->frames[i].data, mix->frames[i].length);
        if (type)
            store_be16(frame + ETHERNET_TYPE, type);
        bench_require(bpf_prog_test_run_opts(program, &run) == 0, "run the filter");
    }
    bench_require(bpf_obj_get_info_by_fd(program, &info, &info_size) == 0, "read the program's counters");
    reply_filter__destroy(skeleton);
    return (double)info.run_time_ns / (double)info.run_cnt;
}

/* Two families side by side, in the same columns. */
static void report(const struct reply_mix *mixes, size_t count, const char *what, bool forged,
                   uint32_t most_answers, uint16_t type)
{
    printf("%-36s", what);
    for (size_t i = 0; i < count; i++) {
        struct siphash_key key = mixes[i].layout.key;

        key.k0 += forged;
        printf(" %10.1f", ns_per_frame(&mixes[i], key, most_answers, type));
    }
    printf("\n");
}

static void make_mix(struct reply_mix *mix, enum layout_number layout, int (*shape)(struct prefix_list *),
                     size_t replies, struct targets **targets)
{
    struct prefix_list list = {0};

    bench_require(shape(&list) == 0, "keep targets in memory");
    *targets = shape_targets(&list, SHAPE_GRANULARITY, NULL);
    bench_require(*targets && reply_mix_make(mix, &layouts[layout], *targets, replies) == 0,
                  "keep replies in memory");
}

int main(int argc, char **argv)
{
    bool quick = bench_start(argc, argv) < 100 * NS_PER_MS;
    size_t replies = quick ? REPLIES / 8 : REPLIES;
    struct reply_mix mixes[FAMILIES];
    struct targets *targets[FAMILIES];

    log_route_libraries();
    bench_require(bpf_enable_stats(BPF_STATS_RUN_TIME) >= 0, "count run times: run as root");
    make_mix(&mixes[0], LAYOUT_UDP4, shape_slash8, replies, &targets[0]);
    make_mix(&mixes[1], LAYOUT_UDP6, shape_slash32, replies, &targets[1]);
    bench_pin();

    printf("%-36s %10s %10s\n", "reply filter, ns a frame", "IPv4", "IPv6");
    report(mixes, FAMILIES, "passed: neither", false, CELL_ANSWERS, ETHERTYPE_ARP);
    report(mixes, FAMILIES, "forged", true, CELL_ANSWERS, 0);
    report(mixes, FAMILIES, "redirected, not counted", false, CELL_NO_LIMIT, 0);
    report(mixes, FAMILIES, "redirected", false, CELL_ANSWERS, 0);
    for (size_t i = 0; i < FAMILIES; i++) {
        reply_mix_free(&mixes[i]);
        targets_destroy(targets[i]);
    }
    return 0;
}
