// SPDX-License-Identifier: GPL-2.0-or-later
/* The paths of all hosts and flows: as traceroute prints them, or an object each. */
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "command/commands.h"
#include "output/json_value.h"
#include "trace/names.h"
#include "trace/path_json.h"
#include "trace/print.h"
#include "trace/view.h"

struct paths_view {
    struct trace_job *jobs;
    size_t job_count;
    struct printer printer;
    size_t jobs_in_json; /* written so far, in their order */
};

static int add_paths(struct trace_run *run, struct paths_view *self)
{
    const struct hosts *hosts = run->config->hosts;

    for (size_t i = 0; i < hosts->count; i++)
        for (unsigned flow = 0; flow < run->config->flows; flow++) {
            struct trace_job *job = &self->jobs[self->job_count];

            job->host = &hosts->list[i];
            if (trace_add_path(run, job->host, flow, NULL, &job->path))
                return trace_out_of_memory();
            self->job_count++;
        }
    return EXIT_DONE;
}

static int open_paths(struct trace_run *run)
{
    struct paths_view *self = run->state = calloc(1, sizeof(*self));

    if (!self)
        return trace_out_of_memory();
    self->jobs = calloc(run->config->hosts->count * run->config->flows, sizeof(*self->jobs));
    if (!self->jobs)
        return trace_out_of_memory();
    int result = add_paths(run, self);
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
           !run->output_error) {
        uint64_t now = clock_now_ns(), until = printer_step(&self->printer, now);
        struct pollfd polled[] = {
            {.fd = names_fd(run->style.names), .events = POLLIN},
            {.fd = run->signals.fd, .events = POLLIN},
        };

        if (printer_finished(&self->printer) || until == UINT64_MAX)
            break;
        poll(polled, 2, (int)((until > now ? until - now : 0) / NS_PER_MS) + 1);
        names_news(run->style.names);
        signals_read(&run->signals);
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

    if (self)
        free(self->jobs);
    free(self);
}

const struct trace_view trace_view_paths = {
    .maps = true,
    .open = open_paths,
    .step = step,
    .finish = finish,
    .close = close_paths,
};
