// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How large packets to a destination may be: by the device's and the route's own MTU, as the kernel has them,
 * and by what routers on the way have reported (RFC 1191, RFC 8201) to the kernel or to us: the kernel
 * ignores reports about packets from a raw socket. This sends no packet, and needs no privilege.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

enum {
    PATH_MTU_PATHS = 4096, /* paths that are remembered, a power of two; packets on others are refused once
                              more */
};

struct path_mtu {
    int ipv4, ipv6;         /* sockets; -1: none */
    struct path_told *told; /* PATH_MTU_PATHS entries, by a hash of the destination; NULL: nothing reported
                               yet */
};

/* path_mtu_open() prepares for questions. `interface` is the device that packets leave by, NULL if the routes
 * decide. Returns 0 or a negative errno. path_mtu_close() may be called after any outcome. */
int path_mtu_open(struct path_mtu *self, const char *interface);
void path_mtu_close(struct path_mtu *self);

/* path_mtu_get() returns the current MTU towards `destination` in bytes from the IP header on, or a negative
 * errno, such as -ENETUNREACH. A link-local destination is on the link of interface `scope`, which is 0 for
 * other destinations. */
int path_mtu_get(const struct path_mtu *self, struct address destination, unsigned scope);

/* path_mtu_is_told() returns whether a report about the way to `destination` is remembered. */
bool path_mtu_is_told(const struct path_mtu *self, struct address destination);

/* path_mtu_least() returns the smallest MTU that is used, whatever is reported, so that nobody can make us
 * send a flood of tiny fragments: for IPv4 the kernel's (net.ipv4.route.min_pmtu), for IPv6 what every link
 * carries (RFC 8200, section 5). */
unsigned path_mtu_least(enum address_family family);

/* path_mtu_learn() remembers what a router reported about the way to `destination`; without memory, it does
 * nothing. */
void path_mtu_learn(struct path_mtu *self, struct address destination, unsigned mtu);
