// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of the multipath strategy: multipath.c chooses probes, multipath_options.c reads the options,
 * multipath_state.c saves and loads. */
#pragma once

#include "strategy/flow_search.h"
#include "strategy/slice_paths.h"
#include "strategy/strategy.h"
#include "target/permutation.h"

enum coverage_kind {
    COVERAGE_LINKS,
    COVERAGE_PREFIX,
    COVERAGE_DIAMOND_MINER,
    COVERAGE_KINDS,
};

struct coverage {
    enum coverage_kind kind;
    double confidence; /* above 0 and below 1; not used by COVERAGE_LINKS */
};

struct multipath_options {
    struct coverage coverage;
    double epsilon; /* of COVERAGE_LINKS */
    uint64_t patience_ns, memory;
    uint32_t gap;
};

/* option_coverage() reads "links", "prefix", "prefix=99" or "diamond-miner". */
OPTION_PARSER(option_coverage, struct coverage);

/* The table of the options, which ends with an entry of zeros, and their defaults. */
extern const struct option_spec multipath_option_specs[];
extern const struct multipath_options multipath_defaults;

struct multipath {
    struct strategy base;
    struct strategy_config config;
    struct multipath_options options;
    struct slice_paths targets; /* as paths of one flow each */
    struct permutation order;
    uint64_t position; /* in `order`, of the next target to begin */
    uint64_t *again;   /* targets that were under way when the state was saved */
    uint64_t again_count;
    struct flow_contexts contexts;
    struct flow_search search;
    uint64_t ended[SEARCH_ENDS];
    uint64_t lengths, lengths_count; /* sum and number of path lengths */
    uint8_t *recent_lengths;         /* by neighbourhood: length of the last path that ended there; 0: none
                                      * yet */
};

int multipath_save(const struct strategy *strategy, FILE *out);
int multipath_load(struct strategy *strategy, FILE *in);
