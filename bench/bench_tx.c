// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What probes cost in addition to the kernel's way of sending them: real probes in survey order through
 * sender_step(), compared with a loop that only republishes one constant frame through the same TX_RING, by
 * ring size and by batch. Both run in turn, so that other work on the machine affects both. `hopwire bench`
 * compares backends and threads.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "bench.h"
#include "bench/bench.h"
#include "bench/setup.h"
#include "engine/sender.h"

enum {
    TURNS = 7,
    CONSTANT_SIZE = 60, /* the minimum of Ethernet and the mean of probes with TTLs 1 to 32 */
};

static struct bench_result measure(struct bench *bench, struct bench_config *config,
                                   enum bench_device_kind device, unsigned batch, unsigned size)
{
    const struct bench_setting setting = {.tx = &tx_ring, .device = device, .threads = 1, .batch = batch};
    struct bench_result result = {0};

    config->size = size;
    bench_require(bench_measure_tx(bench, &setting, &result) == 0, "send");
    return result;
}

/* Takes turns and prints the medians; ratios are computed within each pair of turns. */
static void compare(struct bench *bench, struct bench_config *config, enum bench_device_kind device,
                    unsigned batch)
{
    double rates[2][TURNS], cpu[2][TURNS], ratio[2][TURNS];
    uint64_t drops = 0;

    for (int i = 0; i < TURNS; i++) {
        struct bench_result a = measure(bench, config, device, batch, CONSTANT_SIZE);
        struct bench_result b = measure(bench, config, device, batch, 0);

        rates[0][i] = a.pps / 1e6;
        rates[1][i] = b.pps / 1e6;
        ratio[0][i] = b.pps / a.pps;
        cpu[0][i] = a.cpu_ns;
        cpu[1][i] = b.cpu_ns;
        ratio[1][i] = a.cpu_ns / b.cpu_ns;
        drops += a.drops + b.drops;
    }
    printf("%-6s %5" PRIu32 " %5u %9.2f %9.2f %7.2f %9.0f %9.0f %7.2f %9" PRIu64 "\n",
           bench_device_name(config, device), config->slots, batch, bench_median(rates[0], TURNS),
           bench_median(rates[1], TURNS), bench_median(ratio[0], TURNS), bench_median(cpu[0], TURNS),
           bench_median(cpu[1], TURNS), bench_median(ratio[1], TURNS), drops);
}

static void print_head(void)
{
    printf("%-6s %5s %5s %9s %9s %7s %9s %9s %7s %9s\n", "", "", "", "constant", "probes", "", "constant",
           "probes", "", "");
    printf("%-6s %5s %5s %9s %9s %7s %9s %9s %7s %9s\n", "device", "slots", "batch", "Mpps", "Mpps", "ratio",
           "CPU ns", "CPU ns", "ratio", "drops");
}

int main(int argc, char **argv)
{
    static const uint32_t slots[] = {64, 128, 256, 512, 1024, 4096};
    static const unsigned batches[] = {4, 16, 32, 128, 256};
    struct bench_config config = {
        .stages = 1U << BENCH_STAGE_TX,
        .devices = 1U << BENCH_NULL | 1U << BENCH_VETH,
        .tx = {&tx_ring},
        .tx_count = 1,
    };
    struct bench bench = {.config = &config, .turn_ns = bench_start(argc, argv) / 2};

    log_route_libraries();
    bench_require(bench_prepare(&bench) == 0, "make devices: it needs root");
    print_head();
    for (enum bench_device_kind device = BENCH_NULL; device <= BENCH_VETH; device++) {
        for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
            config.slots = slots[i];
            compare(&bench, &config, device, SENDER_BATCH);
        }
        for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
            config.slots = 1024;
            compare(&bench, &config, device, batches[i]);
        }
    }
    bench_release(&bench);
    return 0;
}
