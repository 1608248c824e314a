// SPDX-License-Identifier: GPL-2.0-or-later
/* What crosses between the responder (bpf/sim_router.bpf.c) and userspace (userspace/sim/responder.c). */
#pragma once

#include "sim_impairment.h"
#include "sim_topology.h"

/* What lies between the host and the routers. All zero: nothing, replies leave at once by XDP_TX. */
struct sim_router_line {
    uint64_t rtt_key;
    uint32_t rtt;  /* not 0: replies take as long as sim_rtt.h says */
    uint32_t held; /* not 0: replies go through the delay line (userspace/sim/line.c), which sends them */
    struct sim_impairment out;
};

/* Constants of the program, set before it is loaded. The gateway's Ethernet address is no constant: see
 * sim_responder_set_mac(). There it is a number of 48 bits: one load reads it, one store changes it. */
struct sim_router_config {
    struct sim_topology topology, later; /* where routes change: sim_topology_later() */
    struct sim_router_line line;
};

/* Each frame raises SIM_RECEIVED and exactly one of the others, but for those to groups, which raise SIM_GROUPS
 * alone: the host's kernel sends them of itself, and nobody is there to hear. */
enum sim_counter {
    SIM_RECEIVED,
    SIM_TIME_EXCEEDED,    /* replies from here … */
    SIM_PORT_UNREACHABLE, /* and Protocol Unreachable; of IPv6, Parameter Problem */
    SIM_ECHO_REPLY,
    SIM_TCP_REPLY,    /* … to here: RST or SYN-ACK */
    SIM_SILENT,       /* a probe that nobody answers */
    SIM_RATE_LIMITED, /* a probe whose router has answered too often of late */
    SIM_NEIGHBOUR,    /* the gateway's Ethernet address was asked for, and told */
    SIM_IGNORED,      /* not for the gateway, malformed, or of a protocol that is not simulated */
    /* What happens on the way out, before any router sees the frame. */
    SIM_LOST_OUT,       /* by chance */
    SIM_QUEUE_FULL_OUT, /* at the bottleneck */
    SIM_CORRUPTED_OUT,  /* damaged in such a way that nobody answers */
    SIM_NO_LINE,        /* a reply that the delay line has no socket for */
    SIM_GROUPS,         /* to a group of IPv6 */
    SIM_COUNTERS,
};

struct sim_router_counters {
    uint64_t count[SIM_COUNTERS];
};

/* sim_is_reply() is true for probes that a router or a target has answered. */
static inline bool sim_is_reply(enum sim_counter outcome)
{
    return outcome >= SIM_TIME_EXCEEDED && outcome <= SIM_TCP_REPLY;
}
