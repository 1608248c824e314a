// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies as a survey receives them, made in memory: in advance, or, if they would not fit, when they are
 * needed. */
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
    struct layout_pair layouts;  /* the layouts for decoding */
    const struct targets *targets;
    unsigned min_ttl, max_ttl, flows;
    size_t count;

    uint8_t *memory;
    struct received_frame *frames; /* made in advance */

    const struct large_world *world; /* makes replies when needed; NULL: `frames` */
    struct permutation order;        /* of the large world's replies */
};

enum {
    REPLY_MIX_LOADED = 16384, /* as many as a receiver's UMEM has chunks */
};

/*
 * reply_mix_make() answers probes of `layout` to `targets` in survey order until there are `count` replies:
 * from the routers and targets of the simulated Internet, with correct checksums, a tenth of a second after
 * the probe. One in six over IPv4, and all over IPv6, quote the whole probe; one in twelve has an MPLS label
 * (RFC 4950). Returns 0; -ENOMEM; or -ERANGE if the targets give fewer replies. reply_mix_free() may be
 * called after any outcome.
 */
int reply_mix_make(struct reply_mix *mix, const struct layout *layout, const struct targets *targets,
                   size_t count);
void reply_mix_free(struct reply_mix *mix);

/* reply_mix_of() contains all replies of a large world, which must outlive it, in random order. They are like
 * the others, but all come from routers, and reply_mix_load() makes them, about 0.3 µs each. */
void reply_mix_of(struct reply_mix *mix, const struct layout *layout, const struct large_world *world);

/* reply_chunks_map() returns memory for REPLY_MIX_LOADED replies with the layout of a UMEM; NULL if memory is
 * short. */
uint8_t *reply_chunks_map(void);
void reply_chunks_unmap(uint8_t *chunks);

/*
 * reply_mix_load() writes REPLY_MIX_LOADED replies from `first` on, or those before `end` if fewer, into
 * `chunks`, as a device would have written them. It fills `out` and returns their number.
 */
size_t reply_mix_load(const struct reply_mix *mix, size_t first, size_t end, uint8_t *chunks,
                      struct received_frame out[REPLY_MIX_LOADED]);
