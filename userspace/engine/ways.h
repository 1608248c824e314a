// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ways by which the probes of a survey leave, and the way of each target. A way is an interface with a
 * source address and a next hop.
 *
 *   kernel's routes, rules --edges--> stretches of addresses --one question each--> route --> way
 *                                                                                     +--> left out, and why
 *
 * The question describes the packet that will be sent (host/route.h), so routing rules apply. With equal-cost
 * routes, all targets of a stretch take the route that the kernel chooses for the first of them.
 */
#pragma once

#include <stdint.h>

#include "base/error_text.h"
#include "engine/egress.h"
#include "target/address_set.h"
#include "target/stretches.h"
#include "target/targets.h"

enum {
    /* Each way takes a TX ring of every sender. A host with more next hops is a router at an exchange; there,
     * surveys use one --interface. */
    WAYS_MAX = 64,
};

struct way {
    struct egress egress;
    uint64_t targets;
};

/* Targets that get no probe. */
struct ways_left_out {
    uint64_t targets;
    struct error_text reason; /* one line, about the first of these targets */
};

struct ways {
    struct way list[WAYS_MAX]; /* at least one */
    unsigned count;
    struct stretches map; /* the way of every target, by its address, as an index into `list` */
    struct ways_left_out left_out[WAYS_MAX];
    unsigned left_out_count;
    struct address_set *withheld; /* the addresses of targets left out; NULL: none */
};

/*
 * ways_find() finds the way to each of `targets`, which has at least one. Targets that no probe can reach are
 * left out: this host's own addresses, and targets without a route, behind a device without Ethernet headers,
 * or behind a next hop that does not answer. If targets are on-link, one Ethernet address serves a whole
 * stretch unless it has few targets: behind a proxying router they share it. Returns 0, or a negative errno
 * with `error` written: always a matter of configuration, also if no target is left. ways_free() may be
 * called after any outcome.
 */
int ways_find(struct ways *out, const struct egress_options *options, const struct targets *targets,
              struct error_text *error);
void ways_free(struct ways *ways);

/* ways_first_by() returns the first way through this interface, or `count` if there is none. */
unsigned ways_first_by(const struct ways *ways, unsigned interface_index);
