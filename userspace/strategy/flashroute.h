// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of FlashRoute's rule, for its files: flashroute.c chooses, flashroute_state.c saves. */
#pragma once

#include "strategy/hop_nodes.h"
#include "strategy/slice_paths.h"
#include "strategy/strategy.h"

struct flashroute_options {
    uint32_t split, gap, span;
    uint64_t round_ns;
    bool preprobe;
};

/* The next TTL in either direction, 0: none; the last TTL forward, 0: none; and the TTL where both began. */
struct flash_path {
    uint8_t backward, forward, horizon, split;
};

struct flashroute {
    struct strategy base;
    struct strategy_config config;
    struct flashroute_options options;
    struct slice_paths slice;
    struct flash_path *paths;
    uint32_t *order;         /* the order in which rounds visit the paths that continue */
    uint64_t left, kept;     /* the number of these paths in this round, and so far in the next one */
    uint64_t place;          /* the position in this round */
    bool backward_next;      /* the path at `place` has sent forward in this round */
    bool measures;           /* this is the round of preprobes */
    uint64_t round_began_ns; /* 0: not yet */
    bool resumed;            /* next() was not called since it was loaded */
    struct hop_nodes stops;
};

int flashroute_save(const struct strategy *strategy, FILE *out);
int flashroute_load(struct strategy *strategy, FILE *in);
