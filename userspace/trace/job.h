// SPDX-License-Identifier: GPL-2.0-or-later
/* One path to one host, and what printers must know about it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/hosts.h"
#include "strategy/path.h"
#include "target/owners.h"

struct trace_job {
    const struct host *host;
    struct path *path; /* owned by the fleet */
};

/* The same for all jobs of a run. */
struct trace_style {
    const char *protocol; /* "udp", "icmp", "tcp" */
    uint16_t port;        /* of flow 0; 0: there are no ports */
    uint8_t tos;          /* of the probes as they are sent */
    bool many_flows;      /* print the flow of each path */
    bool back;            /* print the estimated length of the way back */
    struct names *names;  /* NULL: addresses only */
    struct owners owners;
};
