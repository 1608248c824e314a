// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Publishes the counters of a long-running command for Prometheus: by a file, a port, or both. The command
 * writes the text: trace/prometheus.h, survey/metrics.h.
 *
 *   text --prometheus_outlet_publish()--> metrics/prometheus_file.h     for node_exporter's textfile
 *                                    `--> metrics/prometheus_http.h     at /metrics
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/late_files.h"
#include "base/socket_address.h"

/* What was asked for. */
struct prometheus_config {
    const char *path;                    /* NULL: no file */
    const struct socket_address *listen; /* NULL: no port */
};

struct prometheus_outlet {
    const char *command; /* messages begin with it */
    const char *path;
    struct late_files *late; /* replaces the file; set by the owner of this struct. NULL: the process
                                itself does */
    int fd;                  /* listens, but is not served yet; else -1 */
    struct prometheus_http *http;
    int file_error; /* of the last write, reported once; 0: the file is up to date */
};

/* prometheus_outlet_open() opens the port, so that a port in use is noticed before any probe is sent.
 * prometheus_outlet_serve() starts the thread that serves it. Both return an exit code, after one line on
 * stderr unless it is EXIT_DONE. prometheus_outlet_close() may be called after any outcome, and without
 * prometheus_outlet_open() if `fd` is -1 and all else is zero. */
int prometheus_outlet_open(struct prometheus_outlet *outlet, const char *command,
                           const struct prometheus_config *config);
int prometheus_outlet_serve(struct prometheus_outlet *outlet);
void prometheus_outlet_close(struct prometheus_outlet *outlet);

/* prometheus_outlet_wanted() returns whether a file or a port was asked for. */
bool prometheus_outlet_wanted(const struct prometheus_outlet *outlet);

/* prometheus_outlet_publish() publishes `text`, which comes from malloc() and now belongs to the outlet; NULL
 * changes nothing. If the file cannot be written, a warning is printed. */
void prometheus_outlet_publish(struct prometheus_outlet *outlet, char *text, size_t length);
