// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records of a survey, in whatever files they are: the one that was named, or those numbered ones
 * (output/rotation.h) that its metadata names, or that are called after it, one after the other. What a kill has left in
 * NAME.part (base/part_file.h) is read where NAME is not there.
 */
#pragma once

#include "output/metadata.h"
#include "output/results.h"

struct result_files {
    char **paths;
    size_t count, next; /* the one that is opened next */
    struct column_list needed;
    struct results *current;
    uint64_t passed; /* of those before it, as results_passed() */
};

/* result_files_of() lists the files of `results`, whose metadata is `metadata`, NULL: it has none. 0 or a negative
 * errno with a line in `error`; result_files_close() is right after both, and of zeros. */
int result_files_of(struct result_files *files, const char *results, const struct survey_metadata *metadata,
                    struct error_text *error);
void result_files_close(struct result_files *files);

/*
 * result_files_find() lists the files that a user means by `name`: that file; or, where there is none and its
 * metadata is beside it, or where it is metadata itself (NAME.meta.json), what this names. 0 or a negative errno with
 * a line in `error`; result_files_close() likewise.
 */
int result_files_find(struct result_files *files, const char *name, struct error_text *error);

/* result_files_metadata_path() is where the metadata of what a user names is, if it is there; for free(), NULL when
 * memory is short. */
char *result_files_metadata_path(const char *name);

/* result_files_open() opens the first one, result_files_next() reads the next record: as results_open() and
 * results_next(). */
int result_files_open(struct result_files *files, const struct column_list *needed, struct error_text *error);
int result_files_next(struct result_files *files, struct record *out, struct error_text *error);

/* As of the file that is read. */
struct column_list result_files_columns(const struct result_files *files);
uint64_t result_files_passed(const struct result_files *files); /* of all so far */
bool result_files_unfinished_tail(const struct result_files *files);
