// SPDX-License-Identifier: GPL-2.0-or-later
/* Many paths, round after round without end: a line of JSON for each that was seen first or has changed. */
#include <stdlib.h>

#include "base/clock.h"
#include "command/commands.h"
#include "trace/path_watch.h"
#include "trace/view.h"

struct monitored {
    const struct host *host;
    struct path *path;
    struct path_watch watch;
};

struct monitor_view {
    struct clock_pairing clock;
    struct monitored *paths; /* by owner */
    size_t count;
};

static void print_change(const struct monitor_view *self, const struct monitored *monitored,
                         const struct path_change *change, uint64_t now_ns)
{
    const struct watched_target target = {
        .name = monitored->host->name,
        .address = monitored->host->address,
        .flow = path_config(monitored->path)->flow,
    };
    json_t *object = path_change_json(&monitored->watch, change, &target,
                                      clock_to_realtime_ns(&self->clock, now_ns) / NS_PER_US);

    if (!object)
        return;
    json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
    fputc('\n', stdout);
    fflush(stdout);
    json_decref(object);
}

static void round_ended(void *context, struct path *path, uint64_t now_ns)
{
    struct monitor_view *self = context;
    struct monitored *monitored = &self->paths[path_config(path)->owner];
    struct path_change change;
    struct path_round round;

    path_round_read(path, &round);
    if (path_watch_round(&monitored->watch, &round, &change) != PATH_SAME)
        print_change(self, monitored, &change, now_ns);
}

static int add_paths(struct trace_run *run, struct monitor_view *self)
{
    const struct hosts *hosts = run->config->hosts;
    const struct path_observer observer = {.round_ended = round_ended, .context = self};

    for (size_t i = 0; i < hosts->count; i++)
        for (unsigned flow = 0; flow < run->config->flows; flow++) {
            struct monitored *monitored = &self->paths[self->count++];

            monitored->host = &hosts->list[i];
            if (trace_add_path(run, monitored->host, flow, &observer, &monitored->path))
                return trace_out_of_memory();
        }
    return EXIT_DONE;
}

static int open_monitor(struct trace_run *run)
{
    struct monitor_view *self = run->state = calloc(1, sizeof(*self));

    if (!self)
        return trace_out_of_memory();
    self->clock = clock_pair();
    self->paths = calloc(run->config->hosts->count * run->config->flows, sizeof(*self->paths));
    return self->paths ? add_paths(run, self) : trace_out_of_memory();
}

static uint64_t step(struct trace_run *run, uint64_t now_ns)
{
    (void)run;
    (void)now_ns;
    return UINT64_MAX;
}

static int finish(struct trace_run *run)
{
    (void)run;
    return EXIT_DONE;
}

static void close_monitor(struct trace_run *run)
{
    struct monitor_view *self = run->state;

    if (self)
        free(self->paths);
    free(self);
}

const struct trace_view trace_view_monitor = {
    .open = open_monitor,
    .step = step,
    .finish = finish,
    .close = close_monitor,
};
