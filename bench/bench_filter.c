// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reply costs in the XDP filter, on the CPU that the NIC interrupts: nanoseconds a frame inside the
 * program, as the kernel counts them (BPF_ENABLE_STATS). Its own two clock readings are in the figure; the
 * frame of another protocol, which is passed after a look at its type, shows how much that is.
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
    TYPE_AT = 12,
    FRAME_ROOM = 2048,
};

/* As xdp_filter_open() does; answers to probes are redirected to a socket that receives nothing. */
static struct reply_filter *load(struct siphash_key key, uint32_t most_answers)
{
    struct reply_filter *skeleton = reply_filter__open();
    int entries = 64, queue = 0, fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

    bench_require(skeleton && fd >= 0, "open the filter");
    skeleton->rodata->probe_key.k0 = key.k0;
    skeleton->rodata->probe_key.k1 = key.k1;
    skeleton->rodata->layout_ipv4 = LAYOUT_USUAL;
    skeleton->rodata->most_answers = most_answers;
    bpf_program__set_autoload(skeleton->progs.count_refused, false);
    bench_require(reply_filter__load(skeleton) == 0, "load the filter: run as root");
    bench_require(setsockopt(fd, SOL_XDP, XDP_RX_RING, &entries, sizeof(entries)) == 0 &&
                      bpf_map_update_elem(bpf_map__fd(skeleton->maps.sockets), &queue, &fd, 0) == 0,
                  "put a socket into the map");
    close(fd);
    return skeleton;
}

/* Each frame once, so that nothing is in the caches but what a program leaves there. */
static double ns_per_frame(const struct reply_mix *mix, struct siphash_key key, uint32_t most_answers,
                           uint16_t type)
{
    struct reply_filter *skeleton = load(key, most_answers);
    int program = bpf_program__fd(skeleton->progs.reply_filter);
    struct bpf_prog_info info = {0};
    uint32_t info_size = sizeof(info);

    for (size_t i = 0; i < mix->count; i++) {
        uint8_t frame[FRAME_ROOM];
        LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = mix->frames[i].length,
                    .repeat = 1);

        memcpy(frame, mix->frames[i].data, mix->frames[i].length);
        frame[TYPE_AT] = (uint8_t)(type >> 8);
        frame[TYPE_AT + 1] = (uint8_t)type;
        bench_require(bpf_prog_test_run_opts(program, &run) == 0, "run the filter");
    }
    bench_require(bpf_obj_get_info_by_fd(program, &info, &info_size) == 0, "read the program's counters");
    reply_filter__destroy(skeleton);
    return (double)info.run_time_ns / (double)info.run_cnt;
}

int main(int argc, char **argv)
{
    bool quick = bench_start(argc, argv) < 100 * NS_PER_MS;
    struct prefix_list list = {0};
    struct reply_mix mix = {0};
    struct targets *targets = NULL;

    log_route_libraries();
    bench_require(bpf_enable_stats(BPF_STATS_RUN_TIME) >= 0, "count run times: run as root");
    bench_require(shape_slash8(&list) == 0, "keep targets in memory");
    targets = shape_targets(&list, SHAPE_GRANULARITY, NULL);
    bench_require(
        targets && reply_mix_make(&mix, &layouts[LAYOUT_USUAL], targets, quick ? REPLIES / 8 : REPLIES) == 0,
        "keep replies in memory");
    bench_pin();

    const struct siphash_key other = {mix.layout.key.k0 + 1, mix.layout.key.k1};
    printf("%-36s\n", "reply filter, ns per frame");
    printf("%-36s %10.1f\n", "passed: not IPv4", ns_per_frame(&mix, mix.layout.key, CELL_ANSWERS, 0x86dd));
    printf("%-36s %10.1f\n", "forged", ns_per_frame(&mix, other, CELL_ANSWERS, 0x0800));
    printf("%-36s %10.1f\n", "redirected, not counted",
           ns_per_frame(&mix, mix.layout.key, CELL_NO_LIMIT, 0x0800));
    printf("%-36s %10.1f\n", "redirected", ns_per_frame(&mix, mix.layout.key, CELL_ANSWERS, 0x0800));
    reply_mix_free(&mix);
    targets_destroy(targets);
    return 0;
}
