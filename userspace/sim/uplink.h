// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated Internet as a host sees it: a namespace whose default route leads into it.
 *
 *   host namespace                           world namespace
 *   [ uplink0 198.18.0.2/30 ] ---- veth ---- [ world0: XDP responder, gateway 198.18.0.1 ]
 *
 * Both namespaces are unnamed and live as long as this process. Replies come back by XDP_TX: they reach
 * uplink0 only while that has a native XDP program too, which is up to whoever probes, or after
 * sim_uplink_serve_sockets().
 */
#pragma once

#include <stdint.h>

#include "sim/options.h"
#include "sim_topology.h"

struct sim_uplink;

/* received = time_exceeded + port_unreachable + echo_reply + tcp_reply + silent + rate_limited + arp +
 * ignored */
struct sim_uplink_counters {
    uint64_t received, time_exceeded;
    uint64_t port_unreachable; /* and Protocol Unreachable */
    uint64_t echo_reply, tcp_reply;
    uint64_t silent;       /* probes that nobody answers */
    uint64_t rate_limited; /* probes whose router had answered too often before */
    uint64_t arp;          /* the gateway's Ethernet address was asked for, and told */
    uint64_t ignored;      /* malformed, not for the gateway, or not of IPv4 and ARP */
};

/*
 * sim_uplink_open() makes the namespaces, the pair of devices with `queues` RX and TX queues each, and the
 * responder, and moves the calling thread into the host namespace; threads started afterwards live there too.
 * 0, or a negative errno after one line on stderr: -EPERM where a privilege is missing. After a failure the
 * thread is where it was.
 */
int sim_uplink_open(struct sim_uplink **out, const struct sim_topology *topology, unsigned queues);

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

/* sim_uplink_close() brings the calling thread back into its first namespace and lets go of everything; NULL
 * is allowed. */
void sim_uplink_close(struct sim_uplink *uplink);
