// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether results are those of the survey that a metadata file describes, as far as they can show it: by the time of
 * their records and by how many there are. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error_text.h"
#include "output/metadata.h"
#include "output/record.h"

/* Zeros before the first record. */
struct results_match {
    uint64_t records, outside; /* in all; from before or after the survey */
};

/* results_match_add() counts a record. */
void results_match_add(struct results_match *self, const struct survey_metadata *metadata,
                       const struct record *record);

/* results_match_doubt() returns true where the records of `path`, all that are there, are hardly those of that survey:
 * `why` then has a line that names it. `unfinished` says that a record at their end was not finished. */
bool results_match_doubt(const struct results_match *self, const struct survey_metadata *metadata,
                         const char *path, bool unfinished, struct error_text *why);
