// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hopwire survey, from options to a configuration of survey/survey.h: what survey.c shares with the files beside it,
 * each of which has a part of it to itself.
 *
 *   survey.c           in which order; rate, strategy, layout, simulator, limits
 *   survey_outputs.c   results and what lies beside them, and whether it can be gone on with
 *   survey_files.c     that none of the files is lost
 *   survey_plan.c      which targets are probed
 *
 * All of these functions return EXIT_DONE, or another exit code after one line on stderr.
 */
#pragma once

#include "command/prometheus_options.h"
#include "command/rotation_options.h"
#include "command/survey_options.h"
#include "command/survey_resume.h"
#include "output/earlier_lists.h"
#include "sim/topology.h"
#include "survey/survey.h"

/* Everything that survey_run() needs, and what must be freed after it. */
struct survey_setup {
    struct survey_options options;
    struct layout_choice layout; /* its key is drawn later */
    struct plan plan;
    struct sim_options sim;
    struct sim_topology topology;
    struct survey_config config;
    struct rotated_outputs rotated;
    struct socket_address prometheus_address;
    struct survey_resumption resumption;
    struct list_writing listing;
    struct earlier_lists earlier;
    char *directory; /* where the command was given; NULL: it is gone */
    char *default_metadata, *default_state;
    const char *obstacle; /* why it cannot be resumed, where that is worth a word */
    char *sim_text;       /* what `sim` borrows its texts from */
};

/* survey_choose_output() is about results and metadata; survey_choose_rotation() makes them numbered files, where that is
 * asked for, and survey_choose_state() says where the state goes, or why there is none. In this order. */
int survey_choose_output(struct survey_setup *setup);
int survey_choose_rotation(struct survey_setup *setup);
int survey_choose_state(struct survey_setup *setup);

/* survey_check_files() looks at all files that were named before any of them is opened; survey_find_earlier_lists() at
 * those of a survey of the same name; survey_check_list_files() at those that long lists get, once these are read. */
int survey_check_files(const struct survey_setup *setup);
int survey_find_earlier_lists(struct survey_setup *setup);
int survey_check_list_files(const struct survey_setup *setup);

/* survey_make_plan() reads targets and blocklists; survey_remake_plan() has those of the survey that goes on. */
int survey_make_plan(struct survey_setup *setup, char **operands);
int survey_remake_plan(struct survey_setup *setup);
