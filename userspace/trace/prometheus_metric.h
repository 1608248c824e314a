// SPDX-License-Identifier: GPL-2.0-or-later
/* What trace/prometheus.h tells of each target: a line in one table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/path_watch.h"

/* What a metric is for one target. */
struct sample {
    bool known;
    uint64_t value;
};

struct metric {
    const char *name, *type, *help;
    const char *suffix; /* of the sample: a summary has two of them */
    struct sample (*take)(const struct path_counters *counters);
    bool is_time; /* in µs */
};

extern const struct metric prometheus_metrics[];
extern const size_t prometheus_metric_count;
