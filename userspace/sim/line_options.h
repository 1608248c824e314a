// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of the line between host and world: round-trip times, impairments on either way, faults. None
 * of them changes what is true in the simulated Internet, only what comes back.
 */
#pragma once

#include "sim/fault.h"
#include "sim/line.h"

struct sim_way_options {
    uint32_t loss, duplicate, reorder, corrupt; /* permille */
    double bandwidth;                           /* bits per second; 0: no bottleneck */
    uint64_t queue;                             /* bytes that wait in front of the bottleneck */
};

struct sim_line_options {
    const char *rtt; /* "internet", "off"; NULL: as realism says */
    struct sim_way_options out, back;
    uint64_t memory; /* for held replies, in bytes a queue */
    struct sim_faults faults;
};

/* Parses "internet" or "off". */
option_parser sim_option_rtt;

#define SIM_WAY_OPTION(base, way, key, name, argument, parser, text)                                         \
    {                                                                                                        \
        name "-" #way, 0, argument, parser,                                                                  \
            (base) + offsetof(struct sim_line_options, way) + offsetof(struct sim_way_options, key), 0, 0,   \
            text                                                                                             \
    }

#define SIM_WAY_OPTIONS(base, way, packets)                                                                  \
    SIM_WAY_OPTION(base, way, loss, "loss", "PERCENT", sim_option_share, packets " that are lost"),          \
        SIM_WAY_OPTION(base, way, duplicate, "duplicate", "PERCENT", sim_option_share,                       \
                       packets " that arrive twice"),                                                        \
        SIM_WAY_OPTION(base, way, reorder, "reorder", "PERCENT", sim_option_share,                           \
                       packets " that others overtake"),                                                     \
        SIM_WAY_OPTION(base, way, corrupt, "corrupt", "PERCENT", sim_option_share,                           \
                       packets " in which a bit is flipped"),                                                \
        SIM_WAY_OPTION(                                                                                      \
            base, way, bandwidth, "bandwidth", "BITS", option_bandwidth,                                     \
            "bits per second that come through; others wait,\nor are dropped (default: no limit)"),          \
        SIM_WAY_OPTION(base, way, queue, "queue", "SIZE", option_size,                                       \
                       "bytes that may wait for that (default: 256K)")

#define SIM_LINE_OPTION_SPECS(base)                                                                          \
    {"rtt",                                                                                                  \
     0,                                                                                                      \
     "MODEL",                                                                                                \
     sim_option_rtt,                                                                                         \
     (base) + offsetof(struct sim_line_options, rtt),                                                        \
     0,                                                                                                      \
     0,                                                                                                      \
     "how long replies take: internet, or off: no time\n(default: as realism says)"},                        \
        SIM_WAY_OPTIONS(base, out, "probes"), SIM_WAY_OPTIONS(base, back, "replies"),                        \
        {"delay-memory",                                                                                     \
         0,                                                                                                  \
         "SIZE",                                                                                             \
         option_size,                                                                                        \
         (base) + offsetof(struct sim_line_options, memory),                                                 \
         0,                                                                                                  \
         0,                                                                                                  \
         "for replies that are under way, a queue\n(default: 64M, half a million of them)"},                 \
    {                                                                                                        \
        "fault", 0, "FAULT", sim_option_fault, (base) + offsetof(struct sim_line_options, faults), 0, 0,     \
            "what goes wrong, at a time after the first packet:\nlink-down[@TIME][:TIME], "                  \
            "mac-change[@TIME],"                                                                             \
            "\nrx-overrun[@TIME][:TIME], flood[@TIME][:RATE],"                                               \
            "\nreplay[@TIME][:RATE]; may be given again"                                                     \
    }

struct sim_line_options sim_line_options_default(void);

/* sim_line_configure() makes the configuration of the line in the world `seed`; `rtt` is what realism says.
 */
struct sim_line_config sim_line_configure(const struct sim_line_options *options, uint64_t seed, bool rtt);
