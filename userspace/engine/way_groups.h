// SPDX-License-Identifier: GPL-2.0-or-later
/* Targets that the kernel routes alike, on the way to engine/ways.h. Private to it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error_text.h"
#include "engine/egress.h"
#include "target/stretches.h"
#include "target/targets.h"

enum {
    WAY_GROUPS_MAX = 512,
    WAY_SAMPLES = 4, /* on-link targets asked for their Ethernet address */
};

struct way_group {
    enum address_family family; /* of its targets */
    struct route route;         /* where `no_route` is 0 */
    int no_route;               /* the kernel's negative errno */
    bool alone;                 /* an on-link target by itself, which stands as the gateway */
    uint64_t targets;
    struct address samples[WAY_SAMPLES]; /* the first of them */
    unsigned sample_count;

    /* Once it has been tried. */
    struct egress egress;
    int refused; /* a negative errno: no probe can go there, for `reason` */
    struct error_text reason;
    uint16_t way; /* for engine/ways.c */
};

struct way_groups {
    struct way_group list[WAY_GROUPS_MAX];
    unsigned count;
    unsigned last;        /* of the group found last: neighbours are mostly alike */
    struct stretches map; /* the group of every target, by its address */
};

/* way_groups_find() fills zeroed groups, with the next hop of each found or refused. 0; or a negative errno
 * with `error` written. way_groups_free() is right after every outcome. */
int way_groups_find(struct way_groups *groups, const struct egress_options *options,
                    const struct targets *targets, struct error_text *error);
void way_groups_free(struct way_groups *groups);
