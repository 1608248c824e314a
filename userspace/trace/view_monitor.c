// SPDX-License-Identifier: GPL-2.0-or-later
/* Many paths, round after round without end: a line of JSON for each that was seen first or has changed. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "command/commands.h"
#include "output/json_value.h"
#include "trace/path_watch.h"
#include "trace/prometheus.h"
#include "trace/prometheus_http.h"
#include "trace/prometheus_listen.h"
#include "trace/view.h"

enum {
    /* Prometheus asks four times a minute at most; each text of thousands of paths takes milliseconds. */
    PUBLISH_PERIOD_NS = 1000000000,
};

struct monitored {
    const struct host *host;
    struct path *path;
    struct path_watch watch;
};

struct monitor_view {
    struct clock_pairing clock;
    struct prometheus *prometheus; /* NULL: nobody wants it */
    struct prometheus_target *counted;
    struct prometheus_http *http;
    uint64_t published_ns;
    bool changed;            /* since then */
    int file_error;          /* the last one, told once */
    struct monitored *paths; /* by owner */
    size_t count;
};

static struct watched_target target_of(const struct monitored *monitored)
{
    return (struct watched_target){
        .name = monitored->host->name,
        .address = monitored->host->address,
        .flow = path_config(monitored->path)->flow,
    };
}

static void print_change(const struct monitor_view *self, const struct monitored *monitored,
                         const struct path_change *change, uint64_t now_ns)
{
    const struct watched_target target = target_of(monitored);
    json_t *object = path_change_json(&monitored->watch, change, &target,
                                      clock_to_realtime_ns(&self->clock, now_ns) / NS_PER_US);

    if (!object)
        return;
    json_print_line(object, stdout);
    fflush(stdout);
}

static void round_ended(void *context, struct path *path, uint64_t now_ns)
{
    struct monitor_view *self = context;
    struct monitored *monitored = &self->paths[path_config(path)->owner];
    struct path_change change;
    struct path_round round;

    self->changed = true;
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

static void note_file_error(struct trace_run *run, int error)
{
    struct monitor_view *self = run->state;

    if (error && error != self->file_error)
        log_warning("trace: --prometheus: cannot write %s: %s", run->config->prometheus_path,
                    strerror(-error));
    self->file_error = error;
}

static void publish(struct trace_run *run)
{
    struct monitor_view *self = run->state;
    size_t length = 0;
    char *text = prometheus_text(self->prometheus, &length);

    if (!text)
        return; /* the text before stays */
    if (run->config->prometheus_path)
        note_file_error(run, prometheus_write_file(run->config->prometheus_path, text, length));
    if (self->http)
        prometheus_http_publish(self->http, text, length);
    else
        free(text);
}

static int open_http(struct trace_run *run)
{
    struct monitor_view *self = run->state;
    int fd = prometheus_listen_open(run->config->prometheus_http);

    if (fd < 0) {
        log_error("trace: --prometheus-listen: %s", strerror(-fd));
        return EXIT_UNUSABLE;
    }
    self->http = prometheus_http_create(fd);
    if (self->http) {
        log_info("metrics at port %u, /metrics", prometheus_listen_port(fd));
        return EXIT_DONE;
    }
    close(fd);
    return trace_out_of_memory();
}

static int open_prometheus(struct trace_run *run)
{
    struct monitor_view *self = run->state;

    if (!run->config->prometheus_path && !run->config->prometheus_http)
        return EXIT_DONE;
    self->counted = calloc(self->count + 1, sizeof(*self->counted)); /* never of 0 bytes */
    for (size_t i = 0; self->counted && i < self->count; i++)
        self->counted[i] =
            (struct prometheus_target){target_of(&self->paths[i]), &self->paths[i].watch.counters};
    self->prometheus = self->counted ? prometheus_create(self->counted, self->count) : NULL;
    if (!self->prometheus)
        return trace_out_of_memory();

    int result = run->config->prometheus_http ? open_http(run) : EXIT_DONE;
    if (result == EXIT_DONE)
        publish(run);
    if (self->file_error)
        return EXIT_UNUSABLE;
    return result;
}

static int open_monitor(struct trace_run *run)
{
    struct monitor_view *self = run->state = calloc(1, sizeof(*self));

    if (!self)
        return trace_out_of_memory();
    self->clock = clock_pair();
    self->paths = calloc(run->config->hosts->count * run->config->flows, sizeof(*self->paths));
    int result = self->paths ? add_paths(run, self) : trace_out_of_memory();
    return result ? result : open_prometheus(run);
}

static uint64_t step(struct trace_run *run, uint64_t now_ns)
{
    struct monitor_view *self = run->state;

    if (!self->prometheus || !self->changed)
        return UINT64_MAX;
    if (now_ns < self->published_ns + PUBLISH_PERIOD_NS)
        return self->published_ns + PUBLISH_PERIOD_NS;
    publish(run);
    self->published_ns = now_ns;
    self->changed = false;
    return UINT64_MAX;
}

static int finish(struct trace_run *run)
{
    const struct monitor_view *self = run->state;

    if (self->prometheus)
        publish(run);
    return EXIT_DONE;
}

static void close_monitor(struct trace_run *run)
{
    struct monitor_view *self = run->state;

    if (!self)
        return;
    prometheus_http_destroy(self->http);
    if (self->prometheus)
        prometheus_destroy(self->prometheus);
    free(self->counted);
    free(self->paths);
    free(self);
}

const struct trace_view trace_view_monitor = {
    .open = open_monitor,
    .step = step,
    .finish = finish,
    .close = close_monitor,
};
