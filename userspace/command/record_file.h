// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a command writes its records, if anywhere: `--output`. */
#pragma once

#include <stdbool.h>

#include "output/writer.h"

struct record_file {
    const char *path; /* NULL: nowhere, and the writer is NULL too */
    int fd;
    struct writer *writer;
};

/* record_file_is_stdout() tells whether records take stdout for themselves. */
bool record_file_is_stdout(const char *path);

/* record_file_open() opens `path` and empties it, "-" being stdout and NULL nothing; record_file_start()
 * starts the writer as configured, but for the descriptor: a thread, which has the privileges that are left
 * then. Both return an exit code, after one line that begins with `command` where something is wrong.
 * record_file_close() is right after every outcome. */
int record_file_open(const char *command, struct record_file *file, const char *path);
int record_file_start(const char *command, struct record_file *file, const struct writer_config *config);
void record_file_close(struct record_file *file);

/* record_file_finish() writes all that was recorded. An exit code, after a line where it failed; a reader of
 * stdout who has seen enough is told nothing, as with text. */
int record_file_finish(const char *command, const struct record_file *file);
