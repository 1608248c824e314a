// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What probes cost beyond the kernel's way of sending them: the TX_RING backend with real probes in survey
 * order through sender_step(), against a loop that only republishes one constant frame through the same ring.
 * Both send from one pinned thread, in turn, so that what else the machine does strikes both.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "device.h"
#include "engine/sender.h"
#include "send/packet_ring.h"
#include "target_shapes.h"

enum {
    TURNS = 9,
    MIN_TTL = 1,
    MAX_TTL = 32,
    FLOWS = 256,       /* so many that no turn comes to the end of the order */
    CONSTANT_TTL = 17, /* makes 60 bytes, the least of Ethernet and the mean of these TTLs */
};

#define SOURCE 0xc6120002 /* 198.18.0.2 */

static const struct siphash_key key = {1, 2};

static const uint32_t ring_sizes[] = {64, 128, 256, 512, 1024, 4096};

/* What one turn brought. */
struct turn {
    uint64_t frames, wall_ns, cpu_ns;
};

struct bench {
    struct frame_template frame;
    const struct targets *targets;
    const struct address_set *blocklist;
    uint64_t turn_ns;
};

static struct turn begin(void)
{
    return (struct turn){.wall_ns = clock_now_ns(), .cpu_ns = bench_cpu_ns()};
}

static struct turn end(struct turn began, uint64_t frames)
{
    return (struct turn){
        .frames = frames,
        .wall_ns = clock_now_ns() - began.wall_ns,
        .cpu_ns = bench_cpu_ns() - began.cpu_ns,
    };
}

/* Writes the same probe into every slot; returns its length. */
static unsigned write_constant_probe(const struct bench *bench, struct packet_ring *ring)
{
    const struct probe probe = {.target = 0x14000001, .ttl = CONSTANT_TTL};
    unsigned length = 0;

    for (uint32_t i = 0; i <= ring->mask; i++) {
        uint8_t *frame = packet_ring_slot(ring, i) + PACKET_RING_FRAME_OFFSET;

        frame_prepare(&bench->frame, frame);
        length = frame_craft(&bench->frame, &probe, 1, frame);
    }
    return length;
}

static struct turn send_constant(const struct bench *bench, const struct device *device, uint32_t slots)
{
    struct packet_ring ring;
    struct turn turn;
    uint64_t sent = 0;
    unsigned length;

    bench_require(packet_ring_open(&ring, device->link.index, slots) == 0, "open a TX_RING");
    length = write_constant_probe(bench, &ring);
    turn = begin();
    while (clock_now_ns() - turn.wall_ns < bench->turn_ns) {
        for (unsigned i = 0; i < SENDER_BATCH && packet_ring_next(&ring); i++)
            packet_ring_publish(&ring, length);
        packet_ring_kick(&ring);
        sent += packet_ring_collect(&ring).sent;
    }
    turn = end(turn, sent);
    packet_ring_close(&ring);
    return turn;
}

static void open_sender(const struct bench *bench, struct sender *sender, const struct device *device,
                        uint32_t slots)
{
    const struct tx_config tx = {
        .interface_index = device->link.index,
        .frame = &bench->frame,
        .slots = slots,
    };
    const struct strategy_config strategy = {
        .targets = bench->targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .key = key,
        .slices = 1,
    };

    *sender = (struct sender){
        .strategy = strategy_exhaustive.create(&strategy),
        .blocklist = bench->blocklist,
    };
    bench_require(sender->strategy, "keep a strategy in memory");
    bench_require(tx_ring.open(&sender->tx, &tx) == 0, "open a TX_RING");
    pacer_init(&sender->pacer, INFINITY, clock_now_ns());
}

static void close_sender(struct sender *sender)
{
    struct tx_totals totals;

    sender->tx->ops->close(sender->tx, &totals);
    sender->strategy->ops->destroy(sender->strategy);
}

static struct turn send_probes(const struct bench *bench, const struct device *device, uint32_t slots)
{
    struct sender sender;
    struct turn turn;
    uint64_t now;

    open_sender(bench, &sender, device, slots);
    turn = begin();
    while ((now = clock_now_ns()) - turn.wall_ns < bench->turn_ns)
        bench_require(sender_step(&sender, now) >= 0, "send");
    turn = end(turn, counter_read(&sender.tx->counters.sent));
    close_sender(&sender);
    return turn;
}

static double mpps(const struct turn *turn)
{
    return (double)turn->frames * 1e3 / (double)turn->wall_ns;
}

static double cpu_ns(const struct turn *turn)
{
    return (double)turn->cpu_ns / (double)turn->frames;
}

/* Takes turns and prints the medians, and the median of the ratios within each pair of turns. */
static void compare(const struct bench *bench, const struct device *device, uint32_t slots)
{
    double constant[TURNS], probes[TURNS], ratio[TURNS], constant_cpu[TURNS], probes_cpu[TURNS],
        cpu_ratio[TURNS];
    uint64_t arrived = device_arrived(device), sent = 0;

    for (int i = 0; i < TURNS; i++) {
        struct turn a = send_constant(bench, device, slots);
        struct turn b = send_probes(bench, device, slots);

        constant[i] = mpps(&a);
        probes[i] = mpps(&b);
        ratio[i] = probes[i] / constant[i];
        constant_cpu[i] = cpu_ns(&a);
        probes_cpu[i] = cpu_ns(&b);
        cpu_ratio[i] = constant_cpu[i] / probes_cpu[i];
        sent += a.frames + b.frames;
    }
    arrived = device_arrived(device) - arrived;
    printf("%-6s %6" PRIu32 " %9.2f %9.2f %7.2f %9.0f %9.0f %7.2f %8.2f\n", device->name, slots,
           bench_median(constant, TURNS), bench_median(probes, TURNS), bench_median(ratio, TURNS),
           bench_median(constant_cpu, TURNS), bench_median(probes_cpu, TURNS), bench_median(cpu_ratio, TURNS),
           100.0 * (double)arrived / (double)sent);
}

int main(int argc, char **argv)
{
    struct bench bench = {.turn_ns = bench_start(argc, argv), .blocklist = shape_special()};
    struct prefix_list list = {0};
    struct device devices[2];

    frame_template_init(&bench.frame,
                        &(struct frame_config){.key = key, .source = SOURCE, .vlan = FRAME_NO_VLAN});
    bench_pin();
    device_make_all(&devices[0], &devices[1]);
    shape_slash8(&list);
    bench.targets = shape_targets(&list, bench.blocklist);
    printf("%-6s %6s %9s %9s %7s %9s %9s %7s %8s\n", "device", "slots", "constant", "probes", "ratio",
           "constant", "probes", "ratio", "arrived");
    printf("%-6s %6s %9s %9s %7s %9s %9s %7s %8s\n", "", "", "Mpps", "Mpps", "", "CPU ns", "CPU ns", "", "%");
    for (size_t d = 0; d < 2; d++)
        for (size_t i = 0; i < sizeof(ring_sizes) / sizeof(ring_sizes[0]); i++)
            compare(&bench, &devices[d], ring_sizes[i]);
    return 0;
}
