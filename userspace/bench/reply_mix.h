// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies as a survey receives them, made in memory. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "packet/layout.h"
#include "receive/source.h"
#include "target/targets.h"

struct reply_mix {
    struct layout_choice layout; /* of the probes */
    unsigned min_ttl, max_ttl, flows;
    uint8_t *memory;
    struct received_frame *frames;
    size_t count;
};

enum {
    REPLY_MIX_LOADED = 16384, /* as many as a receiver's UMEM has chunks */
};

/*
 * reply_mix_make() answers probes of `layout` to `targets` in survey order until there are `count` replies:
 * from the routers and targets of the simulated Internet, right in every checksum, a tenth of a second after
 * the probe. One in six quotes the whole probe, one in twelve brings an MPLS label (RFC 4950). 0; -ENOMEM; or
 * -ERANGE where the targets do not make as many. reply_mix_free() is right after every outcome.
 */
int reply_mix_make(struct reply_mix *mix, const struct layout *layout, const struct targets *targets,
                   size_t count);
void reply_mix_free(struct reply_mix *mix);

/* reply_chunks_map() is memory for REPLY_MIX_LOADED replies laid out as a UMEM; NULL when it is short. */
uint8_t *reply_chunks_map(void);
void reply_chunks_unmap(uint8_t *chunks);

/*
 * reply_mix_load() copies REPLY_MIX_LOADED replies from `first` on, or what there is before `end`, into
 * `chunks`, as a device would just have written them. It fills `out` and returns how many they are.
 */
size_t reply_mix_load(const struct reply_mix *mix, size_t first, size_t end, uint8_t *chunks,
                      struct received_frame out[REPLY_MIX_LOADED]);
