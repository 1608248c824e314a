// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/output_files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/output_file.h"

static int open_dot(struct trace_run *run)
{
    const char *path = run->config->dot_path;

    if (!path)
        return EXIT_DONE;
    int fd = output_file_open(path, 0666, run->config->records.overwrite, &run->dot_created);
    int error = fd < 0 ? -fd : 0;
    if (!error && !(run->dot = fdopen(fd, "w"))) {
        error = errno;
        close(fd);
    }
    if (!error)
        return EXIT_DONE;
    log_error("trace: --dot: cannot write %s: %s", path, strerror(error));
    return EXIT_UNUSABLE;
}

int output_files_open(struct trace_run *run)
{
    int result = record_file_open("trace", &run->results, &run->config->records);

    if (result == EXIT_DONE)
        result = open_dot(run);
    if (result == EXIT_DONE)
        result = prometheus_outlet_open(&run->metrics, "trace", &run->config->prometheus);
    return result;
}

int output_files_begin(struct trace_run *run)
{
    int error = run->dot ? output_file_empty(fileno(run->dot)) : 0;

    if (!error)
        return record_file_begin("trace", &run->results, NULL);
    log_error("trace: --dot: cannot write %s: %s", run->config->dot_path, strerror(-error));
    return EXIT_FAILED;
}

void output_files_keep(struct trace_run *run)
{
    record_file_keep(&run->results);
    run->dot_created = false;
}

void output_files_close(struct trace_run *run)
{
    if (run->dot_created)
        unlink(run->config->dot_path);
    record_file_close(&run->results);
    if (run->dot)
        fclose(run->dot);
    prometheus_outlet_close(&run->metrics);
    run->dot = NULL;
}
