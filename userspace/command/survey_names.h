// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * File names among the options that a survey was started with. Another run of the survey may be started in
 * another directory, where a relative name would mean another file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "command/survey_options.h"

/* Zeroed at the start. */
struct survey_names {
    char **texts; /* the changed names */
    size_t count;
};

/* survey_names_settle() changes the names in `options`, which were given in `directory` (NULL: not known), so
 * that they mean the same files here. If `directory` does not exist any more they stay as they are, since it
 * may have been moved. Returns 0 or -ENOMEM. survey_names_free() may be called after either, once the options
 * are not used any more. */
int survey_names_settle(struct survey_names *self, const char *directory, struct survey_options *options);
void survey_names_free(struct survey_names *self);

/* survey_names_are_elsewhere() returns whether relative names that were given in `directory` (NULL: not known) mean
 * other files here, and that directory exists. */
bool survey_names_are_elsewhere(const char *directory);

/* survey_names_are_equal() returns whether both are the same name in the same directory, or both are NULL. */
bool survey_names_are_equal(const char *a, const char *b);
