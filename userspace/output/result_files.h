// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the records of a survey from all its files: the file that was named, or, one after the other, the
 * numbered files (output/rotation.h) that its metadata lists or that are named after it. If NAME does not
 * exist, the file NAME.part (base/part_file.h) of a killed run is read.
 */
#pragma once

#include "output/metadata.h"
#include "output/results.h"

struct result_files {
    char **paths;
    size_t count, next; /* `next` is opened next */
    struct column_list needed;
    struct results *current;
    uint64_t passed; /* of the files before it, as from results_passed() */
};

/* result_files_of() lists the files of `results`, whose metadata is `metadata`; NULL: it has none. Returns
 * 0, or a negative errno with a line in `error`. result_files_close() may be called after either, and on
 * zeros. */
int result_files_of(struct result_files *files, const char *results, const struct survey_metadata *metadata,
                    struct error_text *error);
void result_files_close(struct result_files *files);

/*
 * result_files_find() lists the files that a user means by `name`: that file; or, if it does not exist but
 * its metadata does, or if `name` is itself metadata (NAME.meta.json), the files that the metadata lists.
 * Returns 0, or a negative errno with a line in `error`; result_files_close() may be called likewise.
 */
int result_files_find(struct result_files *files, const char *name, struct error_text *error);

/* result_files_metadata_path() returns the path of the metadata for a name given by a user, if it exists; the
 * caller frees it. NULL when memory is short. */
char *result_files_metadata_path(const char *name);

/* result_files_open() opens the first file, result_files_next() reads the next record: as results_open() and
 * results_next(). */
int result_files_open(struct result_files *files, const struct column_list *needed, struct error_text *error);
int result_files_next(struct result_files *files, struct record *out, struct error_text *error);

/* Of the current file. */
struct column_list result_files_columns(const struct result_files *files);
uint64_t result_files_passed(const struct result_files *files); /* of all files so far */
bool result_files_unfinished_tail(const struct result_files *files);
