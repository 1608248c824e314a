// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names of files among the options that a survey was begun with: another run of it may be started in another directory,
 * where a relative name would mean another file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "command/survey_options.h"

/* Begins as zeros. */
struct survey_names {
    char **texts; /* of the names that were changed */
    size_t count;
};

/* survey_names_settle() has the names in `options`, which were given in `directory` (NULL: that was not told), mean the same
 * files here; where it is gone they stay as they are, since it may have been moved. 0 or -ENOMEM; survey_names_free() is right
 * after both, once the options are used no more. */
int survey_names_settle(struct survey_names *self, const char *directory, struct survey_options *options);
void survey_names_free(struct survey_names *self);

/* survey_names_are_equal() says whether both are one name in one directory, or neither is given. */
bool survey_names_are_equal(const char *a, const char *b);
