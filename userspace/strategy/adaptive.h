// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of the adaptive strategy, for its files: adaptive.c chooses, adaptive_state.c saves. */
#pragma once

#include "strategy/learned_walk.h"
#include "strategy/slice_paths.h"
#include "strategy/strategy.h"
#include "strategy/walk_table.h"
#include "target/permutation.h"

enum {
    ADAPTIVE_LOOKAHEAD = 64,
};

struct adaptive_options {
    double budget; /* 0: that of the rule */
    double epsilon, chance;
    uint64_t patience_ns;
    uint32_t gap, links, start; /* start 0: by the number of targets */
};

struct adaptive {
    struct strategy base;
    struct strategy_config config;
    struct adaptive_options options;
    struct slice_paths paths;
    uint64_t start;     /* walks at once at first */
    uint64_t near_sent; /* probes to near hops */
    struct permutation order;
    uint64_t position;                  /* in it, of the next path to begin with */
    uint64_t group[ADAPTIVE_LOOKAHEAD]; /* around it */
    bool has_group;
    struct walk_commons *commons; /* that of the first strategy of the survey */
    bool owns_commons;            /* this is it */
    struct walk_knowledge knowledge;
    struct walk_table walks;
    uint64_t last_ns; /* when it was asked last */
    bool resumed;     /* since it was loaded it was not asked */
};

int adaptive_save(const struct strategy *strategy, FILE *out);
int adaptive_load(struct strategy *strategy, FILE *in);
