// SPDX-License-Identifier: GPL-2.0-or-later
/* The paths of all hosts and flows: as traceroute prints them, or one JSON object each. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "output/json_value.h"
#include "trace/json_form.h"
#include "trace/names.h"
#include "trace/path_names.h"
#include "trace/print.h"
#include "trace/view.h"

struct paths_view {
    struct trace_job *jobs;
    size_t job_count;
    struct printer printer;
    size_t jobs_in_json; /* written so far, in their order */
    struct json_run json;
    char host[256];
    struct name_patience patience; /* of the next path in JSON */
};

/* Each name is asked for as soon as its address is seen, so that all are asked for at once. */
static void ask_name(void *context, struct path *path, unsigned ttl, unsigned query,
                     const struct answer *answer)
{
    const struct trace_run *run = context;
    const char *name;

    (void)path;
    (void)ttl;
    (void)query;
    if (answer)
        names_get(run->style.names, answer->responder, &name);
}

static uint64_t epoch_us(void)
{
    return clock_read_ns(CLOCK_REALTIME) / NS_PER_US;
}

static void print_line(struct trace_run *run, json_t *(*line)(const struct json_run *json))
{
    struct paths_view *self = run->state;

    self->json.end_us = epoch_us();
    if (run->config->json && line)
        json_print_line(line(&self->json), stdout);
}

static void begin_json(struct trace_run *run)
{
    struct paths_view *self = run->state;

    if (gethostname(self->host, sizeof(self->host) - 1))
        self->host[0] = '\0';
    self->json = (struct json_run){
        .style = &run->style,
        .start_us = epoch_us(),
        .host = self->host,
        .wait = (double)run->config->path.patience.wait_ns / (double)NS_PER_S,
        .tos = run->config->tos,
    };
    print_line(run, run->config->json_form->begin);
}

static int open_paths(struct trace_run *run)
{
    struct paths_view *self = run->state;
    const struct path_observer observer = {.settled = ask_name, .context = run};
    int result = trace_add_paths(run, &observer, &self->jobs);

    self->job_count = fleet_count(run->session.fleet);
    self->printer = (struct printer){
        .out = stdout,
        .style = &run->style,
        .jobs = self->jobs,
        .job_count = self->job_count,
    };
    if (!result)
        begin_json(run);
    return result;
}

static void write_next_json(struct trace_run *run, struct paths_view *self)
{
    self->json.end_us = epoch_us();
    json_print_line(run->config->json_form->path(&self->jobs[self->jobs_in_json++], &self->json), stdout);
    fflush(stdout);
}

/* Writes the paths that have ended, as soon as their names are known. */
static uint64_t json_step(struct trace_run *run, struct paths_view *self, uint64_t now_ns)
{
    while (self->jobs_in_json < self->job_count && path_rounds(self->jobs[self->jobs_in_json].path)) {
        bool open = path_names_open(self->jobs[self->jobs_in_json].path, run->style.names);

        if (name_patience_waits(&self->patience, open, now_ns))
            break;
        write_next_json(run, self);
    }
    return name_patience_due(&self->patience);
}

static uint64_t step(struct trace_run *run, uint64_t now_ns)
{
    struct paths_view *self = run->state;

    return run->config->json ? json_step(run, self, now_ns) : printer_step(&self->printer, now_ns);
}

/* Nothing is sent any more, but names for the last lines may still come. A path that has not ended is
 * shown as far as it is known. */
static int finish(struct trace_run *run)
{
    struct paths_view *self = run->state;

    while (!run->signals.received && !ferror(stdout)) {
        uint64_t now = clock_now_ns(), until = step(run, now);

        if (until == UINT64_MAX)
            break;
        trace_wait_for_names(run, now, until);
    }
    while (run->config->json && self->jobs_in_json < self->job_count)
        write_next_json(run, self);
    print_line(run, run->config->json_form->end);
    if (!run->config->json)
        printer_give_up(&self->printer);
    return EXIT_DONE;
}

static void close_paths(struct trace_run *run)
{
    struct paths_view *self = run->state;

    free(self->jobs);
}

const struct trace_view trace_view_paths = {
    .maps = true,
    .state_size = sizeof(struct paths_view),
    .open = open_paths,
    .step = step,
    .finish = finish,
    .close = close_paths,
};
