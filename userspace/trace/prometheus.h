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

/* prometheus_create() prepares the labels of `count` targets. The array and its counters must outlive the
 * result. Of several targets with the same address, name and flow only one is reported, because Prometheus
 * refuses a whole text in which two samples have the same labels. Returns NULL when memory is short. */
struct prometheus *prometheus_create(const struct prometheus_target *targets, size_t count);

/* prometheus_text() returns the text as of now, to be freed by free(), and its length; NULL when memory is
 * short. */
char *prometheus_text(const struct prometheus *prometheus, size_t *length);

void prometheus_destroy(struct prometheus *prometheus);
