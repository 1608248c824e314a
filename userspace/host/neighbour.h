// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's table of Ethernet addresses on a link: for IPv4 by ARP (RFC 826), for IPv6 by neighbour
 * discovery (RFC 4861). */
#pragma once

#include <stdint.h>

#include "address.h"

/* neighbour_protocol() returns the name of the protocol that finds the Ethernet address of `address`. */
const char *neighbour_protocol(struct address address);

/* neighbour_add() creates or replaces a permanent entry for `address`. Returns 0 or a negative errno. */
int neighbour_add(unsigned interface_index, struct address address, const uint8_t mac[6]);

/* neighbour_ask() makes the kernel ask for the Ethernet address of an on-link `address`, and does not wait.
 * Returns 0 or a negative errno: -EPERM without CAP_NET_ADMIN. */
int neighbour_ask(unsigned interface_index, struct address address);

struct netlink_kept;

/* neighbour_known() returns in `mac` the Ethernet address that the kernel has for `address`, through `kept`
 * (host/netlink.h) unless that is NULL. Returns 0; -ENOENT if it has none that can be used; or another
 * negative errno. */
int neighbour_known(struct netlink_kept *kept, unsigned interface_index, struct address address,
                    uint8_t mac[6]);

/*
 * neighbour_resolve() returns in `mac` the Ethernet address of an on-link `address`. If the kernel does not
 * have it, the kernel is told to ask (NTF_USE), and the table is read again until the address is there or
 * `timeout_ms` has passed. With a `timeout_ms` of 0 the table is read once and nothing is asked. Blocks the
 * calling thread meanwhile. Returns 0; -EHOSTUNREACH if nobody answers; -EINTR if a signal handler ran; or
 * another negative errno. CAP_NET_ADMIN is needed only if the kernel must ask; without it: -EPERM.
 */
int neighbour_resolve(unsigned interface_index, struct address address, unsigned timeout_ms, uint8_t mac[6]);
