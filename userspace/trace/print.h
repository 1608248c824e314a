// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Paths as traceroute(8) prints them, a line per hop, as soon as all before are known. Names come when they
 * come: a line waits for its names a little, probes never do.
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

    /* Where printing stands. */
    size_t job;
    unsigned ttl;                  /* 0: the job's first line is next */
    struct name_patience patience; /* of the present hop */
};

/* printer_step() prints what can be printed at `now_ns`. Returns when it wants to be called again at the
 * latest. */
uint64_t printer_step(struct printer *printer, uint64_t now_ns);

/* printer_finished(): all jobs are printed to their end. */
bool printer_finished(const struct printer *printer);

/* printer_give_up() prints what is known of all jobs, of hops that are still open too, and which were not
 * begun. */
void printer_give_up(struct printer *printer);
