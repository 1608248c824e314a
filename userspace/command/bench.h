// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of hopwire bench. Private to its two files. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bench/bench.h"
#include "command/probe_layout.h"
#include "engine/ways.h"

struct bench_options {
    struct egress_options egress;
    struct probe_options probe;
    bool yes, json, overwrite, ipv6;
    const char *device, *tx, *threads, *batch, *plot;
    uint32_t size, slots, turns;
    uint64_t duration_ns;
    double links, interfaces; /* 0: not given */
};

/* bench_configure() fills `config` for the given stage; nothing is sent or created yet. Returns EXIT_DONE, or
 * EXIT_UNUSABLE after one line on stderr. */
int bench_configure(struct bench_config *config, const struct bench_options *options, const char *stage);
