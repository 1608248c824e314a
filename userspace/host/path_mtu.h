// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How large packets to a destination may be: by the device and the route's own MTU, as the kernel knows them,
 * and by what routers on the way have told (RFC 1191, RFC 8201), the kernel or us: of packets from a raw
 * socket it takes no notice. No packet is sent to find out, and no privilege is needed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

enum {
    PATH_MTU_PATHS = 4096, /* so many are remembered, a power of two; others are refused once more */
};

struct path_mtu {
    int ipv4, ipv6;         /* sockets; -1: none */
    struct path_told *told; /* PATH_MTU_PATHS, by a hash of the destination; NULL: nothing was told yet */
};

/* path_mtu_open() prepares questions; `interface` is the device by which packets leave, NULL where the routes
 * decide. 0 or a negative errno. path_mtu_close() is right after every outcome. */
int path_mtu_open(struct path_mtu *self, const char *interface);
void path_mtu_close(struct path_mtu *self);

/* path_mtu_get() is the MTU towards `destination` in bytes from the IP header on, now; or a
 * negative errno, such as -ENETUNREACH. A link-local destination is on the link of interface `scope`, which is
 * 0 for others. */
int path_mtu_get(const struct path_mtu *self, struct address destination, unsigned scope);

/* path_mtu_is_told() says whether something was remembered of the way to `destination`. */
bool path_mtu_is_told(const struct path_mtu *self, struct address destination);

/* path_mtu_least() is the MTU that is reckoned with, whatever is told, so that nobody makes us send a flood of
 * tiny fragments: as the kernel has it (net.ipv4.route.min_pmtu), and what every link of IPv6 takes (RFC 8200,
 * section 5). */
unsigned path_mtu_least(enum address_family family);

/* path_mtu_learn() remembers what a router told of the way to `destination`. Short of memory, it does not. */
void path_mtu_learn(struct path_mtu *self, struct address destination, unsigned mtu);
