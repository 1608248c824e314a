// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a command that runs for long leaves its counters for Prometheus: a file, a port, or both. What the
 * text says is the command's business: trace/prometheus.h, survey/metrics.h.
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
    const struct socket_address *listen; /* NULL: nobody is served */
};

struct prometheus_outlet {
    const char *command; /* that messages begin with */
    const char *path;
    struct late_files *late; /* by whom it is replaced; its owner sets it. NULL: by the process itself */
    int fd;                  /* listens, and nobody serves it yet; -1 */
    struct prometheus_http *http;
    int file_error; /* the last one, told once; 0: the file is up to date */
};

/* prometheus_outlet_open() opens the port, so that one that is taken is known before anything is sent;
 * prometheus_outlet_serve() starts the thread that serves it. Exit codes, after one line on stderr where it is
 * not EXIT_DONE. prometheus_outlet_close() is right after every outcome, and without prometheus_outlet_open()
 * where all is zero but `fd`, which is -1. */
int prometheus_outlet_open(struct prometheus_outlet *outlet, const char *command,
                           const struct prometheus_config *config);
int prometheus_outlet_serve(struct prometheus_outlet *outlet);
void prometheus_outlet_close(struct prometheus_outlet *outlet);

/* prometheus_outlet_wanted() says whether anything was asked for. */
bool prometheus_outlet_wanted(const struct prometheus_outlet *outlet);

/* prometheus_outlet_publish() takes over `text`, from malloc(); NULL leaves what was published. A file that
 * cannot be written is warned of. */
void prometheus_outlet_publish(struct prometheus_outlet *outlet, char *text, size_t length);
