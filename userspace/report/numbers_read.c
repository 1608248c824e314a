// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/numbers_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/result_files.h"
#include "report/gather.h"

static int read_metadata(struct numbers *numbers, struct error_text *error)
{
    char *beside = strcmp(numbers->name, "-") == 0 ? NULL : metadata_path_for(numbers->name);
    bool there = beside && access(beside, F_OK) == 0;
    int code = there ? metadata_read(beside, &numbers->metadata, error) : 0;

    numbers->has_metadata = there && !code;
    free(beside);
    return code;
}

static int gather_records(struct gather *gather, struct result_files *files, struct numbers *numbers,
                          struct error_text *error)
{
    struct record record;
    int got = 1, code = 0;

    while (!code && (got = result_files_next(files, &record, error)) == 1) {
        code = gather_add(gather, &record);
        if (numbers->has_metadata)
            results_match_add(&numbers->match, &numbers->metadata, &record);
    }
    numbers->unfinished = result_files_unfinished_tail(files);
    if (!code && got == 0)
        code = gather_end(gather);
    return code ? code : got;
}

static int read_records(struct numbers *numbers, struct error_text *error)
{
    struct result_files files = {0};
    struct gather *gather = NULL;
    struct column_list needed;
    struct span wrong;
    int code =
        result_files_of(&files, numbers->name, numbers->has_metadata ? &numbers->metadata : NULL, error);

    column_list_parse(&needed, GATHER_COLUMNS, &wrong);
    if (!code)
        code = gather_open(&gather, numbers);
    if (!code)
        code = result_files_open(&files, &needed, error);
    if (!code)
        code = gather_records(gather, &files, numbers, error);
    gather_close(gather);
    result_files_close(&files);
    return code;
}

int numbers_read(const char *path, struct numbers **out, struct error_text *error)
{
    struct numbers *numbers = numbers_new(path);
    int code = numbers ? 0 : -ENOMEM;

    error_text_set(error, 0, "%s: out of memory", path);
    if (!code)
        code = read_metadata(numbers, error);
    if (!code)
        code = read_records(numbers, error);
    if (code)
        numbers_free(numbers);
    else
        *out = numbers;
    return code;
}
