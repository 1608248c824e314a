// SPDX-License-Identifier: GPL-2.0-or-later
/* Options about counters for Prometheus, the same for all commands that run for long. */
#pragma once

#include "base/options.h"
#include "metrics/prometheus_outlet.h"

struct prometheus_options {
    const char *file, *listen;
};

#define PROMETHEUS_OPTION(base, field) OPTION_FIELD_AT(option_text, base, struct prometheus_options, field)

/* PROMETHEUS_OPTION_SPECS() are their lines in the table of a command whose struct prometheus_options is at
 * `base`; `what` is the help of the file. */
#define PROMETHEUS_OPTION_SPECS(base, what)                                                                  \
    {"prometheus", 0, "FILE", PROMETHEUS_OPTION(base, file), .help = what},                                  \
    {                                                                                                        \
        "prometheus-listen", 0, "[ADDRESS:]PORT", PROMETHEUS_OPTION(base, listen),                           \
            .help = "the same over HTTP, at /metrics\n(default: at 127.0.0.1)"                               \
    }

/* prometheus_options_choose() writes the result of the options into `out`. `address` gets a given port, and
 * must outlive `out`. Returns an exit code, after one line on stderr that begins with `command` if the
 * options are not possible. */
int prometheus_options_choose(const char *command, const struct prometheus_options *options,
                              struct socket_address *address, struct prometheus_config *out);
