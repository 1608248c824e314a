// SPDX-License-Identifier: GPL-2.0-or-later
/* The hosts to trace or ping, of both families: names and addresses as given, resolved, with the source
 * address that the kernel would use towards each. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"
#include "base/address_pair.h"
#include "base/error_text.h"
#include "base/list_file.h"
#include "packet/layout.h"

struct host {
    char *name; /* as given */
    struct address address, source;
    uint8_t lane;             /* index in `sources` and `scopes` of struct hosts */
    unsigned interface_index; /* the interface by which it is reached */
    uint16_t size;            /* of its probes in bytes, from the IP header on; set by the caller */
    bool is_many;             /* a broadcast or multicast address */
    bool is_broadcast;
};

/* A host that cannot be probed, and the reason as a line for the user. */
struct unprobed_host {
    char *name, *reason;
};

struct hosts {
    struct host *list;
    size_t count, room;
    struct unprobed_host *unprobed;
    size_t unprobed_count, unprobed_room;
    bool is_list; /* given as several hosts or in a file: each gets a line, even if only one can be probed */
    struct address sources[256];
    unsigned scopes[256]; /* for each source, the interface on whose link its hosts are, if they are
                             link-local; else 0 */
    unsigned source_count;
    size_t elsewhere; /* number of hosts to which packets of other programs, which have ports, take another
                         route than our probes */
};

struct hosts_config {
    bool ipv4, ipv6;                   /* only addresses of this family; neither: both families */
    const struct layout_pair *layouts; /* a family without a layout is not probed; NULL: both are probed */
    const char *interface;             /* NULL: the route decides */
    struct address_pair sources;       /* none: the route decides */
    uint8_t protocol;                  /* of the probes, for rules that route by protocol: PROTOCOL_…; 0:
                                          UDP */
    bool one_by_one;                   /* broadcast and multicast addresses are refused */
    bool broadcast;                    /* broadcast addresses are intended, not a mistake */
    const char *broadcast_hint;        /* advice for messages if a broadcast address is not intended; NULL:
                                          none */
    uint16_t port;                     /* destination port of the probes, if rules route by ports; 0: none
                                          does */
};

/*
 * hosts_add() resolves `name` and finds its route. It uses getaddrinfo(3), so /etc/hosts and DNS as the
 * system is set up, and blocks. Of several addresses it takes the first one with a route, in the resolver's
 * order (RFC 6724). With a link-local address, the name includes the link: "fe80::1%eth0" (RFC 4007, section
 * 11). Returns 0, or a negative errno with `error` written, about the first address: -EAFNOSUPPORT if there
 * are none of the wanted family, -EPERM for an address of many hosts where that is not allowed, -EACCES for a
 * broadcast address that is not intended, -ENOENT for a name that does not exist, -ENETUNREACH if there is no
 * route.
 */
int hosts_add(struct hosts *hosts, const struct hosts_config *config, const char *name,
              struct error_text *error);

/* hosts_take() is hosts_add() for one of several hosts: if only this host has a problem, it is noted in
 * `hosts->unprobed`, after `place` where it was given, and hosts_take() returns 0. Other returns concern all
 * hosts. */
int hosts_take(struct hosts *hosts, const struct hosts_config *config, const char *name, const char *place,
               struct error_text *error);

/* hosts_are_list() returns whether results are shown as one line per host, instead of those of the only
 * host. */
static inline bool hosts_are_list(const struct hosts *hosts)
{
    return hosts->is_list || hosts->count > 1;
}

/* hosts_tell_unprobed() writes a line for each host that cannot be probed: a JSON object, or, for a list of
 * hosts, text. */
void hosts_tell_unprobed(const struct hosts *hosts, bool json, FILE *out);

/* hosts_read_file() takes the first word of each line of a file in the format of base/list_file.h; "-" is
 * stdin. Returns 0 or errors as hosts_take(), with file and line named. */
int hosts_read_file(struct hosts *hosts, const struct hosts_config *config, const char *path,
                    struct error_text *error);

void hosts_free(struct hosts *hosts);
