// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a command writes its records, if anywhere: `--output`.
 *
 *   record_file_open() ── set-up ──> record_file_begin() ──> records ──> record_file_finish() ── close()
 *
 * Until it is begun, what is in the file stays, and a file that was made goes away again: a run that fails in
 * its set-up leaves everything as it was.
 */
#pragma once

#include <stdbool.h>

#include "output/rotation.h"
#include "output/writer.h"

/* What was asked for. */
struct record_output {
    const char *path; /* "-": stdout; NULL: nowhere */
    bool overwrite;   /* a file that is there already */
    enum packing packing;
    const struct output_format *format;
    struct column_list columns;
    struct rotation
        *rotation; /* where results are in many files, of which `path` is the first; NULL: in one */
};

struct record_file {
    const char *path; /* NULL: nowhere, and the writer is NULL too */
    const struct record_output *output;
    int fd;
    bool created; /* and to be removed, unless it is kept */
    struct writer *writer;
};

/* Where a record ends. */
struct record_place {
    unsigned file;     /* the number of the file; 0 where there is one */
    uint64_t position; /* bytes from its start */
};

/* record_file_is_stdout() says whether records take stdout for themselves. */
bool record_file_is_stdout(const char *path);

/* record_file_open() opens what `output` names, which must outlive the file; a file with something in it is
 * refused unless it may be overwritten. record_file_start() starts the writer as configured, but for
 * descriptor, format and columns, which are those of the output: a thread, which has the privileges that are
 * left then. Both return an exit code, after one line that begins with `command` where something is wrong.
 * record_file_close() is right after every outcome. */
int record_file_open(const char *command, struct record_file *file, const struct record_output *output);
int record_file_start(const char *command, struct record_file *file, const struct writer_config *config);
void record_file_close(struct record_file *file);

/* record_file_is_regular() says whether it is a file, which keeps what is written. */
bool record_file_is_regular(const struct record_file *file);

/* record_file_continue(), instead of the next: records follow what stands before `place`; what is behind it goes.
 * `metadata` as in the next. An exit code, after one line where it fails. */
int record_file_continue(const char *command, struct record_file *file, const struct record_place *place,
                         const struct survey_metadata *metadata);

/* record_file_sync() has all on the disk that the writer has written. Safe beside it: 0 or a negative errno. */
int record_file_sync(struct record_file *file);

/* record_file_begin() empties the file and writes what stands before the first record (output/format.h has
 * `metadata`); record_file_keep() has it stay from now on, whatever happens. An exit code, after one line
 * unless a signal that ends the run has come. */
int record_file_begin(const char *command, struct record_file *file, const struct survey_metadata *metadata);
void record_file_keep(struct record_file *file);

/* record_file_finish() writes all that was recorded. An exit code, after a line where it failed; a reader of
 * stdout who has seen enough is told nothing, as with text. */
int record_file_finish(const char *command, const struct record_file *file);
