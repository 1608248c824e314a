// SPDX-License-Identifier: GPL-2.0-or-later
/* The paths of all hosts and flows: as traceroute prints them, or an object each. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "output/json_value.h"
#include "trace/names.h"
#include "trace/path_json.h"
#include "trace/path_names.h"
#include "trace/print.h"
#include "trace/view.h"

struct paths_view {
    struct trace_job *jobs;
    size_t job_count;
    struct printer printer;
    size_t jobs_in_json;           /* written so far, in their order */
    struct name_patience patience; /* of the next of them */
};

/* A name is asked for as soon as an address is seen: all of them at once. */
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
    return result;
}

static void write_next_json(struct trace_run *run, struct paths_view *self)
{
    json_print_line(path_json(&self->jobs[self->jobs_in_json++], &run->style), stdout);
    fflush(stdout);
}

/* Those that have ended, once their names are there. */
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

/* Nothing is sent any more; names may be still to come for the last lines. What has not ended is shown as far
 * as it has come. */
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
