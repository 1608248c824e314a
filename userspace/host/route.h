// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's answers to "how would you send there?": route and source address. What is asked of one family
 * has addresses of that one alone. */
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
    uint8_t protocol;                       /* IPPROTO_UDP, _TCP, _ICMP (ICMPv6, too); others, and 0: UDP */
    uint16_t source_port, destination_port; /* 0: none, which rules by port do not match */
};

struct route {
    unsigned interface_index;
    struct address source;  /* the preferred one; none where the kernel names none. Of IPv6 no temporary one
                               while there is another */
    struct address gateway; /* none: on-link. Link-local ones are of the interface; that of an IPv4 route may
                               be one of IPv6 (RFC 8950) */
    uint8_t type;           /* RTN_UNICAST, or what is no other host's: RTN_LOCAL, RTN_ANYCAST, RTN_BROADCAST,
                     RTN_MULTICAST */
};

/*
 * route_get() asks for the route that such a packet takes. A local destination leads to the loopback device.
 * Returns 0; -ENETUNREACH or -EHOSTUNREACH where there is no route, a route says "unreachable", or the source is no IPv4
 * address of this host; -EACCES where a route says "prohibit"; -EINVAL where it says "blackhole" (-ENETUNREACH if the query
 * has a source); or another negative errno. `out` is written on success only.
 */
int route_get(const struct route_query *query, struct route *out);

/* route_error_text() returns in words what an error of route_get() means, to follow "there is no route to …: ". */
const char *route_error_text(int error);

struct route_answer {
    int error; /* as route_get() returns it; 0: `route` is one */
    struct route route;
};

/* routes_get() is route_get() for many destinations, on one socket: some 3 µs each. `query` has the rest. 0
 * or a negative errno. */
int routes_get(const struct route_query *query, const struct address *destinations,
               struct route_answer *answers, size_t count);

/* A way on: through `gateway`, which must be on-link. */
struct route_hop {
    unsigned interface_index;
    struct address gateway;
};

/*
 * route_add() adds a route to the first `length` bits of `prefix`; with several hops, of which
 * there are at most ROUTE_MAX_HOPS, the kernel balances load over them. route_add_from() adds one by
 * which this host's own packets have the source `source`, unless it is none. route_add_default() adds one to
 * everywhere. route_add_local() makes all addresses of a prefix this host's own. 0, -EINVAL, -EEXIST where
 * there is such a route, or another negative errno.
 */
#define ROUTE_MAX_HOPS 8
int route_add(struct address prefix, unsigned length, const struct route_hop *hops, unsigned count);
int route_add_from(struct address prefix, unsigned length, const struct route_hop *hop,
                   struct address source);
int route_add_default(unsigned interface_index, struct address gateway);
int route_add_local(struct address prefix, unsigned length);
