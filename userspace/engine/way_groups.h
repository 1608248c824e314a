// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of targets that the kernel routes alike: an intermediate step of engine/ways.h, and private to
 * it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error_text.h"
#include "engine/egress.h"
#include "target/stretches.h"
#include "target/targets.h"

enum {
    WAY_GROUPS_MAX = 512,
    WAY_SAMPLES = 4, /* on-link targets that are asked for their Ethernet address */
};

struct way_group {
    enum address_family family; /* of its targets */
    struct route route;         /* valid if `no_route` is 0 */
    int no_route;               /* the kernel's negative errno */
    bool alone;                 /* a single on-link target, which is stored as the gateway */
    uint64_t targets;
    struct address samples[WAY_SAMPLES]; /* the first targets of the group */
    unsigned sample_count;

    /* Set once the next hop has been looked for. */
    struct egress egress;
    int refused; /* a negative errno: no probe can go there, because of `reason` */
    struct error_text reason;
    uint16_t way; /* used by engine/ways.c */
};

struct way_groups {
    struct way_group list[WAY_GROUPS_MAX];
    unsigned count;
    unsigned last; /* index of the group found last: neighbouring targets are usually in the same group */
    struct stretches map; /* the group of every target, by its address */
};

/* way_groups_find() fills zeroed groups; the next hop of each is found or refused. Returns 0, or a negative
 * errno with `error` written. way_groups_free() may be called after any outcome. */
int way_groups_find(struct way_groups *groups, const struct egress_options *options,
                    const struct targets *targets, struct error_text *error);
void way_groups_free(struct way_groups *groups);
