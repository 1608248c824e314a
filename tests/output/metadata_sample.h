// SPDX-License-Identifier: GPL-2.0-or-later
/* Metadata of surveys that never were, and where tests of their file put it. */
#pragma once

#include <jansson.h>

#include "output/metadata.h"

extern char metadata_sample_directory[], metadata_sample_path[64]; /* the file's */

/* Before and after each test: the directory is made; and goes, unless something was left in it, which is a failure. */
void metadata_sample_set_up(void);
void metadata_sample_tear_down(void);

/* metadata_sample() is of a survey that runs, metadata_ended_sample() of the same at its end. */
struct survey_metadata metadata_sample(void);
struct survey_metadata metadata_ended_sample(void);

/* metadata_sample_load() writes the file and reads it as JSON, which the caller owns. */
json_t *metadata_sample_load(const struct survey_metadata *metadata);

/* metadata_expect_value() expects a key whose value is that JSON. */
void metadata_expect_value(const json_t *document, const char *key, const char *expected);
