// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a command writes its records, if anywhere: `--output`, which may be given several times.
 *
 *   record_file_open() ── set-up ──> record_file_begin() ──> records ──> record_file_finish() ── close()
 *
 * Until it is begun, what is in the files stays, and a file that was made goes away again: a run that fails in
 * its set-up leaves everything as it was.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "output/writer.h"
#include "session/destination.h"

/* What was asked for. */
struct record_output {
    struct output_place places[OUTPUTS_MAX]; /* the first is the one that metadata lie beside */
    unsigned count;                          /* 0: nowhere */
    bool overwrite;                          /* files that are there already */
    struct column_list columns;
};

struct record_file {
    const struct record_output *output;
    struct destination destinations[OUTPUTS_MAX];
    unsigned count;        /* of those that are open; 0: nowhere, and the writer is NULL too */
    struct writer *writer; /* of all of them */
};

/* record_file_is_stdout() says whether records take stdout for themselves, record_output_has_stdout() whether any do. */
bool record_file_is_stdout(const char *path);
bool record_output_has_stdout(const struct record_output *output);

/* record_output_json() names them, where there are several; else NULL, as when memory is short. */
json_t *record_output_json(const struct record_output *output);

/* record_output_allow() adds the names that its files get late, for a keeper that is not started yet. 0 or -ENOMEM. */
int record_output_allow(const struct record_output *output, struct late_files *late);

/* record_file_open() opens what `output` names, which must outlive the file; a file with something in it is
 * refused unless it may be overwritten. record_file_start() starts the writer as configured, but for
 * descriptors, formats and columns, which are those of the output: a thread, which has the privileges that are
 * left then. Both return an exit code, after one line that begins with `command` where something is wrong.
 * record_file_close() is right after every outcome, and of zeros. */
int record_file_open(const char *command, struct record_file *file, const struct record_output *output);
int record_file_start(const char *command, struct record_file *file, const struct writer_config *config);
void record_file_close(struct record_file *file);

/* record_file_keep_by() says who gives files their names at the end, and takes away what has them now: NULL is this
 * process, as from the start. */
void record_file_keep_by(struct record_file *file, struct late_files *late);

/* record_file_is_regular() says whether the first is a file, which keeps what is written. */
bool record_file_is_regular(const struct record_file *file);

/*
 * Instead of the next, for each output in its turn: record_file_continue() has records follow what stands before `place`,
 * and takes away what is behind it; `metadata` as in the next. record_file_add() gives it records that others have already.
 * record_file_go_on() then begins. An exit code, after one line where it fails.
 */
int record_file_continue(const char *command, struct record_file *file, unsigned output,
                         const struct record_place *place, const struct survey_metadata *metadata);
int record_file_add(const char *command, struct record_file *file, unsigned output,
                    const struct record *records, size_t n);
int record_file_go_on(const char *command, struct record_file *file);

/* record_file_sync() has all on the disk that the writer has written, record_file_sync_when_behind() where so many numbered
 * files have ended that they hold too many descriptors. Safe beside it: 0 or a negative errno. */
int record_file_sync(struct record_file *file);
int record_file_sync_when_behind(struct record_file *file);

/* record_file_begin() empties the files and writes what stands before the first record (output/format.h has
 * `metadata`); record_file_keep() has them stay from now on, whatever happens. An exit code, after one line
 * unless a signal that ends the run has come. */
int record_file_begin(const char *command, struct record_file *file, const struct survey_metadata *metadata);
void record_file_keep(struct record_file *file);

/* record_file_settle() gives files that were written to their end, and are on the disk, their names: an exit code, after a
 * line for each where that fails. record_file_finish() does so, too, once the writer has ended: with a line also for each
 * that could not be written. A reader of stdout who has seen enough is told nothing, as with text. */
int record_file_settle(const char *command, const struct record_file *file);
int record_file_finish(const char *command, const struct record_file *file);
