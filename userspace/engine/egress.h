// SPDX-License-Identifier: GPL-2.0-or-later
/* One way by which probes of one family leave this host: interface, source address and next hop, from the
 * kernel or given by hand. Which ways there are: engine/ways.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address_pair.h"
#include "base/error_text.h"
#include "base/options.h"
#include "host/link.h"
#include "host/route.h"
#include "packet/layout.h"

struct egress_options {
    const char *interface;       /* NULL: the routes decide */
    struct address_pair sources; /* none: as the routes say */
    struct option_mac gateway_mac;
    uint32_t vlan;    /* FRAME_NO_VLAN: none */
    uint8_t protocol; /* of probes, which the kernel is asked for routes of; 0: UDP */
    uint16_t port;    /* their destination port, that of flow 0; 0: they have none */
    struct layout_pair
        layouts; /* which say how long they are; nothing is asked of a device for one that is NULL */
    /* Send nothing, not even to find neighbours: a next hop that the kernel does not know stays all zero. */
    bool passive;
    bool single; /* the way to the first target is that to all, none of which is this host */
};

struct egress {
    struct link_info link;
    struct address source;
    /* None: on-link, or unknown since the Ethernet address was given. Of either family (RFC 8950). */
    struct address gateway;
    uint8_t next_hop_mac[6];
    uint16_t vlan;
};

/* egress_link() looks up an interface that `option` named, and refuses what has no Ethernet headers or is
 * down. 0; or a negative errno with `error` written. */
int egress_link(const char *option, const char *name, struct link_info *out, struct error_text *error);

/*
 * egress_begin() fills in all but the next hop's Ethernet address: interface and gateway as `route` says,
 * which leads to `target_address`, the source address as it says unless one is given. An interface that is too
 * narrow for probes of that family is refused, too. 0; or a negative errno
 * with `error` written, all of them matters of configuration.
 */
int egress_begin(struct egress *out, const struct egress_options *options, const struct route *route,
                 struct address target_address, struct error_text *error);

enum {
    EGRESS_ON_LINK_MS = 1500, /* twice: the first request, or its answer, may be lost */
};

/* egress_resolve() has the kernel find the next hop: its gateway, or else one of `count` targets that are on-link,
 * for each of which it waits `timeout_ms`. These must not differ in their Ethernet address. Returns as
 * egress_begin(). */
int egress_resolve(struct egress *egress, const struct egress_options *options, const struct address *targets,
                   unsigned count, unsigned timeout_ms, struct error_text *error);
