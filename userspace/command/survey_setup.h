// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hopwire survey, from options to a configuration of survey/survey.h: what survey.c shares with other files,
 * each of which does one part of the work.
 *
 *   survey.c           calls the others in order; rate, strategy, layout, simulator, limits
 *   survey_outputs.c   results and files beside them, and whether the survey can be resumed
 *   survey_files.c     checks that no file would be lost
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

/* Everything that survey_run() needs, and everything to free after it. */
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
    char *directory; /* the working directory of the command; NULL: it does not exist any more */
    char *default_metadata, *default_state;
    const char *obstacle; /* why the survey cannot be resumed, if that should be reported */
    char *sim_text;       /* texts that `sim` points into */
    char *sim_file;       /* likewise */
};

/* survey_choose_output() decides on results and metadata. survey_choose_rotation() makes them numbered files,
 * if wanted. survey_choose_state() decides where the state goes, or why there is none. Call them in this
 * order. */
int survey_choose_output(struct survey_setup *setup);
int survey_choose_rotation(struct survey_setup *setup);
int survey_choose_state(struct survey_setup *setup);

/* survey_check_files() checks all given files before any of them is opened. survey_find_earlier_lists()
 * checks those of an earlier survey of the same name. survey_check_list_files() checks the files for long
 * lists, once the lists are read. */
int survey_check_files(const struct survey_setup *setup);
int survey_find_earlier_lists(struct survey_setup *setup);
int survey_check_list_files(const struct survey_setup *setup);

/* survey_make_plan() reads targets and blocklists; survey_remake_plan() uses those of the survey that is
 * resumed. */
int survey_make_plan(struct survey_setup *setup, char **operands);
int survey_remake_plan(struct survey_setup *setup);
