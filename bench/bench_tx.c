// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What probes cost beyond the kernel's way of sending them: the TX_RING backend with real probes in survey
 * order through sender_step(), against a loop that only republishes one constant probe through such a ring.
 * Both send from one pinned thread, in turn, so that what else the machine does strikes both.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "bench.h"
#include "device.h"
#include "engine/sender.h"
#include "send/packet_ring.h"
#include "target_shapes.h"

enum {
    TURNS = 7,
    MIN_TTL = 1,
    MAX_TTL = 32,
    FLOWS = 256,       /* so many that no turn comes to the end of the order */
    CONSTANT_TTL = 17, /* makes 60 bytes, the least of Ethernet and the mean of these TTLs */
    DEFAULT_SLOTS = 256,
};

#define SOURCE 0xc6120002 /* 198.18.0.2 */
#define TARGET 0x14000001

static const struct siphash_key key = {1, 2};

/* What one turn brought. */
struct turn {
    uint64_t frames, wall_ns, cpu_ns;
};

/* Sends the same frame again and again. */
struct repeater {
    struct packet_ring ring;
    unsigned length, batch;
};

struct bench {
    struct frame_template frame;
    const struct targets *targets;
    const struct address_set *blocklist;
    uint64_t turn_ns;
};

static struct turn begin(uint64_t frames)
{
    return (struct turn){frames, clock_now_ns(), bench_cpu_ns()};
}

static struct turn end(struct turn began, uint64_t frames)
{
    return (struct turn){frames - began.frames, clock_now_ns() - began.wall_ns,
                         bench_cpu_ns() - began.cpu_ns};
}

static double mpps(struct turn turn)
{
    return (double)turn.frames * 1e3 / (double)turn.wall_ns;
}

static double cpu_per_frame(struct turn turn)
{
    return (double)turn.cpu_ns / (double)turn.frames;
}

static void repeater_open(struct repeater *repeater, const struct bench *bench, const struct device *device,
                          uint32_t slots, unsigned batch)
{
    const struct probe probe = {.target = TARGET, .ttl = CONSTANT_TTL};

    bench_require(packet_ring_open(&repeater->ring, device->link.index, slots, FRAME_MAX_LENGTH) == 0, "open a TX_RING");
    repeater->batch = batch;
    for (uint32_t i = 0; i < slots; i++) {
        uint8_t *frame = packet_ring_slot(&repeater->ring, i) + PACKET_RING_FRAME_OFFSET;

        frame_prepare(&bench->frame, frame);
        repeater->length = frame_craft(&bench->frame, &probe, 1, frame);
    }
}

static struct turn repeat(struct repeater *repeater, uint64_t turn_ns)
{
    struct packet_ring *ring = &repeater->ring;
    struct turn turn = begin(ring->tail);

    while (clock_now_ns() - turn.wall_ns < turn_ns) {
        for (unsigned i = 0; i < repeater->batch && packet_ring_next(ring); i++)
            packet_ring_publish(ring, repeater->length);
        packet_ring_kick(ring);
        packet_ring_collect(ring);
    }
    return end(turn, ring->tail);
}

static void sender_open(struct sender *sender, const struct bench *bench, const struct device *device,
                        uint32_t slots)
{
    const struct strategy_config strategy = {
        .targets = bench->targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .key = key,
        .slices = 1,
    };
    const struct tx_config tx = {
        .interface_index = device->link.index,
        .frame = &bench->frame,
        .slots = slots,
    };

    *sender = (struct sender){
        .strategy = strategy_exhaustive.create(&strategy),
        .blocklist = bench->blocklist,
    };
    bench_require(sender->strategy, "keep a strategy in memory");
    bench_require(tx_ring.open(&sender->tx, &tx) == 0, "open a TX_RING");
    pacer_init(&sender->pacer, INFINITY, clock_now_ns());
}

static void sender_close(struct sender *sender)
{
    struct tx_totals totals;

    sender->tx->ops->close(sender->tx, &totals);
    sender->strategy->ops->destroy(sender->strategy);
}

static struct turn survey(struct sender *sender, uint64_t turn_ns)
{
    struct turn turn = begin(counter_read(&sender->tx->counters.sent));
    uint64_t now;

    while ((now = clock_now_ns()) - turn.wall_ns < turn_ns)
        bench_require(sender_step(sender, now) >= 0, "send");
    return end(turn, counter_read(&sender->tx->counters.sent));
}

/* Takes turns and prints the medians; the ratios are those within each pair of turns. */
static void compare(const struct bench *bench, const struct device *device, uint32_t slots)
{
    double constant[2][TURNS], probes[2][TURNS], ratio[2][TURNS];
    uint64_t arrived = device_arrived(device), sent = 0;
    struct repeater repeater;
    struct sender sender;

    repeater_open(&repeater, bench, device, slots, SENDER_BATCH);
    sender_open(&sender, bench, device, slots);
    for (int i = 0; i < TURNS; i++) {
        struct turn a = repeat(&repeater, bench->turn_ns), b = survey(&sender, bench->turn_ns);

        constant[0][i] = mpps(a);
        probes[0][i] = mpps(b);
        ratio[0][i] = mpps(b) / mpps(a);
        constant[1][i] = cpu_per_frame(a);
        probes[1][i] = cpu_per_frame(b);
        ratio[1][i] = cpu_per_frame(a) / cpu_per_frame(b);
        sent += a.frames + b.frames;
    }
    printf("%-6s %5" PRIu32 " %9.2f %9.2f %7.2f %9.0f %9.0f %7.2f %9.2f\n", device->name, slots,
           bench_median(constant[0], TURNS), bench_median(probes[0], TURNS), bench_median(ratio[0], TURNS),
           bench_median(constant[1], TURNS), bench_median(probes[1], TURNS), bench_median(ratio[1], TURNS),
           100.0 * (double)(device_arrived(device) - arrived) / (double)sent);
    packet_ring_close(&repeater.ring);
    sender_close(&sender);
}

static void compare_ring_sizes(const struct bench *bench, const struct device *devices, size_t count)
{
    static const uint32_t slots[] = {64, 128, 256, 512, 1024, 4096};

    printf("%-6s %5s %9s %9s %7s %9s %9s %7s %9s\n", "", "", "constant", "probes", "", "constant", "probes",
           "", "arrived");
    printf("%-6s %5s %9s %9s %7s %9s %9s %7s %9s\n", "device", "slots", "Mpps", "Mpps", "ratio", "CPU ns",
           "CPU ns", "ratio", "%");
    for (size_t d = 0; d < count; d++)
        for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
            compare(bench, &devices[d], slots[i]);
}

static double cost_of_batch(const struct bench *bench, const struct device *device, unsigned batch)
{
    double cpu_ns[TURNS];
    struct repeater repeater;

    repeater_open(&repeater, bench, device, DEFAULT_SLOTS, batch);
    for (int i = 0; i < TURNS; i++)
        cpu_ns[i] = cpu_per_frame(repeat(&repeater, bench->turn_ns));
    packet_ring_close(&repeater.ring);
    return bench_median(cpu_ns, TURNS);
}

static void compare_batches(const struct bench *bench, const struct device *devices, size_t count)
{
    static const unsigned batches[] = {4, 16, 32, 64, 128, 256};

    printf("\nconstant frames, CPU ns a frame, by frames a system call\n%-12s", "");
    for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++)
        printf(" %7u", batches[i]);
    for (size_t d = 0; d < count; d++) {
        printf("\n%-12s", devices[d].name);
        for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++)
            printf(" %7.0f", cost_of_batch(bench, &devices[d], batches[i]));
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct bench bench = {.turn_ns = bench_start(argc, argv) / 2, .blocklist = shape_special()};
    struct prefix_list list = {0};
    struct device devices[2];

    bench_pin();
    device_make_all(&devices[0], &devices[1]);
    frame_template_init(&bench.frame,
                        &(struct frame_config){.key = key, .source = SOURCE, .vlan = FRAME_NO_VLAN});
    shape_slash8(&list);
    bench.targets = shape_targets(&list, bench.blocklist);
    compare_ring_sizes(&bench, devices, 2);
    compare_batches(&bench, devices, 2);
    return 0;
}
