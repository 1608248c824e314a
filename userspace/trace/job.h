// SPDX-License-Identifier: GPL-2.0-or-later
/* What was asked for: one path to one host, and all that printers must know about it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/hosts.h"
#include "strategy/path.h"
#include "target/owners.h"

struct trace_job {
    const struct host *host;
    struct path *path; /* the fleet's */
};

/* The same for all jobs of a run. */
struct trace_style {
    const char *protocol; /* "udp", "icmp", "tcp" */
    uint16_t port;        /* of flow 0; 0: there are no ports */
    uint8_t tos;          /* with which probes are sent */
    bool many_flows;      /* say which flow each path is of */
    bool back;            /* tell how long the way back seems */
    struct names *names;  /* NULL: addresses only */
    struct owners owners;
};
