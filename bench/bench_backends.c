// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All ways of sending side by side on veth: real probes in survey order through sender_step(), in turns, so
 * that what else the machine does strikes all. CPU is that of the whole process: the thread of live frames,
 * and softirqs that ran in a thread's place, included.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "bench.h"
#include "device.h"
#include "engine/sender.h"
#include "target_shapes.h"
#include "xdp/socket.h"

enum {
    TURNS = 5,
    BACKENDS_MAX = 8,
    MIN_TTL = 1,
    MAX_TTL = 32,
    FLOWS = 256, /* so many that no turn comes to the end of the order */
    RECEIVE_FRAMES = 64,
};

#define SOURCE 0xc6120002 /* 198.18.0.2 */

static const struct siphash_key key = {1, 2};

struct bench {
    struct frame_template frame;
    const struct targets *targets;
    const struct address_set *blocklist;
    const struct device *device;
    uint64_t turn_ns;
};

/* What the turns of one backend brought. */
struct outcome {
    double mpps[TURNS], cpu_ns[TURNS], arrived[TURNS], dropped[TURNS];
};

static struct source *open_xdp_socket(const struct device *device)
{
    const struct xdp_socket_config config = {
        .interface = device->link.name,
        .frames = RECEIVE_FRAMES,
        .tx.slots = XDP_SOCKET_DEFAULT_TX_SLOTS,
    };
    struct source *source;

    bench_require(xdp_socket_open(&source, &config) == 0, "open an AF_XDP socket");
    return source;
}

static void sender_open(struct sender *sender, const struct bench *bench, const struct tx_ops *ops,
                        struct source *source)
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
        .interface_index = bench->device->link.index,
        .frame = &bench->frame,
        .xdp = source ? xdp_socket_tx(source) : NULL,
    };

    *sender =
        (struct sender){.strategy = strategy_exhaustive.create(&strategy), .blocklist = bench->blocklist};
    bench_require(sender->strategy, "keep a strategy in memory");
    bench_require(ops->open(&sender->tx, &tx) == 0, "open a TX backend");
    pacer_init(&sender->pacer, INFINITY, clock_now_ns());
}

static void take_turn(const struct bench *bench, const struct tx_ops *ops, struct outcome *out, int turn)
{
    struct source *source = ops->uses_xdp_socket ? open_xdp_socket(bench->device) : NULL;
    uint64_t arrived = device_arrived(bench->device), now, start, cpu;
    struct tx_totals totals;
    struct sender sender;

    sender_open(&sender, bench, ops, source);
    start = clock_now_ns();
    cpu = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    while ((now = clock_now_ns()) - start < bench->turn_ns)
        bench_require(sender_step(&sender, now) >= 0, "send");
    cpu = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    sender.tx->ops->close(sender.tx, &totals);
    sender.strategy->ops->destroy(sender.strategy);
    if (source)
        source->ops->close(source);

    double sent = (double)totals.sent;
    out->mpps[turn] = sent * 1e3 / (double)(now - start);
    out->cpu_ns[turn] = (double)cpu / sent;
    out->arrived[turn] = 100 * (double)(device_arrived(bench->device) - arrived) / sent;
    out->dropped[turn] = 100 * (double)totals.dropped / (double)(totals.dropped + totals.sent);
}

int main(int argc, char **argv)
{
    struct bench bench = {.turn_ns = 5 * bench_start(argc, argv), .blocklist = shape_special()};
    struct outcome outcomes[BACKENDS_MAX];
    struct prefix_list list = {0};
    struct device devices[2];
    const struct tx_ops *ops;

    device_make_all(&devices[0], &devices[1]);
    bench.device = &devices[1];
    frame_template_init(&bench.frame,
                        &(struct frame_config){.key = key, .source = SOURCE, .vlan = FRAME_NO_VLAN});
    shape_slash8(&list);
    bench.targets = shape_targets(&list, bench.blocklist);
    for (int turn = 0; turn < TURNS; turn++)
        for (size_t i = 0; i < BACKENDS_MAX && (ops = tx_at(i)); i++)
            take_turn(&bench, ops, &outcomes[i], turn);

    printf("%-10s %7s %9s %9s %9s\n", "veth", "Mpps", "CPU ns", "arrived %", "refused %");
    for (size_t i = 0; i < BACKENDS_MAX && (ops = tx_at(i)); i++)
        printf("%-10s %7.2f %9.0f %9.2f %9.2f\n", ops->name, bench_median(outcomes[i].mpps, TURNS),
               bench_median(outcomes[i].cpu_ns, TURNS), bench_median(outcomes[i].arrived, TURNS),
               bench_median(outcomes[i].dropped, TURNS));
    return 0;
}
