// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated Internet as a host sees it: a namespace whose default route leads into it.
 *
 *   host namespace                           world namespace
 *   [ uplink0 198.18.0.2/30 ] ---- veth ---- [ world0: XDP responder, gateway 198.18.0.1 ]
 *
 * Both namespaces are unnamed and live as long as this process. Replies come back by XDP_TX: they reach
 * uplink0 only while that has a native XDP program too, which is up to whoever probes, or after
 * sim_uplink_serve_sockets(). Where replies take time, or something happens to them, a thread of this process
 * sends them (line.h), and any uplink0 gets them.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/options.h"
#include "sim_topology.h"

struct sim_uplink;

struct sim_uplink_config {
    const struct sim_topology *topology;
    unsigned queues;       /* RX and TX queues of each device */
    bool threaded_napi;    /* kernel threads, one per queue, work on probes; not the sender's softirq */
    const cpu_set_t *cpus; /* where those run, by queue; borrowed; NULL: anywhere */
    struct sim_line_config line;
    struct sim_faults faults;
    struct layout_pair layouts; /* of the probes that are expected, which faults forge replies to */
};

/*
 * Every frame of the host ends in one of these:
 *
 *   received = replies + silent + rate_limited + neighbour + ignored + lost_out + queue_full_out
 *              + corrupted_out + no_line
 *   replies = time_exceeded + port_unreachable + echo_reply + tcp_reply
 *
 * and every reply in one of those that line.h names, or, where there is no line, in `sent`.
 */
struct sim_uplink_counters {
    uint64_t received, time_exceeded, port_unreachable, echo_reply, tcp_reply;
    uint64_t silent;         /* probes that nobody answers */
    uint64_t rate_limited;   /* probes whose router had answered too often before */
    uint64_t neighbour;      /* the gateway's Ethernet address was asked for, and told */
    uint64_t ignored;        /* malformed, not for the gateway, or of a protocol that is not simulated */
    uint64_t lost_out;       /* probes, by chance */
    uint64_t queue_full_out; /* probes, at the bottleneck */
    uint64_t corrupted_out;  /* probes that nobody answers since they were damaged */
    uint64_t no_line;        /* replies on a queue without a line: none, unless it is being closed */
    uint64_t groups;   /* to groups of IPv6, apart from those received: the kernel sends them of itself */
    uint64_t forged;   /* sent by the fault `flood` */
    uint64_t replayed; /* sent by the fault `replay` */
    struct sim_line_counters line;
};

/* sim_uplink_configure() is the configuration that options ask for. */
struct sim_uplink_config sim_uplink_configure(const struct sim_options *options,
                                              const struct sim_topology *topology);

/*
 * sim_uplink_open() makes the namespaces, the pair of devices, the responder and the threads of line and
 * faults, and moves the calling thread into the host namespace; threads started afterwards live there too.
 * 0, or a negative errno after one line on stderr: -EPERM where a privilege is missing. After a failure the
 * thread is where it was.
 */
int sim_uplink_open(struct sim_uplink **out, const struct sim_uplink_config *config);

/*
 * sim_uplink_serve_sockets() makes replies reach ordinary sockets, with no XDP program at the host's end, and
 * checksums whole when they leave it, since routers quote them. A program of one's own may be attached
 * nevertheless. 0 or a negative errno, after one line on stderr.
 */
int sim_uplink_serve_sockets(struct sim_uplink *uplink);

/* sim_uplink_interface() is the name of the host's device, the uplink's as long as that lives. */
const char *sim_uplink_interface(const struct sim_uplink *uplink);

/* sim_uplink_counters() may be called from every thread; 0 or a negative errno. Real routers (topology
 * "linux") count nothing here. */
int sim_uplink_counters(const struct sim_uplink *uplink, struct sim_uplink_counters *out);

/* sim_uplink_json() makes an object of all counters, owned by the caller; NULL where they cannot be read. */
json_t *sim_uplink_json(const struct sim_uplink *uplink);

/* sim_uplink_close() brings the calling thread back into its first namespace and lets go of everything; NULL
 * is allowed. */
void sim_uplink_close(struct sim_uplink *uplink);
