// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ways by which the probes of a survey leave, and which targets leave by which. A way is an interface
 * with a source address and a next hop.
 *
 *   kernel's routes, rules --edges--> stretches of addresses --one question each--> route --> way
 *                                                                                     +--> left out, and why
 *
 * The question is about the packet that will be sent (host/route.h), so routing rules hold. Equal-cost routes
 * are told apart a stretch at a time: all its targets go where the kernel sends the first.
 */
#pragma once

#include <stdint.h>

#include "base/error_text.h"
#include "engine/egress.h"
#include "target/address_set.h"
#include "target/stretches.h"
#include "target/targets.h"

enum {
    /* Each takes a TX ring of every sender. A host with more next hops is a router in an exchange, where one
     * --interface is surveyed from. */
    WAYS_MAX = 64,
};

struct way {
    struct egress egress;
    uint64_t targets;
};

/* Targets that no probe goes to. */
struct ways_left_out {
    uint64_t targets;
    struct error_text reason; /* one line, about the first of them */
};

struct ways {
    struct way list[WAYS_MAX]; /* at least one */
    unsigned count;
    struct stretches map; /* the way of every target, by its address, as an index into `list` */
    struct ways_left_out left_out[WAYS_MAX];
    unsigned left_out_count;
    struct address_set *withheld; /* the addresses of those left out; NULL: none is */
};

/*
 * ways_find() finds the way to each of `targets`, of which there is at least one. What no probe can go to is
 * left out: this host's own addresses, targets without a route, behind a device that has no Ethernet headers
 * or a next hop that does not answer. Where targets are on-link, one Ethernet address serves all of a stretch
 * unless they are few: behind a proxying router they share it.
 * 0; or a negative errno with `error` written, all of them matters of configuration: also where nothing is
 * left. ways_free() is right after every outcome.
 */
int ways_find(struct ways *out, const struct egress_options *options, const struct targets *targets,
              struct error_text *error);
void ways_free(struct ways *ways);

/* ways_first_by() is the first way through this interface, `count` where there is none. */
unsigned ways_first_by(const struct ways *ways, unsigned interface_index);
