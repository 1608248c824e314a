// SPDX-License-Identifier: GPL-2.0-or-later
/* The hosts that are traced or pinged, of both families: names and addresses as given, resolved, with the
 * source address that the kernel would use towards each. */
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
    uint8_t lane;             /* index of source and scope among those of hosts */
    unsigned interface_index; /* by which it is reached */
    uint16_t size;            /* of its probes in bytes, from the IP header on: for the caller to set */
    bool is_many;             /* a broadcast or multicast address */
    bool is_broadcast;
};

/* One that cannot be probed, and why, in a line for the user. */
struct unprobed_host {
    char *name, *reason;
};

struct hosts {
    struct host *list;
    size_t count, room;
    struct unprobed_host *unprobed;
    size_t unprobed_count, unprobed_room;
    bool is_list; /* given as several, or in a file: it is told of each, however many can be probed */
    struct address sources[256];
    unsigned scopes[256]; /* with each source the interface on whose link its hosts are, where they are
                             link-local; 0: they are not */
    unsigned source_count;
    size_t elsewhere; /* hosts to which programs' packets, with ports, take another way than our probes */
};

struct hosts_config {
    bool ipv4, ipv6;                   /* addresses of this family alone are wanted; neither: of both */
    const struct layout_pair *layouts; /* a family without one is not probed; NULL: both are */
    const char *interface;             /* NULL: the route decides */
    struct address_pair sources;       /* none: the route decides */
    uint8_t protocol;                  /* of the probes, for rules that route by it: IPPROTO_…; 0: UDP */
    bool one_by_one;                   /* addresses of many hosts, broadcast and multicast, are refused */
    bool broadcast;                    /* broadcast addresses are meant, not mistaken for one host's */
    const char *broadcast_hint;        /* what to do where they are not meant, for messages; NULL: nothing */
    uint16_t port;                     /* their destination's, where rules look at ports; 0: none does */
};

/*
 * hosts_add() resolves `name` (getaddrinfo(3), so by /etc/hosts and DNS as the system is set up; blocks) and
 * finds its route: of several addresses, in the resolver's order (RFC 6724), the first that there is one to.
 * Of a link-local one the name says on which link, "fe80::1%eth0" (RFC 4007, section 11). 0; or a negative
 * errno with `error` written, about the first address: -EAFNOSUPPORT where there are none of the family that
 * is wanted, -EPERM for many hosts at once where that is not allowed, -EACCES for a broadcast address that is not
 * meant, -ENOENT for a name that is none, -ENETUNREACH where no route leads there.
 */
int hosts_add(struct hosts *hosts, const struct hosts_config *config, const char *name,
              struct error_text *error);

/* hosts_take() is hosts_add() for one of several: what is wrong with this host alone is noted in
 * `hosts->unprobed`, behind `place` where it stands, and 0 returned. Not 0 is what is wrong with all. */
int hosts_take(struct hosts *hosts, const struct hosts_config *config, const char *name, const char *place,
               struct error_text *error);

/* hosts_are_list() says whether results are told of each host in a line, rather than of the only one. */
static inline bool hosts_are_list(const struct hosts *hosts)
{
    return hosts->is_list || hosts->count > 1;
}

/* hosts_tell_unprobed() writes a line for each that cannot be probed: an object, or text where they are a
 * list. */
void hosts_tell_unprobed(const struct hosts *hosts, bool json, FILE *out);

/* hosts_read_file() takes the first word of each line of a file as base/list_file.h has them, "-" being
 * stdin. 0 or as hosts_take(), with file and line named. */
int hosts_read_file(struct hosts *hosts, const struct hosts_config *config, const char *path,
                    struct error_text *error);

void hosts_free(struct hosts *hosts);
