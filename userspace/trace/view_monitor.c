// SPDX-License-Identifier: GPL-2.0-or-later
/* Many paths, round after round without end: one line of JSON for each path that is new or has changed. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "output/json_value.h"
#include "trace/path_watch.h"
#include "trace/prometheus.h"
#include "trace/view.h"

enum {
    /* Prometheus asks at most four times per minute. Each text of thousands of paths takes milliseconds. */
    PUBLISH_PERIOD_NS = 1000000000,
};

struct monitor_view {
    struct clock_pairing clock;
    struct prometheus *prometheus; /* NULL: no metrics are wanted */
    struct prometheus_target *counted;
    uint64_t published_ns;
    bool changed;               /* since `published_ns` */
    struct trace_job *jobs;     /* by owner */
    struct path_watch *watches; /* likewise */
};

static struct watched_target target_of(const struct trace_job *job)
{
    return (struct watched_target){
        .name = job->host->name,
        .address = job->host->address,
        .flow = path_config(job->path)->flow,
    };
}

static void print_change(const struct monitor_view *self, uint32_t owner, const struct path_change *change,
                         uint64_t now_ns)
{
    const struct watched_target target = target_of(&self->jobs[owner]);
    json_t *object = path_change_json(&self->watches[owner], change, &target,
                                      clock_to_realtime_ns(&self->clock, now_ns) / NS_PER_MS);

    if (!object)
        return;
    json_print_line(object, stdout);
    fflush(stdout);
}

static void round_ended(void *context, struct path *path, uint64_t now_ns)
{
    struct monitor_view *self = context;
    uint32_t owner = path_config(path)->owner;
    struct path_change change;
    struct path_round round;

    self->changed = true;
    path_round_read(path, &round);
    if (path_watch_round(&self->watches[owner], &round, &change) != PATH_SAME)
        print_change(self, owner, &change, now_ns);
}

static void publish(struct trace_run *run)
{
    struct monitor_view *self = run->state;
    size_t length = 0;
    char *text = prometheus_text(self->prometheus, &length);

    prometheus_outlet_publish(&run->metrics, text, length);
}

static int open_prometheus(struct trace_run *run)
{
    struct monitor_view *self = run->state;
    size_t count = fleet_count(run->session.fleet);

    if (!prometheus_outlet_wanted(&run->metrics))
        return EXIT_DONE;
    self->counted = calloc(count + 1, sizeof(*self->counted)); /* calloc(0) could return NULL */
    for (size_t i = 0; self->counted && i < count; i++)
        self->counted[i] = (struct prometheus_target){target_of(&self->jobs[i]), &self->watches[i].counters};
    self->prometheus = self->counted ? prometheus_create(self->counted, count) : NULL;
    if (!self->prometheus)
        return trace_out_of_memory();

    int result = prometheus_outlet_serve(&run->metrics);
    if (result == EXIT_DONE)
        publish(run);
    return run->metrics.file_error ? EXIT_UNUSABLE : result;
}

static int open_monitor(struct trace_run *run)
{
    struct monitor_view *self = run->state;
    const struct path_observer observer = {.round_ended = round_ended, .context = self};
    int result = trace_add_paths(run, &observer, &self->jobs);

    if (result)
        return result;
    self->clock = clock_pair();
    self->watches = calloc(fleet_count(run->session.fleet), sizeof(*self->watches));
    return self->watches ? open_prometheus(run) : trace_out_of_memory();
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
    return run->metrics.file_error ? EXIT_FAILED : EXIT_DONE;
}

static void close_monitor(struct trace_run *run)
{
    struct monitor_view *self = run->state;

    if (self->prometheus)
        prometheus_destroy(self->prometheus);
    free(self->counted);
    free(self->watches);
    free(self->jobs);
}

const struct trace_view trace_view_monitor = {
    .always_json = true,
    .state_size = sizeof(struct monitor_view),
    .open = open_monitor,
    .step = step,
    .finish = finish,
    .close = close_monitor,
};
