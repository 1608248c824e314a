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

/* route_get() asks for the route to `destination`, through `interface_index` only unless that is 0.
 * 0, -ENETUNREACH / -EHOSTUNREACH where there is none, or another negative errno. */
int route_get(uint32_t destination, unsigned interface_index, struct route *out);

/* route_add_default() adds a default route through `gateway`; 0 or a negative errno. */
int route_add_default(unsigned interface_index, uint32_t gateway);

/* neighbour_add() makes a permanent entry; 0 or a negative errno. */
int neighbour_add(unsigned interface_index, uint32_t address, const uint8_t mac[6]);

/*
 * neighbour_resolve() gives the Ethernet address of an on-link `address`. Where the kernel does not know it,
 * the kernel is told to ask (NTF_USE), and the table is read again until it knows or `timeout_ms` has passed.
 * 0, -EHOSTUNREACH where nobody answers, or another negative errno. Needs CAP_NET_ADMIN only where it must
 * ask.
 */
int neighbour_resolve(unsigned interface_index, uint32_t address, unsigned timeout_ms, uint8_t mac[6]);

/* interface_address() is the first IPv4 address of the interface, 0 where it has none. */
int interface_address(unsigned interface_index, uint32_t *address);
