// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints paths as traceroute(8) does, a line per hop. A line is printed when all lines before it are. It
 * waits for its names a little; probes never wait.
 */
#pragma once

#include <stdio.h>

#include "trace/job.h"
#include "trace/path_names.h"

struct printer {
    FILE *out;
    const struct trace_style *style;
    const struct trace_job *jobs; /* printed one after the other, in this order */
    size_t job_count;

    /* The position of the printer. */
    size_t job;
    unsigned ttl;                  /* 0: the job's first line is next */
    struct name_patience patience; /* of the present hop */
};

/* printer_step() prints what can be printed at `now_ns`. Returns the latest time at which it must be
 * called again. */
uint64_t printer_step(struct printer *printer, uint64_t now_ns);

/* printer_finished() returns true when all jobs are completely printed. */
bool printer_finished(const struct printer *printer);

/* printer_give_up() prints what is known of all jobs, even of hops that are still open, and names the jobs
 * that were not begun. */
void printer_give_up(struct printer *printer);
