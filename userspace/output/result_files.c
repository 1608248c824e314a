// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/result_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/part_file.h"
#include "output/rotation.h"

/* Makes the path of a name from the metadata, which is beside `results`. */
static char *beside(const char *results, const char *name)
{
    const char *slash = strrchr(results, '/');
    char *path;

    return asprintf(&path, "%.*s%s", slash ? (int)(slash + 1 - results) : 0, results, name) < 0 ? NULL : path;
}

/* A file that a killed survey was writing has no final name yet: use the name under which it was written. */
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

static int make_room(struct result_files *files, size_t count)
{
    files->paths = calloc(count, sizeof(*files->paths));
    return files->paths ? 0 : -ENOMEM;
}

static int add_named(struct result_files *files, const char *results, const json_t *names)
{
    const json_t *name;
    size_t i;
    int error = make_room(files, json_array_size(names));

    json_array_foreach(names, i, name) if (!error) error =
        add(files, beside(results, json_string_value(name)));
    return error;
}

/* A missing file is noticed when it is read. */
static int add_numbered(struct result_files *files, const struct rotation *rotation)
{
    unsigned last = rotation_last_to_read(rotation);
    int error = make_room(files, (size_t)last + 1);

    for (unsigned number = 0; number <= last && !error; number++)
        error = add(files, rotation_path(rotation, number));
    return error;
}

static bool is_there(const char *path)
{
    char *part = part_file_path(path);
    bool there = access(path, F_OK) == 0 || (part && access(part, F_OK) == 0);

    free(part);
    return there;
}

/* Whether the metadata names the files of these results: they may belong to another output, or have been
 * renamed since. */
static bool are_named(const json_t *names, const char *first)
{
    const char *name = json_string_value(json_array_get(names, 0)), *slash = strrchr(first, '/');

    return name && strcmp(name, slash ? slash + 1 : first) == 0;
}

/* `rotation` is the numbering that the results would have. */
static int choose(struct result_files *files, const char *results, const json_t *names,
                  struct rotation *rotation)
{
    char *first = rotation_path(rotation, 0);
    int error = first ? 0 : -ENOMEM;

    if (!error && !are_named(names, first) && !is_there(results) && is_there(first)) {
        error = rotation_look(rotation);
        if (!error)
            error = add_numbered(files, rotation);
    } else if (!error && json_array_size(names)) {
        error = add_named(files, results, names);
    } else if (!error) {
        error = make_room(files, 1);
        if (!error)
            error = add(files, strdup(results));
    }
    free(first);
    return error;
}

int result_files_of(struct result_files *files, const char *results, const struct survey_metadata *metadata,
                    struct error_text *error)
{
    struct rotation rotation;

    *files = (struct result_files){0};
    int code = rotation_init(&rotation, results, 0);

    rotation.in_parts = true;
    if (!code)
        code = choose(files, results, metadata ? metadata->files : NULL, &rotation);
    rotation_free(&rotation);
    if (code)
        error_text_set(error, code, "%s: cannot look for its numbered files: %s", results, strerror(-code));
    return code;
}

/* Returns the name of the results whose metadata is `name`, which the caller frees; NULL if it is no
 * metadata. */
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
    code = result_files_of(files, results, &metadata, error);
    metadata_free(&metadata);
    return code;
}

int result_files_find(struct result_files *files, const char *name, struct error_text *error)
{
    char *path = result_files_metadata_path(name), *results = results_of_metadata(name);
    bool found = strcmp(name, "-") == 0 || access(name, F_OK) == 0;
    int code = 0;

    *files = (struct result_files){0};
    if (path && (results || (!found && access(path, F_OK) == 0)))
        code = find_by_metadata(files, results ? results : name, path, error);
    else
        code = result_files_of(files, name, NULL, error);
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
