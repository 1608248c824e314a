// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's answers to "how would you send there?": route, source address, neighbour. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct route {
    unsigned interface_index;
    uint32_t source;  /* the preferred source address, host order; 0 where the kernel names none */
    uint32_t gateway; /* 0: on-link */
};

/*
 * route_get() asks for the route to `destination`, through `interface_index` only unless that is 0. A local
 * destination leads to the loopback device.
 * 0; -ENETUNREACH or -EHOSTUNREACH where there is none, or one that forbids sending (unreachable, blackhole,
 * prohibit); -EAFNOSUPPORT where the gateway is an IPv6 one; or another negative errno. `out` is written on
 * success only.
 */
int route_get(uint32_t destination, unsigned interface_index, struct route *out);

/* A way on: through `gateway`, host order, which must be on-link. */
struct route_hop {
    unsigned interface_index;
    uint32_t gateway;
};

/*
 * route_add() adds a route to the first `length` bits of `prefix`, host order; with several hops, of which
 * there are at most ROUTE_MAX_HOPS, the kernel balances load over them. route_add_default() adds one to
 * everywhere. route_add_local() makes all addresses of a prefix this host's own. 0, -EINVAL, -EEXIST where
 * there is such a route, or another negative errno.
 */
#define ROUTE_MAX_HOPS 8
int route_add(uint32_t prefix, unsigned length, const struct route_hop *hops, unsigned count);
int route_add_default(unsigned interface_index, uint32_t gateway);
int route_add_local(uint32_t prefix, unsigned length);

/* neighbour_add() makes a permanent entry for `address`, host order, or replaces the one there is; 0 or a
 * negative errno. */
int neighbour_add(unsigned interface_index, uint32_t address, const uint8_t mac[6]);

/*
 * neighbour_resolve() gives the Ethernet address of an on-link `address`, host order. Where the kernel does
 * not know it, the kernel is told to ask (NTF_USE), and the table is read again until it knows or
 * `timeout_ms` has passed; with 0 the table is read once and nobody is asked. Blocks the calling thread
 * meanwhile.
 * 0; -EHOSTUNREACH where nobody answers; -EINTR where a signal handler ran; or another negative errno. Needs
 * CAP_NET_ADMIN, else -EPERM, only where it must ask.
 */
int neighbour_resolve(unsigned interface_index, uint32_t address, unsigned timeout_ms, uint8_t mac[6]);

/* interface_address() gives the first IPv4 address of the interface, host order, 0 where it has none. 0 or a
 * negative errno. */
int interface_address(unsigned interface_index, uint32_t *address);
