// SPDX-License-Identifier: GPL-2.0-or-later
/* A simulated world and a survey of it: what is needed to compute what is true and visible there. */
#pragma once

#include "engine/plan.h"
#include "merge/keys.h"
#include "output/metadata.h"
#include "sim/truth.h"

/* Start with `struct truth_setup setup = {.source = sim_truth_host()}`. truth_setup_free() may be called
 * after any outcome. */
struct truth_setup {
    struct plan plan;
    struct sim_topology topology;
    struct survey_metadata metadata;
    struct merged_keys keys;
    struct address_pair source;
    char *sim_file; /* path of the topology's file, where `topology` was read from another directory */
};

/* truth_setup_read() reads everything from a survey's metadata. Returns EXIT_DONE, or EXIT_UNUSABLE after one
 * line that begins with `who`. */
int truth_setup_read(const char *who, const char *path, struct truth_setup *setup);

/* truth_setup_truth() returns the argument for sim_truth_visit(), valid as long as the set-up. */
struct sim_truth truth_setup_truth(const struct truth_setup *setup);

void truth_setup_free(struct truth_setup *setup);
