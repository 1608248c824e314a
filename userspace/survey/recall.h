// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Restores the knowledge of a resumed survey. All of it is read from its results, through the same code that
 * processed the replies at first. It is stored nowhere else, so nothing can disagree with the results. Private to
 * userspace/survey/.
 *
 * Of each probe, one answer counts as known, however many were recorded. A probe that is sent again may have lost
 * its answer, so its new answer must not be refused as excess.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error_text.h"
#include "output/column.h"
#include "session/record_file.h"

struct survey;

/* One output. */
struct recalled_output {
    uint64_t records, bytes;   /* in it, without those that are cut off */
    struct record_place place; /* where the last record ends, and the next one goes */
};

struct recalled {
    uint64_t records; /* of the survey */
    unsigned fullest; /* the output with all records; others may have only the first of them */
    struct recalled_output outputs[OUTPUTS_MAX];
    uint64_t reached; /* targets that have answered */
};

/* recall_is_possible() returns true if results with these columns suffice. */
bool recall_is_possible(const struct column_list *columns);

/* recall_size() returns the number of bytes in all files of all outputs. */
uint64_t recall_size(const struct survey *survey);

/*
 * recall_results() reads the results of `survey`. Its knowledge must be new, and no receiver may run. Of each
 * output it takes the records that earlier outputs do not have. Returns 0, or a negative errno with a line in
 * `error`: the results cannot be read, lack some of the `durable` records, or belong to another survey. Returns
 * -EINTR, without a line, where a signal ends the run.
 */
int recall_results(struct survey *survey, uint64_t durable, struct recalled *out, struct error_text *error);
