// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/bench.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/enum_table.h"
#include "base/log.h"
#include "base/number.h"
#include "bench/setup.h"

/* All combinations, and the results of their turns. */
struct runs {
    struct bench_setting *settings;
    struct bench_result *turns; /* BENCH_TURNS_MAX each */
    size_t count;
};

int bench_wait(struct bench *bench, uint64_t duration_ns)
{
    if (!bench->signal)
        bench->signal = stop_signals_wait(&bench->signals, duration_ns);
    return bench->signal ? -EINTR : 0;
}

/* The null device does not accept redirected frames. */
static bool is_possible(const struct bench_setting *setting)
{
    return setting->tx != &tx_live || setting->device != BENCH_NULL;
}

static int add(struct runs *runs, const struct bench_setting *setting)
{
    struct bench_setting *larger;

    if (!is_possible(setting))
        return 0;
    larger = realloc(runs->settings, (runs->count + 1) * sizeof(*larger));
    if (!larger)
        return -ENOMEM;
    runs->settings = larger;
    runs->settings[runs->count++] = *setting;
    return 0;
}

/* Adds one backend and device of a stage, with every number of threads and every batch. */
static int add_sizes(struct runs *runs, const struct bench_config *config, struct bench_setting setting)
{
    size_t batches = setting.stage->has_batch ? config->batch_counts : 1;
    int error = 0;

    for (size_t t = 0; t < config->thread_counts; t++)
        for (size_t b = 0; !error && b < batches; b++) {
            setting.threads = config->threads[t];
            setting.batch = setting.stage->has_batch ? config->batches[b] : (unsigned)SOURCE_BATCH;
            error = add(runs, &setting);
        }
    return error;
}

static int add_stage(struct runs *runs, const struct bench_config *config, const struct bench_stage *stage)
{
    int error = 0;

    if (!stage->uses_tx)
        error = add_sizes(runs, config, (struct bench_setting){.stage = stage});
    if (!error && stage->has_world && config->links)
        error = add_sizes(runs, config, (struct bench_setting){.stage = stage, .large = true});
    if (!stage->uses_tx)
        return error;
    for (enum bench_device_kind device = 0; device < BENCH_DEVICES; device++)
        for (size_t i = 0; !error && (config->devices & (1U << device)) && i < config->tx_count; i++)
            error = add_sizes(runs, config,
                              (struct bench_setting){
                                  .stage = stage,
                                  .tx = config->tx[i],
                                  .device = device,
                              });
    return error;
}

static int plan(struct runs *runs, const struct bench_config *config)
{
    int error = 0;

    for (size_t i = 0; !error && i < BENCH_STAGES; i++)
        if (config->stages & (1U << i))
            error = add_stage(runs, config, &bench_stages[i]);
    runs->turns = calloc(runs->count * BENCH_TURNS_MAX + 1, sizeof(*runs->turns));
    if (!runs->turns)
        error = -ENOMEM;
    if (error)
        log_error("bench: out of memory");
    return error;
}

bool bench_device_choices(size_t position, struct choice *out)
{
    static const struct choice devices[] = {
        [BENCH_NULL] = {.name = "null", .help = "an ifb that frees every frame at once"},
        [BENCH_VETH] = {.name = "veth", .help = "a pair whose far end drops everything in XDP"},
    };

    ENUM_TABLE(devices, BENCH_REAL); /* which is named by its interface */
    return choice_of(devices, sizeof(devices) / sizeof(devices[0]), position, out);
}

const char *bench_device_name(const struct bench_config *config, enum bench_device_kind device)
{
    struct choice made;

    return bench_device_choices(device, &made) ? made.name : config->link.name;
}

static const char *device_of(const struct bench_config *config, const struct bench_setting *setting)
{
    if (setting->large)
        return config->world_name;
    return setting->tx ? bench_device_name(config, setting->device) : setting->stage->device;
}

static void describe(const struct bench *bench, const struct bench_setting *setting, struct bench_result *out)
{
    *out = (struct bench_result){
        .stage = setting->stage->name,
        .backend = setting->tx ? setting->tx->name : setting->stage->backend,
        .device = device_of(bench->config, setting),
        .threads = setting->threads,
        .batch = setting->batch,
    };
}

static int take_turn(struct bench *bench, const struct bench_setting *setting, struct bench_result *out)
{
    describe(bench, setting, out);
    int error = setting->stage->measure(bench, setting, out);

    if (error && error != -EINTR)
        log_error("bench: %s by %s on %s with %u thread%s: %s", out->stage, out->backend, out->device,
                  out->threads, plural(out->threads),
                  setting->tx ? tx_open_error_text(setting->tx, error) : strerror(-error));
    return error;
}

/* Measures every combination once per turn. Returns how many turns are complete for all combinations. */
static unsigned take_turns(struct bench *bench, struct runs *runs, int *error)
{
    unsigned turn = 0;

    for (; turn < bench->config->turns; turn++)
        for (size_t i = 0; i < runs->count; i++) {
            *error = take_turn(bench, &runs->settings[i], &runs->turns[i * BENCH_TURNS_MAX + turn]);
            if (*error)
                return turn;
        }
    return turn;
}

static int collect(struct runs *runs, unsigned turns, struct bench_result **results, size_t *count)
{
    if (!turns)
        return 0;
    *results = calloc(runs->count + 1, sizeof(**results));
    if (!*results)
        return -ENOMEM;
    for (size_t i = 0; i < runs->count; i++)
        (*results)[i] = bench_result_median(&runs->turns[i * BENCH_TURNS_MAX], turns);
    *count = runs->count;
    return 0;
}

int bench_run(const struct bench_config *config, struct bench_result **results, size_t *count)
{
    struct bench bench = {.config = config, .turn_ns = config->duration_ns / config->turns};
    struct runs runs = {0};
    int error = bench_prepare(&bench);

    *results = NULL;
    *count = 0;
    if (!error)
        error = plan(&runs, config);
    if (!error) {
        unsigned turns = take_turns(&bench, &runs, &error);
        int collected = collect(&runs, turns, results, count);

        error = error ? error : collected;
    }
    bench_release(&bench);
    free(runs.settings);
    free(runs.turns);
    return bench.signal ? bench.signal : error;
}
