// SPDX-License-Identifier: GPL-2.0-or-later
/* What crosses between the responder (bpf/sim_router.bpf.c) and userspace (userspace/sim/responder.c). */
#pragma once

#include "sim_topology.h"

/* Constants of the program, set before it is loaded. */
struct sim_router_config {
    struct sim_topology topology;
    uint8_t mac[6]; /* the gateway's; frames for others are ignored */
    uint8_t reserved[2];
};

/* Each frame raises SIM_RECEIVED and exactly one of the others. */
enum sim_counter {
    SIM_RECEIVED,
    SIM_TIME_EXCEEDED,
    SIM_PORT_UNREACHABLE, /* and Protocol Unreachable */
    SIM_ECHO_REPLY,
    SIM_TCP_REPLY,    /* RST or SYN-ACK */
    SIM_SILENT,       /* a probe that nobody answers */
    SIM_RATE_LIMITED, /* a probe whose router has answered too often of late */
    SIM_ARP,          /* the gateway's address was asked for, and told */
    SIM_IGNORED,      /* not for the gateway, malformed, or not of IPv4 and ARP */
    SIM_COUNTERS,
};

struct sim_router_counters {
    uint64_t count[SIM_COUNTERS];
};
