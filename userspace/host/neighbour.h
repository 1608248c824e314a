// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's table of Ethernet addresses on a link: those of IPv4 by ARP (RFC 826), those of IPv6 by
 * neighbour discovery (RFC 4861). */
#pragma once

#include <stdint.h>

#include "address.h"

/* neighbour_protocol() is how the Ethernet address of `address` is asked for, in a word or two. */
const char *neighbour_protocol(struct address address);

/* neighbour_add() makes a permanent entry for `address`, or replaces the one there is; 0 or a
 * negative errno. */
int neighbour_add(unsigned interface_index, struct address address, const uint8_t mac[6]);

/* neighbour_ask() has the kernel ask for the Ethernet address of an on-link `address` and does
 * not wait. 0 or a negative errno: -EPERM without CAP_NET_ADMIN. */
int neighbour_ask(unsigned interface_index, struct address address);

struct netlink_kept;

/* neighbour_known() gives the Ethernet address that the kernel has for `address`, by `kept` (host/netlink.h)
 * unless that is NULL. 0; -ENOENT where it has none that can be used; or another negative errno. */
int neighbour_known(struct netlink_kept *kept, unsigned interface_index, struct address address,
                    uint8_t mac[6]);

/*
 * neighbour_resolve() gives the Ethernet address of an on-link `address`. Where the kernel does
 * not know it, the kernel is told to ask (NTF_USE), and the table is read again until it knows or
 * `timeout_ms` has passed; with 0 the table is read once and nobody is asked. Blocks the calling thread
 * meanwhile.
 * 0; -EHOSTUNREACH where nobody answers; -EINTR where a signal handler ran; or another negative errno. Needs
 * CAP_NET_ADMIN, else -EPERM, only where it must ask.
 */
int neighbour_resolve(unsigned interface_index, struct address address, unsigned timeout_ms, uint8_t mac[6]);
