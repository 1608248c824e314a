// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The places where a command writes its records: `--output`, given any number of times.
 *
 *   record_file_open() ── set-up ──> record_file_begin() ──> records ──> record_file_finish() ── close()
 *
 * Until record_file_begin(), existing contents stay, and created files are removed on failure: a run that
 * fails in its set-up leaves everything as it was.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "output/writer.h"
#include "session/destination.h"

/* What was asked for. */
struct record_output {
    struct output_place places[OUTPUTS_MAX]; /* metadata lie beside the first one */
    unsigned count;                          /* 0: nowhere */
    bool overwrite;                          /* existing files */
    struct column_list columns;
};

struct record_file {
    const struct record_output *output;
    struct destination destinations[OUTPUTS_MAX];
    unsigned count;        /* of the open destinations; 0: no output, and the writer is NULL */
    struct writer *writer; /* writes to all of them */
};

/* record_file_is_stdout() returns whether `path` means stdout; record_output_has_stdout() whether that of any
 * output does. */
bool record_file_is_stdout(const char *path);
bool record_output_has_stdout(const struct record_output *output);

/* record_output_json() returns the outputs as JSON if there are several; else, or when memory is short,
 * NULL. */
json_t *record_output_json(const struct record_output *output);

/* record_output_allow() registers the names that the files get later, before the keeper of `late` is started.
 * Returns 0 or -ENOMEM. */
int record_output_allow(const struct record_output *output, struct late_files *late);

/* record_file_open() opens what `output` names, which must outlive the file; an existing file with contents
 * is refused unless it may be overwritten. record_file_start() starts the writer, a thread with the
 * privileges left at that time. It takes `config`, except descriptors, formats and columns, which are those
 * of the output. Both return an exit code, after one line that begins with `command` if something is wrong.
 * record_file_close() may be called after any outcome, and on zeros. */
int record_file_open(const char *command, struct record_file *file, const struct record_output *output);
int record_file_start(const char *command, struct record_file *file, const struct writer_config *config);
void record_file_close(struct record_file *file);

/* record_file_keep_by() sets who gives files their final names and removes earlier files of these names:
 * `late`, or this process if NULL, which is the default. */
void record_file_keep_by(struct record_file *file, struct late_files *late);

/* record_file_is_regular() returns whether the first output is a regular file, which keeps what is
 * written. */
bool record_file_is_regular(const struct record_file *file);

/*
 * Used instead of record_file_begin(), for each output in turn. record_file_continue() removes everything
 * behind `place`, so that further records follow there; `metadata` is as in record_file_begin().
 * record_file_add() writes records to it that the other outputs have already. Then record_file_go_on()
 * begins. All return an exit code, after one line if they fail.
 */
int record_file_continue(const char *command, struct record_file *file, unsigned output,
                         const struct record_place *place, const struct survey_metadata *metadata);
int record_file_add(const char *command, struct record_file *file, unsigned output,
                    const struct record *records, size_t n);
int record_file_go_on(const char *command, struct record_file *file);

/* record_file_sync() syncs everything that the writer has written to the disk. record_file_sync_when_behind()
 * does so if too many descriptors of finished numbered files are open. Both may run beside the writer. They
 * return 0, or a negative errno with the output's path in `failed`. */
int record_file_sync(struct record_file *file, const char **failed);
int record_file_sync_when_behind(struct record_file *file, const char **failed);

/* record_file_begin() empties the files and writes what comes before the first record (for `metadata` see
 * output/format.h), and returns an exit code; if it fails, after one line, unless a signal that ends the run
 * has come. record_file_keep() keeps the files from now on, whatever happens. */
int record_file_begin(const char *command, struct record_file *file, const struct survey_metadata *metadata);
void record_file_keep(struct record_file *file);

/* record_file_settle() gives complete files their final names, after syncing them. Returns an exit code,
 * after a line for each failure. record_file_finish() does the same after the writer has ended, with a line
 * also for each output that could not be written. There is no message if the reader of stdout has closed it
 * early, as with text. */
int record_file_settle(const char *command, const struct record_file *file);
int record_file_finish(const char *command, const struct record_file *file);
