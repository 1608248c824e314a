// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of the line between host and world: round-trip times, impairments in either direction, faults.
 * None of them changes what is true in the simulated Internet, only what comes back.
 */
#pragma once

#include "sim/fault.h"
#include "sim/line.h"

struct sim_way_options {
    uint32_t loss, duplicate, reorder, corrupt; /* permille */
    double bandwidth;                           /* bits per second; 0: no bottleneck */
    uint64_t queue;                             /* bytes that can wait for the bottleneck */
};

struct sim_line_options {
    const char *rtt; /* one of sim_rtt_choices(); NULL: as the realism sets it */
    struct sim_way_options out, back;
    uint64_t memory; /* for held replies, in bytes per queue */
    struct sim_faults faults;
};

#define SIM_RTT_INTERNET "internet"
#define SIM_RTT_OFF      "off"

choice_at sim_rtt_choices;

#define SIM_LINE_OPTION(base, name, argument, parser, field, ...)                                            \
    {                                                                                                        \
        name, 0, argument, OPTION_FIELD_AT(parser, base, struct sim_line_options, field),                    \
            .help = __VA_ARGS__                                                                              \
    }

#define SIM_WAY_SHARE(base, way, name, text)                                                                 \
    SIM_LINE_OPTION(base, #name "-" #way, "PERCENT", sim_option_share, way.name, text)

#define SIM_WAY_OPTIONS(base, way, packets)                                                                  \
    SIM_WAY_SHARE(base, way, loss, packets " that are lost"),                                                \
        SIM_WAY_SHARE(base, way, duplicate, packets " that arrive twice"),                                   \
        SIM_WAY_SHARE(base, way, reorder, packets " that others overtake"),                                  \
        SIM_WAY_SHARE(base, way, corrupt, packets " in which a bit is flipped"),                             \
        SIM_LINE_OPTION(                                                                                     \
            base, "bandwidth-" #way, "BITS", option_bandwidth, way.bandwidth,                                \
            "bits per second that pass; further packets wait or are\ndropped (default: no limit)"),          \
        SIM_LINE_OPTION(base, "queue-" #way, "SIZE", option_size, way.queue,                                 \
                        "bytes that may wait for that (default: 256K)")

#define SIM_LINE_OPTION_SPECS(base)                                                                          \
    SIM_LINE_OPTION(base, "rtt", "MODEL", option_name, rtt,                                                  \
                    "how long replies take (default: as realism says)", .choices = sim_rtt_choices),         \
        SIM_WAY_OPTIONS(base, out, "probes"), SIM_WAY_OPTIONS(base, back, "replies"),                        \
        SIM_LINE_OPTION(base, "delay-memory", "SIZE", option_size, memory,                                   \
                        "per queue, for replies on their way\n(default: 64M, half a million of them)"),      \
        SIM_LINE_OPTION(base, "fault", "FAULT", sim_option_fault, faults,                                    \
                        "what goes wrong, TIME after the first packet; may be\ngiven several times",         \
                        .choices = sim_fault_choices)

struct sim_line_options sim_line_options_default(void);

/* sim_line_configure() returns the configuration of the line in the world `seed`; `rtt` is the default set by
 * the realism. */
struct sim_line_config sim_line_configure(const struct sim_line_options *options, uint64_t seed, bool rtt);
