// SPDX-License-Identifier: GPL-2.0-or-later
/* The data that the responder (bpf/sim_router.bpf.c) and userspace (userspace/sim/responder.c) share. */
#pragma once

#include "sim_impairment.h"
#include "sim_topology.h"

/* What is between the host and the routers. All zero: nothing, and replies leave at once by XDP_TX. */
struct sim_router_line {
    uint64_t rtt_key;
    uint32_t rtt;  /* not 0: replies take as long as sim_rtt.h says */
    uint32_t held; /* not 0: the delay line (userspace/sim/line.c) sends the replies */
    struct sim_impairment out;
};

/* Constants of the program, set before it is loaded. The gateway's Ethernet address is not constant: see
 * sim_responder_set_mac(). It is a 48-bit number, which one load reads and one store changes. */
struct sim_router_config {
    struct sim_topology topology, later; /* `later` if routes change: sim_topology_later() */
    struct sim_router_line line;
};

/* Each frame increments SIM_RECEIVED and exactly one other counter. Frames to groups increment only SIM_GROUPS:
 * the host's kernel sends them by itself, and no simulated router receives them. */
enum sim_counter {
    SIM_RECEIVED,
    SIM_TIME_EXCEEDED,    /* replies from here … */
    SIM_PORT_UNREACHABLE, /* and Protocol Unreachable; for IPv6 also Parameter Problem */
    SIM_ECHO_REPLY,
    SIM_TCP_REPLY,    /* … to here: RST or SYN-ACK */
    SIM_SILENT,       /* a probe without an answer */
    SIM_RATE_LIMITED, /* a probe whose router had answered too often before */
    SIM_NEIGHBOUR,    /* a request for the gateway's Ethernet address, answered */
    SIM_IGNORED,      /* not for the gateway, malformed, or of a protocol that is not simulated */
    /* What happens on the way out, before any router sees the frame. */
    SIM_LOST_OUT,       /* by chance */
    SIM_QUEUE_FULL_OUT, /* at the bottleneck */
    SIM_CORRUPTED_OUT,  /* damaged so that there is no answer */
    SIM_NO_LINE,        /* a reply for which the delay line has no socket */
    SIM_GROUPS,         /* to an IPv6 group */
    SIM_COUNTERS,
};

struct sim_router_counters {
    uint64_t count[SIM_COUNTERS];
};

/* sim_is_reply() returns true for probes that a router or a target has answered. */
static inline bool sim_is_reply(enum sim_counter outcome)
{
    return outcome >= SIM_TIME_EXCEEDED && outcome <= SIM_TCP_REPLY;
}
