// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reply of the simulated Internet costs: nanoseconds per packet inside the responder, as the kernel
 * counts them (BPF_ENABLE_STATS). Its own two clock readings are in the figure; the empty program shows how
 * much that is.
 */
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "bench.h"
#include "probe_udp.h"
#include "sim/options.h"
#include "sim/responder.h"

enum { PACKETS = 200000, FRAME_SIZE = 256, MAX_TTL = 32 };

static const uint8_t ethernet[14] = {0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00};

static unsigned make_probe(uint8_t frame[FRAME_SIZE], uint64_t i)
{
    const struct probe probe = {.target = (uint32_t)mix64(i) >> 1, .ttl = (uint8_t)(1 + i % MAX_TTL)};
    struct udp_template template;

    memcpy(frame, ethernet, sizeof(ethernet));
    udp_template_init(&template, (struct siphash_key){1, 2}, SIM_HOST_ADDRESS);
    udp_prepare(&template, frame + sizeof(ethernet));
    return (unsigned)sizeof(ethernet) + udp_craft(&template, &probe, (uint32_t)i, frame + sizeof(ethernet));
}

static double ns_per_packet(int program)
{
    struct bpf_prog_info info = {0};
    uint32_t info_size = sizeof(info);

    for (uint64_t i = 0; i < PACKETS; i++) {
        uint8_t in[FRAME_SIZE] = {0}, out[FRAME_SIZE];
        LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = in, .data_size_in = make_probe(in, i), .data_out = out,
                    .data_size_out = sizeof(out), .repeat = 1);

        bench_require(bpf_prog_test_run_opts(program, &run) == 0, "run the program");
    }
    bench_require(bpf_obj_get_info_by_fd(program, &info, &info_size) == 0, "read the program's counters");
    return (double)info.run_time_ns / (double)info.run_cnt;
}

static double ns_of_nothing(void)
{
    static const struct bpf_insn drop[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_DROP},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int program = bpf_prog_load(BPF_PROG_TYPE_XDP, "nothing", "GPL", drop, 2, NULL);

    bench_require(program >= 0, "load a BPF program: run as root");
    return ns_per_packet(program);
}

static double ns_of_world(const char *realism)
{
    struct sim_options options = sim_options_default();
    struct sim_responder *responder = NULL;
    struct sim_topology world;

    options.realism = realism;
    bench_require(sim_options_resolve(&options, &world) == 0, "make that world");
    bench_require(sim_responder_load(&responder, &world, NULL, ethernet) == 0, "load the responder: run as root");
    double ns = ns_per_packet(sim_responder_program(responder));
    sim_responder_destroy(responder);
    return ns;
}

int main(int argc, char **argv)
{
    bench_start(argc, argv);
    bench_require(bpf_enable_stats(BPF_STATS_RUN_TIME) >= 0, "count run times: run as root");
    printf("%-36s %10s\n", "simulated router, ns a packet", "");
    printf("%-36s %10.1f\n", "empty program", ns_of_nothing());
    printf("%-36s %10.1f\n", "synthetic, ideal: all answer", ns_of_world("ideal"));
    printf("%-36s %10.1f\n", "synthetic, internet", ns_of_world("internet"));
    return 0;
}
