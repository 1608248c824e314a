// SPDX-License-Identifier: GPL-2.0-or-later
/* The paths of all hosts and flows: as traceroute prints them, or an object each. */
#include <stdlib.h>

#include "base/clock.h"
#include "command/commands.h"
#include "output/json_value.h"
#include "trace/path_json.h"
#include "trace/print.h"
#include "trace/view.h"

struct paths_view {
    struct trace_job *jobs;
    size_t job_count;
    struct printer printer;
    size_t jobs_in_json; /* written so far, in their order */
};

static int open_paths(struct trace_run *run)
{
    struct paths_view *self = run->state;
    int result = trace_add_paths(run, NULL, &self->jobs);

    self->job_count = fleet_count(run->session.fleet);
    self->printer = (struct printer){
        .out = stdout,
        .style = &run->style,
        .jobs = self->jobs,
        .job_count = self->job_count,
    };
    return result;
}

/* Those that have ended, or `all`: as far as they have come. */
static void write_json(struct trace_run *run, struct paths_view *self, bool all)
{
    while (self->jobs_in_json < self->job_count &&
           (all || path_rounds(self->jobs[self->jobs_in_json].path))) {
        json_print_line(path_json(&self->jobs[self->jobs_in_json++], &run->style), stdout);
        fflush(stdout);
    }
}

static uint64_t step(struct trace_run *run, uint64_t now_ns)
{
    struct paths_view *self = run->state;

    if (!run->config->json)
        return printer_step(&self->printer, now_ns);
    write_json(run, self, false);
    return UINT64_MAX;
}

/* Nothing is sent any more; names may be still to come for the last lines. */
static int finish(struct trace_run *run)
{
    struct paths_view *self = run->state;

    while (!run->config->json && !printer_finished(&self->printer) && !run->signals.received &&
           !ferror(stdout)) {
        uint64_t now = clock_now_ns(), until = printer_step(&self->printer, now);

        if (printer_finished(&self->printer) || until == UINT64_MAX)
            break;
        trace_wait_for_names(run, now, until);
    }
    if (run->config->json)
        write_json(run, self, true);
    else
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
