// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated Internet as a host sees it: a namespace whose default route leads into it.
 *
 *   host namespace                           world namespace
 *   [ uplink0 198.18.0.2/30 ] ---- veth ---- [ world0: XDP responder, gateway 198.18.0.1 ]
 *
 * Both namespaces are unnamed and exist as long as this process. Replies come back by XDP_TX: they reach
 * uplink0 only while it also has a native XDP program, which the prober must attach, or after
 * sim_uplink_serve_sockets(). If replies are delayed or impaired, a thread of this process sends them
 * (line.h); then they reach uplink0 in any case.
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
    bool threaded_napi;    /* kernel threads, one per queue, process probes, instead of the sender's
                              softirq */
    const cpu_set_t *cpus; /* for these threads, by queue; borrowed; NULL: anywhere */
    struct sim_line_config line;
    struct sim_faults faults;
    struct layout_pair layouts; /* of the expected probes, to which faults forge replies */
};

/*
 * Every frame of the host is counted in exactly one of these:
 *
 *   received = replies + silent + rate_limited + neighbour + ignored + lost_out + queue_full_out
 *              + corrupted_out + no_line
 *   replies = time_exceeded + port_unreachable + echo_reply + tcp_reply
 *
 * and every reply in one of those in line.h, or, without a line, in `sent`.
 */
struct sim_uplink_counters {
    uint64_t received, time_exceeded, port_unreachable, echo_reply, tcp_reply;
    uint64_t silent;         /* probes without an answer */
    uint64_t rate_limited;   /* probes whose router had answered too often before */
    uint64_t neighbour;      /* requests for the gateway's Ethernet address, answered */
    uint64_t ignored;        /* malformed, not for the gateway, or of a protocol that is not simulated */
    uint64_t lost_out;       /* probes lost by chance */
    uint64_t queue_full_out; /* probes dropped at the bottleneck */
    uint64_t corrupted_out;  /* probes not answered because they were damaged */
    uint64_t no_line;        /* replies on a queue without a line: 0, except while it is being closed */
    uint64_t groups;   /* packets to IPv6 groups, which the kernel sends by itself; not counted as received */
    uint64_t forged;   /* sent by the fault `flood` */
    uint64_t replayed; /* sent by the fault `replay` */
    struct sim_line_counters line;
};

/* sim_uplink_configure() returns the configuration that options ask for. */
struct sim_uplink_config sim_uplink_configure(const struct sim_options *options,
                                              const struct sim_topology *topology);

/*
 * sim_uplink_open() makes the namespaces, the pair of devices, the responder, and the threads of line and
 * faults, and moves the calling thread into the host namespace; threads started later are there too. Returns
 * 0, or a negative errno after one line on stderr: -EPERM if a privilege is missing. After a failure the
 * thread is back in its namespace.
 */
int sim_uplink_open(struct sim_uplink **out, const struct sim_uplink_config *config);

/*
 * sim_uplink_serve_sockets() makes replies reach ordinary sockets without an XDP program at the host's end.
 * It also makes checksums complete when packets leave, because routers quote them. The user may still attach
 * a program. Returns 0 or a negative errno, after one line on stderr.
 */
int sim_uplink_serve_sockets(struct sim_uplink *uplink);

/* sim_uplink_interface() returns the name of the host's device; the uplink owns it. */
const char *sim_uplink_interface(const struct sim_uplink *uplink);

/* sim_uplink_end() ends the threads of line and faults. If the host sends nothing more, the counters are final from
 * then on. */
void sim_uplink_end(struct sim_uplink *uplink);

/* sim_uplink_counters() may be called from any thread. Returns 0 or a negative errno. Real routers (topology
 * "linux") are not counted. */
int sim_uplink_counters(const struct sim_uplink *uplink, struct sim_uplink_counters *out);

/* sim_uplink_json() returns an object with all counters, owned by the caller; NULL if they cannot be read. */
json_t *sim_uplink_json(const struct sim_uplink *uplink);

/* sim_uplink_close() moves the calling thread back to its first namespace and frees everything; NULL is
 * allowed. */
void sim_uplink_close(struct sim_uplink *uplink);
