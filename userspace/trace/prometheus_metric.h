// SPDX-License-Identifier: GPL-2.0-or-later
/* The metrics that trace/prometheus.h reports per target: one line each in a table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/path_watch.h"

/* The value of a metric for one target. */
struct sample {
    bool known;
    uint64_t value;
};

struct metric {
    const char *name, *type, *help;
    const char *suffix; /* of the sample's name: a summary has two samples */
    struct sample (*take)(const struct path_counters *counters);
    bool is_time; /* in µs */
};

extern const struct metric prometheus_metrics[];
extern const size_t prometheus_metric_count;
