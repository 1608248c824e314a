// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of hopwire trace as given; command/trace.c makes a configuration from them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/key.h"
#include "base/options.h"
#include "command/host_options.h"
#include "command/owner_options.h"
#include "command/prometheus_options.h"
#include "trace/trace.h"

struct trace_options {
    struct host_options host;
    bool as_lookups, extensions;
    bool numeric, classic, back, mtu, watch;
    struct option_optional json;
    struct owner_options owners;
    uint32_t first_ttl, max_ttl, queries, window, size, flows, gap_limit, tos;
    struct path_patience wait;
    struct option_optional mda;
    const char *dot_file;
    struct prometheus_options prometheus;
    uint64_t pause_ns;
    uint64_t report; /* 0: not given */
    uint64_t period_ns;
    struct option_key key;
    double rate;
};

/* trace_options_default() returns the values of options that are not given. */
struct trace_options trace_options_default(void);
