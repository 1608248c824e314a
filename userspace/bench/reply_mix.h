// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies as a survey receives them, made in memory: beforehand, or, where they would not fit, as they are
 * asked for. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bench/large_world.h"
#include "packet/layout.h"
#include "receive/source.h"
#include "target/permutation.h"
#include "target/targets.h"

struct reply_mix {
    struct layout_choice layout; /* of the probes */
    struct layout_pair layouts;  /* as decoding is told of it */
    const struct targets *targets;
    unsigned min_ttl, max_ttl, flows;
    size_t count;

    uint8_t *memory;
    struct received_frame *frames; /* made beforehand */

    const struct large_world *world; /* that answers as it is asked; NULL: `frames` */
    struct permutation order;        /* of its replies */
};

enum {
    REPLY_MIX_LOADED = 16384, /* as many as a receiver's UMEM has chunks */
};

/*
 * reply_mix_make() answers probes of `layout` to `targets` in survey order until there are `count` replies:
 * from the routers and targets of the simulated Internet, right in every checksum, a tenth of a second after
 * the probe. One in six of IPv4 and all of IPv6 quote the whole probe, one in twelve brings an MPLS label
 * (RFC 4950). 0; -ENOMEM; or -ERANGE where the targets do not make as many. reply_mix_free() is right after
 * every outcome.
 */
int reply_mix_make(struct reply_mix *mix, const struct layout *layout, const struct targets *targets,
                   size_t count);
void reply_mix_free(struct reply_mix *mix);

/* reply_mix_of() has all replies of a large world, which it borrows, in random order: alike, but that all are
 * from routers, and that they are made by reply_mix_load(), some 0.3 µs each. */
void reply_mix_of(struct reply_mix *mix, const struct layout *layout, const struct large_world *world);

/* reply_chunks_map() is memory for REPLY_MIX_LOADED replies laid out as a UMEM; NULL when it is short. */
uint8_t *reply_chunks_map(void);
void reply_chunks_unmap(uint8_t *chunks);

/*
 * reply_mix_load() puts REPLY_MIX_LOADED replies from `first` on, or what there is before `end`, into
 * `chunks`, as a device would just have written them. It fills `out` and returns how many they are.
 */
size_t reply_mix_load(const struct reply_mix *mix, size_t first, size_t end, uint8_t *chunks,
                      struct received_frame out[REPLY_MIX_LOADED]);
