// SPDX-License-Identifier: GPL-2.0-or-later
/* Where trace and ping write their records, if anywhere: `--output`. */
#pragma once

#include "output/format.h"
#include "output/writer.h"

struct trace_results {
    const char *path; /* NULL: nowhere, and the writer is NULL too */
    int fd;
    struct writer *writer;
};

/* trace_results_open() opens `path`, "-" being stdout and NULL nothing, and starts the writer; returns an
 * exit code, after one line that begins with `command` where something is wrong. trace_results_close() is
 * right after every outcome. */
int trace_results_open(const char *command, struct trace_results *results, const char *path,
                       const struct output_format *format);
void trace_results_close(struct trace_results *results);

/* trace_results_finish() writes all that was recorded. 0 or a negative errno, after a line that says so. */
int trace_results_finish(const char *command, const struct trace_results *results);
