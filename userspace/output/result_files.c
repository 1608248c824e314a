// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/result_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/part_file.h"

/* A name of the metadata, where `results` lie. */
static char *beside(const char *results, const char *name)
{
    const char *slash = strrchr(results, '/');
    char *path;

    return asprintf(&path, "%.*s%s", slash ? (int)(slash + 1 - results) : 0, results, name) < 0 ? NULL : path;
}

/* What a killed survey was writing has not got its name: it stands where it was written. */
static char *as_it_is(char *path)
{
    char *part = access(path, F_OK) && errno == ENOENT ? part_file_path(path) : NULL;

    if (!part || access(part, F_OK)) {
        free(part);
        return path;
    }
    free(path);
    return part;
}

static int add(struct result_files *files, char *path)
{
    if (!path)
        return -ENOMEM;
    path = as_it_is(path);
    files->paths[files->count++] = path;
    return 0;
}

int result_files_of(struct result_files *files, const char *results, const struct survey_metadata *metadata)
{
    const json_t *names = metadata ? metadata->files : NULL, *name;
    size_t count = json_array_size(names), i;
    int error = 0;

    *files = (struct result_files){.paths = calloc(count ? count : 1, sizeof(*files->paths))};
    if (!files->paths)
        return -ENOMEM;
    if (!count)
        return add(files, strdup(results));
    json_array_foreach(names, i, name) if (!error) error =
        add(files, beside(results, json_string_value(name)));
    return error;
}

/* The name of the results whose metadata `name` is, for free(); NULL where it is none. */
static char *results_of_metadata(const char *name)
{
    static const char ending[] = ".meta.json";
    size_t length = strlen(name), without = length - (sizeof(ending) - 1);

    return length >= sizeof(ending) && strcmp(name + without, ending) == 0 ? strndup(name, without) : NULL;
}

char *result_files_metadata_path(const char *name)
{
    char *results = results_of_metadata(name);

    free(results);
    return results ? strdup(name) : metadata_path_for(name);
}

static int find_by_metadata(struct result_files *files, const char *results, const char *path,
                            struct error_text *error)
{
    struct survey_metadata metadata;
    int code = metadata_read(path, &metadata, error);

    if (code)
        return code;
    code = result_files_of(files, results, &metadata);
    metadata_free(&metadata);
    return code ? error_text_set(error, code, "out of memory") : 0;
}

int result_files_find(struct result_files *files, const char *name, struct error_text *error)
{
    char *path = result_files_metadata_path(name), *results = results_of_metadata(name);
    bool is_there = strcmp(name, "-") == 0 || access(name, F_OK) == 0;
    int code = 0;

    *files = (struct result_files){0};
    if (path && (results || (!is_there && access(path, F_OK) == 0)))
        code = find_by_metadata(files, results ? results : name, path, error);
    else if (result_files_of(files, name, NULL))
        code = error_text_set(error, -ENOMEM, "out of memory");
    free(path);
    free(results);
    return code;
}

static int open_next(struct result_files *files, struct error_text *error)
{
    return results_open(&files->current, files->paths[files->next++], &files->needed, error);
}

int result_files_open(struct result_files *files, const struct column_list *needed, struct error_text *error)
{
    files->needed = *needed;
    return open_next(files, error);
}

int result_files_next(struct result_files *files, struct record *out, struct error_text *error)
{
    int got = results_next(files->current, out, error);

    while (got == 0 && files->next < files->count && !results_unfinished_tail(files->current)) {
        files->passed += results_passed(files->current);
        results_close(files->current);
        files->current = NULL;
        got = open_next(files, error);
        if (!got)
            got = results_next(files->current, out, error);
    }
    return got;
}

struct column_list result_files_columns(const struct result_files *files)
{
    return results_columns(files->current);
}

uint64_t result_files_passed(const struct result_files *files)
{
    return files->passed + (files->current ? results_passed(files->current) : 0);
}

bool result_files_unfinished_tail(const struct result_files *files)
{
    return files->current && results_unfinished_tail(files->current);
}

void result_files_close(struct result_files *files)
{
    if (files->current)
        results_close(files->current);
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct result_files){0};
}
