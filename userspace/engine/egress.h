// SPDX-License-Identifier: GPL-2.0-or-later
/* How probes leave this host: interface, source address and next hop, from the kernel or given by hand. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/options.h"
#include "host/link.h"
#include "target/targets.h"

struct egress_options {
    const char *interface; /* NULL: the route decides */
    struct option_address source_ip;
    struct option_mac gateway_mac;
    uint32_t vlan; /* FRAME_NO_VLAN: none */
    bool passive;  /* send nothing, not even ARP: a next hop that the kernel does not know stays all zero */
};

struct egress {
    struct link_info link;
    uint32_t source;
    uint32_t gateway; /* 0: on-link, or unknown since the Ethernet address was given */
    uint8_t next_hop_mac[6];
    uint16_t vlan;
};

/* What is wrong, in one line for the user. */
struct egress_error {
    char text[256];
};

/* egress_link() looks up an interface that `option` named, and refuses what has no Ethernet headers, is down
 * or too narrow for probes. 0; or a negative errno with `error` written. */
int egress_link(const char *option, const char *name, struct link_info *out, struct egress_error *error);

/*
 * egress_find() works out the way to `targets`, asking the kernel about the first of them. Where they are
 * on-link, the Ethernet address of one that answers serves all: behind a proxying router they share it, and
 * other cases are refused. 0; or a negative errno with `error` written, all of them matters of configuration.
 */
int egress_find(struct egress *out, const struct egress_options *options, const struct targets *targets,
                struct egress_error *error);
