// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/results.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "command/commands.h"
#include "output/results_file.h"

enum {
    WRITER_RING_RECORDS = 4096, /* a second at 4k/s, far longer than the writer ever naps */
};

int trace_results_open(const char *command, struct trace_results *results, const char *path,
                       const struct output_format *format)
{
    *results = (struct trace_results){.path = path, .fd = -1};
    if (!path)
        return EXIT_DONE;
    results->fd = results_file_open(path);
    if (results->fd < 0) {
        log_error("%s: --output: cannot write %s: %s", command, path, strerror(-results->fd));
        return EXIT_UNUSABLE;
    }

    const struct writer_config config = {
        .fd = results->fd,
        .format = format,
        .producers = 1,
        .ring_capacity = WRITER_RING_RECORDS,
    };
    int error = writer_start(&results->writer, &config);
    if (error)
        log_error("%s: --output: cannot write %s: %s", command, path, strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

int trace_results_finish(const char *command, const struct trace_results *results)
{
    int error = results->writer ? writer_stop(results->writer) : 0;

    if (error)
        log_error("%s: cannot write results to %s: %s; what was written is valid", command, results->path,
                  strerror(-error));
    return error;
}

void trace_results_close(struct trace_results *results)
{
    writer_destroy(results->writer);
    if (results->fd >= 0)
        close(results->fd);
    *results = (struct trace_results){.fd = -1};
}
