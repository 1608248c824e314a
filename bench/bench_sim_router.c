// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reply of the simulated Internet costs: nanoseconds per packet inside the responder, as the kernel
 * counts them (BPF_ENABLE_STATS). The kernel's own two clock readings are included; their cost is visible in
 * the empty program.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bench.h"
#include "packet/layout.h"
#include "sim/options.h"
#include "sim/responder.h"
#include "sim/topology.h"

enum {
    PACKETS = 200000,
    FRAME_SIZE = 256,
    MAX_TTL = 32,
    ROUTES = 125000, /* as many as in the largest published set that we know */
    ROUTE_LENGTH = 18,
    EDGES_DEPTH = 30,
    EDGES_WIDTH = 8,
    EDGES_TARGET = 0x0a000001, /* 10.0.0.1 */
};

static const uint8_t ethernet[14] = {0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00};

/* The target and the flow of the i-th probe. */
typedef struct probe probe_maker(uint64_t i);

static struct probe probe_anywhere(uint64_t i)
{
    return (struct probe){.target_address = address_of_ipv4((uint32_t)mix64(i) >> 1)};
}

/* Targets of the routes file are 1.0.0.0 and up. */
static struct probe probe_route(uint64_t i)
{
    return (struct probe){.target_address = address_of_ipv4((1U << 24) + (uint32_t)(mix64(i) % ROUTES))};
}

static struct probe probe_edges(uint64_t i)
{
    return (struct probe){.target_address = address_of_ipv4(EDGES_TARGET),
                          .flow = (uint16_t)(i / MAX_TTL % 256)};
}

static unsigned make_probe(uint8_t frame[FRAME_SIZE], probe_maker *make, uint64_t i)
{
    struct probe probe = make(i);
    const struct layout *layout = &layouts[LAYOUT_USUAL];
    struct layout_template template;

    probe.ttl = (uint8_t)(1 + i % MAX_TTL);
    memcpy(frame, ethernet, sizeof(ethernet));
    layout->template_init(&template, (struct siphash_key){1, 2}, address_of_ipv4(SIM_HOST_ADDRESS),
                          layout->usual_port);
    layout->prepare(&template, frame + sizeof(ethernet));
    return (unsigned)sizeof(ethernet) +
           layout->craft(&template, &probe, (uint32_t)i, frame + sizeof(ethernet));
}

static double ns_per_packet(int program, probe_maker *make)
{
    struct bpf_prog_info info = {0};
    uint32_t info_size = sizeof(info);

    for (uint64_t i = 0; i < PACKETS; i++) {
        uint8_t in[FRAME_SIZE] = {0}, out[FRAME_SIZE];
        LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = in, .data_size_in = make_probe(in, make, i),
                    .data_out = out, .data_size_out = sizeof(out), .repeat = 1);

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
    return ns_per_packet(program, probe_anywhere);
}

static double ns_of_world(const char *topology, const char *realism, probe_maker *make)
{
    struct sim_options options = sim_options_default();
    struct sim_responder *responder = NULL;
    struct sim_topology world;

    options.topology = topology;
    options.realism = realism;
    bench_require(sim_options_resolve(&options, &world) == 0, "make that world");
    bench_require(sim_responder_load(&responder, &world, NULL, ethernet) == 0,
                  "load the responder: run as root");
    double ns = ns_per_packet(sim_responder_program(responder), make);
    sim_responder_destroy(responder);
    sim_topology_free(&world);
    return ns;
}

static void write_address(FILE *file, uint32_t address)
{
    fprintf(file, " %u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

static void write_routes(FILE *file)
{
    for (uint32_t i = 0; i < ROUTES; i++) {
        write_address(file, (1U << 24) + i);
        for (uint32_t hop = 0; hop < ROUTE_LENGTH; hop++)
            write_address(file, 0xf0000000U | hop << 20 | i >> (ROUTE_LENGTH - hop));
        write_address(file, (1U << 24) + i);
        fputc('\n', file);
    }
}

static uint32_t edges_node(uint32_t depth, uint32_t i)
{
    return depth == EDGES_DEPTH ? EDGES_TARGET : 0xf0000000U | depth << 8 | (depth ? i : 0);
}

static void write_edges(FILE *file)
{
    for (uint32_t depth = 0; depth < EDGES_DEPTH; depth++)
        for (uint32_t i = 0; i < EDGES_WIDTH * EDGES_WIDTH; i++) {
            write_address(file, edges_node(depth, i / EDGES_WIDTH));
            write_address(file, edges_node(depth + 1, i % EDGES_WIDTH));
            fputc('\n', file);
        }
}

/* The same for a kind that reads a file, which is made here. */
static double ns_of_file(const char *kind, void (*write)(FILE *file), probe_maker *make)
{
    char path[] = "/tmp/hopwire-bench-XXXXXX", topology[64];
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    bench_require(file, "cannot make a file in /tmp");
    write(file);
    bench_require(fclose(file) == 0, "cannot write a file in /tmp");
    snprintf(topology, sizeof(topology), "%s:%s", kind, path);
    double ns = ns_of_world(topology, "ideal", make);
    unlink(path);
    return ns;
}

int main(int argc, char **argv)
{
    bench_start(argc, argv);
    bench_require(bpf_enable_stats(BPF_STATS_RUN_TIME) >= 0, "count run times: run as root");
    printf("%-36s %10s\n", "simulated router, ns per packet", "");
    printf("%-36s %10.1f\n", "empty program", ns_of_nothing());
    printf("%-36s %10.1f\n", "synthetic, ideal: all answer",
           ns_of_world("synthetic", "ideal", probe_anywhere));
    printf("%-36s %10.1f\n", "synthetic, internet", ns_of_world("synthetic", "internet", probe_anywhere));
    printf("%-36s %10.1f\n", "routes: 125,000 of 18 hops", ns_of_file("routes", write_routes, probe_route));
    printf("%-36s %10.1f\n", "edges: 30 levels of 8", ns_of_file("edges", write_edges, probe_edges));
    return 0;
}
