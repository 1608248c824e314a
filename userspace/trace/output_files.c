// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/output_files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/output_file.h"
#include "base/version.h"
#include "output/metadata.h"

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

/* What formats state about traces. It is not stored: traces have no metadata of their own. */
static struct survey_metadata describe(const struct trace_config *config)
{
    return (struct survey_metadata){
        .version = hopwire_version(),
        .layout = config->layout.layout,
        .port = config->layout.port,
        .min_ttl = config->path.first_ttl,
        .max_ttl = config->path.max_ttl,
        .flows = config->flows,
        .attempts = config->path.queries,
        .cooldown = (double)config->path.patience.wait_ns / (double)NS_PER_S,
        .asked_rate = config->rate,
        .start_us = clock_read_ns(CLOCK_REALTIME) / NS_PER_US,
    };
}

int output_files_begin(struct trace_run *run)
{
    const struct survey_metadata metadata = describe(run->config);
    int error = run->dot ? output_file_empty(fileno(run->dot)) : 0;

    if (!error)
        return record_file_begin("trace", &run->results, &metadata);
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
