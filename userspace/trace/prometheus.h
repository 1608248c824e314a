// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counters of watched paths for Prometheus, in its text format (metrics/prometheus_text.h).
 *
 *   path_counters --prometheus_text()--> text --prometheus_outlet_publish()--> file, port
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
