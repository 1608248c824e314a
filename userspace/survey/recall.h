// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey that goes on knows of its replies: all of it is read back from its results, through the code that
 * learnt it the first time. Nothing else keeps it, so nothing can disagree with the results. Private to
 * userspace/survey/.
 *
 * Of each probe one answer counts as known, however many were recorded: what is asked again is asked in case its
 * answer was lost, and must not be refused as one too many.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error_text.h"
#include "output/column.h"
#include "session/record_file.h"

struct survey;

/* Of one output. */
struct recalled_output {
    uint64_t records, bytes;   /* that it has, of which nothing is cut off */
    struct record_place place; /* where the last one ends: here the next one goes */
};

struct recalled {
    uint64_t records; /* of the survey */
    unsigned fullest; /* the output that has all of them; the others have the first of them */
    struct recalled_output outputs[OUTPUTS_MAX];
    uint64_t reached; /* targets that have answered themselves */
};

/* recall_is_possible() tells whether results of these columns say enough. */
bool recall_is_possible(const struct column_list *columns);

/* recall_size() is how many bytes lie there, in all files of all outputs. */
uint64_t recall_size(const struct survey *survey);

/*
 * recall_results() reads the results of `survey`, its knowledge being new and no receiver running: of each output what
 * those before it have not. 0; or a negative errno with a line in `error`: they cannot be read, have not the `durable`
 * records that were written, or are of another survey. -EINTR, without a line, where a signal ends the run.
 */
int recall_results(struct survey *survey, uint64_t durable, struct recalled *out, struct error_text *error);
