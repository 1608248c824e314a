// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The capacity of the simulated Internet's delay line: replies per second by one thread, and how late they
 * leave. Probes of an ideal world with round-trip times come from a paced ring at one end; at the other an
 * XDP program counts and drops replies, so that only the line uses the processor.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/histogram.h"
#include "bench.h"
#include "bpf/xdp_drop.skel.h"
#include "host/link.h"
#include "host/netns.h"
#include "packet/frame.h"
#include "send/pacer.h"
#include "send/packet_ring.h"
#include "sim/line.h"
#include "sim/options.h"
#include "sim/responder.h"
#include "xdp/program.h"

enum {
    SLOTS = 256,
    BATCH = 64,
    DRAIN_NS = 500000000, /* longer than any reply is held */
    MEMORY = 64 << 20,
};

static const uint8_t gateway_mac[6] = {2, 0, 0, 0, 0, 1};

struct bench {
    int near, far;
    struct link_info near_link, far_link;
    struct sim_topology world;
    uint64_t round_ns;
};

static void bring_up(const char *name, struct link_info *link)
{
    bench_require(link_by_name(name, link) == 0 && link_set_up(link->index) == 0, "bring up a device");
}

/* The far end is in the world, the near end drops what arrives. */
static void make_devices(struct bench *bench)
{
    struct xdp_drop *drop;

    bench->near = netns_create();
    bench->far = netns_create();
    bench_require(bench->near >= 0 && bench->far >= 0 && netns_enter(bench->near) == 0,
                  "make namespaces: it needs root");
    bench_require(link_create_veth("near", "far", bench->far, 1) == 0, "make a veth pair");
    bring_up("near", &bench->near_link);
    drop = xdp_drop__open_and_load();
    bench_require(drop && xdp_program_attach(bpf_program__fd(drop->progs.xdp_drop), bench->near_link.index,
                                             XDP_MODE_NATIVE) >= 0,
                  "attach an XDP program");
    bench_require(netns_enter(bench->far) == 0, "enter a namespace");
    bring_up("far", &bench->far_link);
}

static struct sim_line *open_line(const struct bench *bench, struct sim_responder **responder)
{
    const struct sim_line_config config = {.rtt = true, .rtt_key = 1, .memory = MEMORY};
    const struct sim_router_line router = sim_line_router(&config);
    struct sim_line *line = NULL;

    bench_require(netns_enter(bench->far) == 0 &&
                      sim_responder_load(responder, &bench->world, &router, gateway_mac) == 0 &&
                      sim_responder_attach(*responder, bench->far_link.index) == 0,
                  "attach the responder");
    bench_require(sim_line_open(&line, &config, "far", 1, *responder) == 0, "open the delay line");
    bench_require(netns_enter(bench->near) == 0, "enter a namespace");
    return line;
}

static void open_ring(const struct bench *bench, struct packet_ring *ring, struct frame_template *frame)
{
    struct frame_config config = {
        .layout = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){1, 2}),
        .source = address_of_ipv4(SIM_HOST_ADDRESS),
        .vlan = FRAME_NO_VLAN,
    };

    memcpy(config.next_hop_mac, gateway_mac, sizeof(gateway_mac));
    frame_template_init(frame, &config);
    bench_require(packet_ring_open(ring, bench->near_link.index, SLOTS, FRAME_MAX_LENGTH) == 0,
                  "open a TX_RING");
    for (uint32_t i = 0; i < SLOTS; i++)
        frame_prepare(frame, packet_ring_slot(ring, i) + PACKET_RING_FRAME_OFFSET);
}

/* Returns how many probes were sent. */
static uint64_t send_probes(const struct bench *bench, double rate)
{
    struct frame_template template;
    struct packet_ring ring;
    struct pacer pacer;
    uint64_t start = clock_now_ns(), now, number = 0;
    uint8_t *frame;

    open_ring(bench, &ring, &template);
    pacer_init(&pacer, rate, start);
    while ((now = clock_now_ns()) - start < bench->round_ns) {
        uint32_t due = pacer_grant(&pacer, now, BATCH);

        for (; due && (frame = packet_ring_next(&ring)); due--, number++) {
            const struct probe probe = {
                .target_address = address_of_ipv4(0x10000000 | (uint32_t)(mix64(number) & 0xffffff)),
                .ttl = (uint8_t)(1 + number % 32)};

            packet_ring_publish(&ring, frame_craft(&template, &probe, (uint32_t)number, frame));
        }
        pacer_return(&pacer, due);
        packet_ring_kick(&ring);
        packet_ring_collect(&ring);
    }
    packet_ring_close(&ring);
    return number;
}

static void measure(const struct bench *bench, double rate)
{
    struct sim_responder *responder = NULL;
    struct sim_line *line = open_line(bench, &responder);
    struct histogram *late = calloc(1, sizeof(*late));
    struct sim_line_counters counters;
    uint64_t probes = send_probes(bench, rate);

    nanosleep(&(struct timespec){.tv_nsec = DRAIN_NS}, NULL);
    sim_line_counters(line, &counters);
    bench_require(late, "keep a histogram in memory");
    sim_line_lateness(line, late);
    printf("%9.0f %9.0f %9.0f %9.2f %7" PRIu32 " %7" PRIu32 " %7" PRIu32 "\n", rate,
           (double)probes * NS_PER_S / (double)bench->round_ns,
           (double)counters.sent * NS_PER_S / (double)bench->round_ns,
           100.0 * (double)(counters.delay_full + counters.dropped) / (double)probes,
           histogram_percentile(late, 50), histogram_percentile(late, 90), histogram_percentile(late, 99));
    free(late);
    sim_line_close(line);
    sim_responder_destroy(responder);
}

int main(int argc, char **argv)
{
    static const double rates[] = {10e3, 50e3, 100e3, 200e3, 300e3, 500e3};
    struct bench bench = {.round_ns = 4 * bench_start(argc, argv)};
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    bench_require(sim_options_resolve(&options, &bench.world) == 0, "make a world");
    make_devices(&bench);
    printf("%9s %9s %9s %9s %7s %7s %7s\n", "asked", "probes", "replies", "lost", "late us", "", "");
    printf("%9s %9s %9s %9s %7s %7s %7s\n", "a second", "a second", "a second", "%", "p50", "p90", "p99");
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        measure(&bench, rates[i]);
    return 0;
}
