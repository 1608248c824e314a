// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/results_match.h"

#include <inttypes.h>

#include "base/number.h"
#include "output/format.h"

/* Times of records and of the survey's end are of one clock, which its start was read from a little earlier. */
static bool is_outside(const struct survey_metadata *metadata, uint64_t time_us)
{
    return time_us != RECORD_NO_TIME &&
           (time_us < metadata->start_us || (metadata->ended && time_us > metadata->end_us));
}

void results_match_add(struct results_match *self, const struct survey_metadata *metadata,
                       const struct record *record)
{
    self->records++;
    self->outside += is_outside(metadata, record->time_us);
}

/* Formats that cannot hold all of a record leave some out. */
static bool holds_all(const char *path)
{
    const struct output_format *format = output_format_for_path(path);

    return !format || !format->not_held;
}

bool results_match_doubt(const struct results_match *self, const struct survey_metadata *metadata,
                         const char *path, bool unfinished, struct error_text *why)
{
    uint64_t told = metadata->ledger.written;

    /* A clock that was set in the middle of a survey is no reason. */
    if (self->outside > self->records / 2)
        error_text_set(why, 0,
                       "%" PRIu64 " of %" PRIu64 " record%s of %s %s from before or after the survey that "
                       "its metadata describes: are the results of another survey?",
                       self->outside, self->records, plural(self->records), path,
                       plural_form(self->outside, "is", "are"));
    else if (metadata->ended && !unfinished && holds_all(path) && self->records != told)
        error_text_set(why, 0,
                       "%s has %" PRIu64 " record%s, and its metadata says %" PRIu64
                       ": are the results of another survey?",
                       path, self->records, plural(self->records), told);
    else
        return false;
    return true;
}
