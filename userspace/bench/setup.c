// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/setup.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/stop_signal.h"
#include "bench/target_shapes.h"

enum {
    REPLIES = 1 << 18, /* far more than any cache holds */
    BENCHMARKING_GRANULARITY = 32,
};

static bool wants_veth(const struct bench_config *config)
{
    bool wanted = false;

    for (size_t i = 0; i < BENCH_STAGES; i++)
        if (config->stages & (1U << i))
            wanted |= bench_stages[i].uses_veth ||
                      (bench_stages[i].uses_tx && (config->devices & (1U << BENCH_VETH)));
    return wanted;
}

static bool wants_tx(const struct bench_config *config, enum bench_device_kind device)
{
    for (size_t i = 0; i < BENCH_STAGES; i++)
        if ((config->stages & (1U << i)) && bench_stages[i].uses_tx)
            return config->devices & (1U << device);
    return false;
}

static int open_devices(struct bench *bench)
{
    const struct bench_config *config = bench->config;
    unsigned queues = 1;
    int error = 0;

    for (size_t i = 0; i < config->thread_counts; i++)
        if (config->threads[i] > queues)
            queues = config->threads[i];
    if (wants_tx(config, BENCH_NULL))
        error = bench_device_open_null(&bench->devices[BENCH_NULL], queues);
    if (!error && wants_veth(config))
        error = bench_device_open_veth(&bench->devices[BENCH_VETH], queues);
    if (!error && wants_tx(config, BENCH_REAL))
        error = bench_device_adopt(&bench->devices[BENCH_REAL], &config->link, config->source,
                                   config->next_hop_mac);
    if (error)
        log_error("bench: cannot make the devices to measure with: %s", strerror(-error));
    return error;
}

static int make_targets(struct bench *bench)
{
    struct prefix_list list = {0};
    bool ipv4 = bench->config->layout.layout->family == FAMILY_IPV4;
    int error = (ipv4 ? shape_slash8 : shape_slash32)(&list);

    bench->blocklist = shape_special();
    if (!error)
        bench->targets = shape_targets(&list, SHAPE_GRANULARITY, bench->blocklist);
    list = (struct prefix_list){0};
    if (!error)
        error = shape_benchmarking(&list);
    if (!error)
        bench->real_targets = shape_targets(&list, BENCHMARKING_GRANULARITY, NULL);
    return error || !bench->blocklist || !bench->targets || !bench->real_targets ? -ENOMEM : 0;
}

static int make_replies(struct bench *bench)
{
    const struct bench_config *config = bench->config;
    int error = 0;

    if (config->links) {
        error = large_world_make(&bench->world, config->links, config->interfaces);
        reply_mix_of(&bench->large_mix, config->layout.layout, &bench->world);
    }
    for (size_t i = 0; !error && i < BENCH_STAGES; i++)
        if ((config->stages & (1U << i)) && bench_stages[i].uses_replies)
            return reply_mix_make(&bench->mix, config->layout.layout, bench->targets, REPLIES);
    return error;
}

int bench_prepare(struct bench *bench)
{
    for (size_t i = 0; i < BENCH_DEVICES; i++)
        bench->devices[i].netns = -1;
    stop_signals_open(&bench->signals);
    crew_cpus_read(&bench->cpus);
    int error = make_targets(bench);
    if (!error)
        error = make_replies(bench);
    if (error) {
        log_error("bench: cannot keep targets and replies in memory: %s", strerror(-error));
        return error;
    }
    return open_devices(bench);
}

void bench_release(struct bench *bench)
{
    stop_signals_close(&bench->signals);
    for (size_t i = 0; i < BENCH_DEVICES; i++)
        bench_device_close(&bench->devices[i]);
    reply_mix_free(&bench->mix);
    large_world_free(&bench->world);
    targets_destroy(bench->targets);
    targets_destroy(bench->real_targets);
    address_set_destroy(bench->blocklist);
}
