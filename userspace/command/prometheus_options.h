// SPDX-License-Identifier: GPL-2.0-or-later
/* The options about counters for Prometheus, the same for all commands that run for long. */
#pragma once

#include "base/options.h"
#include "metrics/prometheus_outlet.h"

struct prometheus_options {
    const char *file, *listen;
};

#define PROMETHEUS_OPTION(base, field) OPTION_FIELD_AT(option_text, base, struct prometheus_options, field)

/* PROMETHEUS_OPTION_SPECS() are their lines in a command's table, whose struct prometheus_options is at
 * `base`; `what` is said of the file. */
#define PROMETHEUS_OPTION_SPECS(base, what)                                                                  \
    {"prometheus", 0, "FILE", PROMETHEUS_OPTION(base, file), .help = what},                                  \
    {                                                                                                        \
        "prometheus-listen", 0, "[ADDRESS:]PORT", PROMETHEUS_OPTION(base, listen),                           \
            .help = "the same by HTTP, at /metrics\n(default: at 127.0.0.1)"                                 \
    }

/* prometheus_options_choose() is what they ask for; `address` is where a port is told, and must outlive
 * `out`. An exit code, after one line on stderr that begins with `command` where they cannot be met. */
int prometheus_options_choose(const char *command, const struct prometheus_options *options,
                              struct socket_address *address, struct prometheus_config *out);
