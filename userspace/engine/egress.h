// SPDX-License-Identifier: GPL-2.0-or-later
/* One way by which probes of one family leave this host: interface, source address and next hop, given by the
 * kernel or by options. engine/ways.h finds all ways of a survey. */
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
    const char *interface;       /* NULL: chosen by the routes */
    struct address_pair sources; /* none: chosen by the routes */
    struct option_mac gateway_mac;
    uint32_t vlan;    /* FRAME_NO_VLAN: none */
    uint8_t protocol; /* of probes, for the question to the kernel about routes; 0: UDP */
    uint16_t port;    /* destination port of probes, for flow 0; 0: no ports */
    struct layout_pair
        layouts; /* give the probes' length; a device is not checked for a layout that is NULL */
    /* Send nothing, not even to find neighbours: a next hop unknown to the kernel remains all zero. */
    bool passive;
    bool single; /* use the way to the first target for all targets; none of them is this host */
};

struct egress {
    struct link_info link;
    struct address source;
    /* None: on-link, or unknown because the Ethernet address was given. Of either family (RFC 8950). */
    struct address gateway;
    uint8_t next_hop_mac[6];
    uint16_t vlan;
};

/* egress_link() looks up an interface that was given by `option`, and refuses a device that has no Ethernet
 * headers or is down. Returns 0, or a negative errno with `error` written. */
int egress_link(const char *option, const char *name, struct link_info *out, struct error_text *error);

/*
 * egress_begin() fills in everything except the next hop's Ethernet address: interface and gateway from
 * `route`, which leads to `target_address`; the source address from `options`, or else from `route`. An
 * interface whose MTU is too small for probes of that family is refused. Returns 0, or a negative errno with
 * `error` written: always a matter of configuration.
 */
int egress_begin(struct egress *out, const struct egress_options *options, const struct route *route,
                 struct address target_address, struct error_text *error);

enum {
    EGRESS_ON_LINK_MS = 1500, /* time for two requests: the first, or its answer, may be lost */
};

/* egress_resolve() makes the kernel find the next hop: the gateway, or else one of `count` on-link
 * targets. It waits `timeout_ms` for each. All of them must have the same Ethernet address. Returns as
 * egress_begin(). */
int egress_resolve(struct egress *egress, const struct egress_options *options, const struct address *targets,
                   unsigned count, unsigned timeout_ms, struct error_text *error);
