// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of hopwire survey as given; command/survey.c makes a configuration from them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/cpu_list.h"
#include "base/options.h"
#include "command/output_options.h"
#include "command/probe_key.h"
#include "command/probe_layout.h"
#include "command/prometheus_options.h"
#include "command/sandbox_options.h"
#include "command/shard_option.h"
#include "command/target_options.h"
#include "engine/ways.h"
#include "strategy/gentle.h"
#include "survey/capture_file.h"
#include "survey/limits.h"
#include "survey/survey.h"

/* Values that leave the choice to send/tx_choice.h (--tx) and to survey/live_screen.h (--progress). */
#define TX_AUTO       "auto"
#define PROGRESS_AUTO "auto"

struct survey_options {
    struct target_options targets;
    bool dry_run, quiet;
    struct output_options records;
    struct egress_options egress;
    struct option_list listen;
    double rate, bandwidth; /* 0: not given */
    struct gentle_bounds bounds;
    const char *contact; /* NULL: none */
    uint32_t threads;
    struct cpu_list cpus;
    uint32_t min_ttl, max_ttl, flows;
    const char *flows_by; /* NULL: not given */
    uint64_t seed;        /* UINT64_MAX: not given */
    struct shard shard;   /* `of` 0: not given */
    struct option_key key;
    struct probe_options probe;
    const char *strategy, *tx, *progress, *metadata, *control, *status_file, *state, *resume;
    bool resumable;
    struct prometheus_options prometheus;
    struct capture_config capture;
    struct survey_limits limits;
    uint64_t rotate; /* bytes; 0: not given */
    uint64_t cooldown_ns, umem_memory, link_memory, interface_memory,
        duplicate_memory; /* umem_memory 0: not given */
    struct sandbox_options sandbox;
    struct option_optional sim;
};

/* survey_options_default() returns the values of options that are not given; survey_options_free() frees
 * lists. */
struct survey_options survey_options_default(void);
void survey_options_free(struct survey_options *options);

/* survey_options_progress() returns what to show while the survey runs. */
enum survey_progress survey_options_progress(const struct survey_options *options);

/* options_parse() uses it to fill a struct survey_options. */
extern const struct option_table survey_option_table;
