// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's answers to the question "how would you send there?": route and source address. All addresses
 * of a question are of one family. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* The packet that would be sent: routing rules (ip-rule(8)) look at more than its destination. Rules by mark,
 * user and type of service do not match, since our packets have none. */
struct route_query {
    struct address destination, source; /* no source: the kernel chooses it */
    unsigned interface_index;           /* the only interface that may be used; 0: any */
    uint8_t protocol;                   /* PROTOCOL_UDP, _TCP, _ICMP (also for ICMPv6); 0 and others: UDP */
    uint16_t source_port, destination_port; /* 0: no port; rules by port do not match */
};

struct route {
    unsigned interface_index;
    struct address source;  /* the preferred source; none if the kernel names none. For IPv6 a temporary
                               one only if there is no other */
    struct address gateway; /* none: on-link. A link-local gateway is on the interface; an IPv4 route may
                               have an IPv6 gateway (RFC 8950) */
    uint8_t type;           /* RTN_UNICAST, or what is no other host's: RTN_LOCAL, RTN_ANYCAST, RTN_BROADCAST,
                     RTN_MULTICAST */
};

/*
 * route_get() asks for the route that such a packet takes. A local destination leads to the loopback device.
 * Returns 0; -ENETUNREACH if there is no route, or the source is no IPv4 address of this host; -EACCES, -EINVAL or
 * -EHOSTUNREACH if a route says "prohibit", "blackhole" or "unreachable"; or another negative errno. `out` is
 * written only on success.
 */
int route_get(const struct route_query *query, struct route *out);

/* route_error_text() returns the meaning of an error of route_get() in words, to follow "there is no route to
 * …: ". */
const char *route_error_text(int error);

struct route_answer {
    int error; /* as returned by route_get(); 0: `route` is valid */
    struct route route;
};

/* routes_get() is route_get() for many destinations, on one socket: about 3 µs each. `query` contains
 * everything else. Returns 0 or a negative errno. */
int routes_get(const struct route_query *query, const struct address *destinations,
               struct route_answer *answers, size_t count);

/* A next hop; `gateway` must be on-link. */
struct route_hop {
    unsigned interface_index;
    struct address gateway;
};

/*
 * route_add() adds a route to the first `length` bits of `prefix`; the kernel balances load over several
 * hops, at most ROUTE_MAX_HOPS. route_add_from() adds a route that gives this host's own packets the source
 * `source`, unless that is none. route_add_default() adds a default route. route_add_local() makes all
 * addresses of a prefix this host's own. All return 0, -EINVAL, -EEXIST if there is such a route, or another
 * negative errno.
 */
#define ROUTE_MAX_HOPS 8
int route_add(struct address prefix, unsigned length, const struct route_hop *hops, unsigned count);
int route_add_from(struct address prefix, unsigned length, const struct route_hop *hop,
                   struct address source);
int route_add_default(unsigned interface_index, struct address gateway);
int route_add_local(struct address prefix, unsigned length);
