// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counters of watched paths for Prometheus, in its text format:
 * https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
 *
 *   path_counters --prometheus_text()--> text --> prometheus_write_file()      for node_exporter's textfile
 *                                             `-> prometheus_http_publish()    trace/prometheus_http.h
 *
 * Names end in their unit, a base unit; totals begin at 0 with the program, as Prometheus expects.
 */
#pragma once

#include <stddef.h>

#include "trace/path_watch.h"

struct prometheus_target {
    struct watched_target target;
    const struct path_counters *counters;
};

struct prometheus;

/* prometheus_create() prepares the labels of `count` targets, whose array and counters must outlive it. Of
 * those that have address, name and flow in common only one is told of: Prometheus refuses all of a text in
 * which two samples have the same labels. NULL when memory is short. */
struct prometheus *prometheus_create(const struct prometheus_target *targets, size_t count);

/* prometheus_text() is the text as of now, for free(), with its length; NULL when memory is short. */
char *prometheus_text(const struct prometheus *prometheus, size_t *length);

void prometheus_destroy(struct prometheus *prometheus);

/* prometheus_write_file() replaces `path` by rename, so that whoever reads it finds a whole text: the old or
 * the new one. What is no regular file, a pipe for one, is written to. 0 or a negative errno. */
int prometheus_write_file(const char *path, const char *text, size_t length);
