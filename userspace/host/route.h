// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's answers to "how would you send there?": route, source address, neighbour. Of IPv4, so far. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* The packet that would be sent: routing rules (ip-rule(8)) look at more of it than where it goes. Rules by
 * mark, user and type of service are not met: our packets have none. */
struct route_query {
    struct address destination, source;     /* no source: the kernel chooses one */
    unsigned interface_index;               /* the only one that may be used; 0: any */
    uint8_t protocol;                       /* IPPROTO_UDP, _TCP or _ICMP; 0: UDP */
    uint16_t source_port, destination_port; /* 0: none, which rules by port do not match */
};

struct route {
    unsigned interface_index;
    struct address source;  /* the preferred one; none where the kernel names none */
    struct address gateway; /* none: on-link */
    uint8_t type; /* RTN_UNICAST, or what is no other host's: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST */
};

/*
 * route_get() asks for the route that such a packet takes. A local destination leads to the loopback device.
 * 0; -ENETUNREACH or -EHOSTUNREACH where there is none, one that forbids sending (unreachable, blackhole,
 * prohibit), or the source is no address of this host; -EAFNOSUPPORT where the gateway is an IPv6 one; or
 * another negative errno. `out` is written on success only.
 */
int route_get(const struct route_query *query, struct route *out);

struct route_answer {
    int error; /* as route_get() returns it; 0: `route` is one */
    struct route route;
};

/* routes_get() is route_get() for many destinations, on one socket: some 3 µs each. `query` tells the rest. 0
 * or a negative errno. */
int routes_get(const struct route_query *query, const struct address *destinations,
               struct route_answer *answers, size_t count);

/* address_is_own() says whether packets to `address` stay on this host. */
bool address_is_own(struct address address);

/* A way on: through `gateway`, which must be on-link. */
struct route_hop {
    unsigned interface_index;
    struct address gateway;
};

/*
 * route_add() adds a route to the first `length` bits of `prefix`; with several hops, of which
 * there are at most ROUTE_MAX_HOPS, the kernel balances load over them. route_add_default() adds one to
 * everywhere. route_add_local() makes all addresses of a prefix this host's own. 0, -EINVAL, -EEXIST where
 * there is such a route, or another negative errno.
 */
#define ROUTE_MAX_HOPS 8
int route_add(struct address prefix, unsigned length, const struct route_hop *hops, unsigned count);
int route_add_default(unsigned interface_index, struct address gateway);
int route_add_local(struct address prefix, unsigned length);

/* neighbour_add() makes a permanent entry for `address`, or replaces the one there is; 0 or a
 * negative errno. */
int neighbour_add(unsigned interface_index, struct address address, const uint8_t mac[6]);

/* neighbour_ask() has the kernel ask for the Ethernet address of an on-link `address` and does
 * not wait. 0 or a negative errno: -EPERM without CAP_NET_ADMIN. */
int neighbour_ask(unsigned interface_index, struct address address);

/*
 * neighbour_resolve() gives the Ethernet address of an on-link `address`. Where the kernel does
 * not know it, the kernel is told to ask (NTF_USE), and the table is read again until it knows or
 * `timeout_ms` has passed; with 0 the table is read once and nobody is asked. Blocks the calling thread
 * meanwhile.
 * 0; -EHOSTUNREACH where nobody answers; -EINTR where a signal handler ran; or another negative errno. Needs
 * CAP_NET_ADMIN, else -EPERM, only where it must ask.
 */
int neighbour_resolve(unsigned interface_index, struct address address, unsigned timeout_ms, uint8_t mac[6]);

/* interface_with_address() tells which interface has `address` as its own; 0, -ENOENT where none has, or
 * another negative errno. */
int interface_with_address(struct address address, unsigned *interface_index);

/* interface_address() gives the first IPv4 address of the interface, or none. 0 or a
 * negative errno. */
int interface_address(unsigned interface_index, struct address *address);
