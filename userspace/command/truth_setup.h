// SPDX-License-Identifier: GPL-2.0-or-later
/* A world of the simulator and the survey that looks at it: what is needed to tell what is true and visible there. */
#pragma once

#include "engine/plan.h"
#include "merge/keys.h"
#include "output/metadata.h"
#include "sim/truth.h"

/* Start with `struct truth_setup setup = {.source = sim_truth_host()}`; truth_setup_free() is right after every
 * outcome. */
struct truth_setup {
    struct plan plan;
    struct sim_topology topology;
    struct survey_metadata metadata;
    struct merged_keys keys;
    struct address_pair source;
};

/* truth_setup_read() takes all of it from the metadata of a survey: EXIT_DONE, or EXIT_UNUSABLE after one line that
 * begins with `who`. */
int truth_setup_read(const char *who, const char *path, struct truth_setup *setup);

/* truth_setup_truth() is what sim_truth_visit() takes, for as long as the set-up stands. */
struct sim_truth truth_setup_truth(const struct truth_setup *setup);

void truth_setup_free(struct truth_setup *setup);
