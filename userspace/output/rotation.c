// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/rotation.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/part_file.h"
#include "output/json_value.h"
#include "output/packing.h"

enum {
    FILE_MODE = 0644,
    DIGITS = 3, /* of a number, at least */
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* What stands before "csv" or "csv.zst". */
static size_t stem_of(const char *path)
{
    size_t length, name = (size_t)(name_of(path) - path);

    packing_of_path(path, &length);
    for (size_t at = length; at > name + 1; at--)
        if (path[at - 1] == '.')
            return at - 1;
    return length;
}

int rotation_init(struct rotation *rotation, const char *path, uint64_t size)
{
    size_t stem = stem_of(path);

    *rotation = (struct rotation){.size = size, .files = FILE_CHAIN_NONE};
    rotation->after = strdup(path + stem);
    if (asprintf(&rotation->before, "%.*s.", (int)stem, path) < 0)
        rotation->before = NULL;
    return rotation->before && rotation->after ? 0 : -ENOMEM;
}

void rotation_free(struct rotation *rotation)
{
    if (rotation->before)
        file_chain_close(&rotation->files);
    free(rotation->before);
    free(rotation->after);
    free(rotation->left);
    *rotation = (struct rotation){.files = FILE_CHAIN_NONE};
}

char *rotation_path(const struct rotation *rotation, unsigned number)
{
    char *path;

    return asprintf(&path, "%s%0*u%s", rotation->before, DIGITS, number, rotation->after) < 0 ? NULL : path;
}

/* Returns the descriptor of a file, which is the one that is written from now on; or its error. */
static int turn_over(struct rotation *rotation, unsigned number, int fd)
{
    int error = fd < 0 ? fd : file_chain_turn(&rotation->files, fd);

    if (error)
        return error;
    atomic_store_explicit(&rotation->current, number, memory_order_release);
    return fd;
}

static int turn_to(struct rotation *rotation, unsigned number, bool overwrite)
{
    char *path = rotation_path(rotation, number);
    char *present = path && rotation->in_parts ? part_file_path(path) : path;
    int fd = present ? late_files_open(rotation->late, present, FILE_MODE, overwrite) : -ENOMEM;

    if (present != path)
        free(present);
    free(path);
    return turn_over(rotation, number, fd);
}

static int settle(struct rotation *rotation, unsigned number)
{
    char *path;

    if (!rotation->in_parts)
        return 0;
    path = rotation_path(rotation, number);
    int error = path ? late_files_settle(rotation->late, path) : -ENOMEM;
    free(path);
    return error;
}

int rotation_settle(struct rotation *rotation)
{
    return settle(rotation, atomic_load_explicit(&rotation->current, memory_order_relaxed));
}

/* Files before the present one have ended before it was. One of an earlier run may have its name already. */
int rotation_sync(struct rotation *rotation)
{
    unsigned current = atomic_load_explicit(&rotation->current, memory_order_acquire);
    int error = file_chain_sync(&rotation->files);

    for (; !error && rotation->named < current; rotation->named++) {
        error = settle(rotation, rotation->named);
        if (error == -ENOENT)
            error = 0;
    }
    return error;
}

int rotation_next(struct rotation *rotation)
{
    unsigned number = atomic_load_explicit(&rotation->current, memory_order_relaxed) + 1;
    int error = rotation->files.lasting ? 0 : rotation_settle(rotation);

    return error ? error : turn_to(rotation, number, rotation->overwrite);
}

/* What is behind the number: whole files, and what was not finished. */
static bool is_after(const struct rotation *rotation, const char *text)
{
    size_t length = strlen(rotation->after);

    return strncmp(text, rotation->after, length) == 0 &&
           (!text[length] || (rotation->in_parts && strcmp(text + length, PART_FILE_SUFFIX) == 0));
}

/* "r.017.csv" is 17 of "r." and ".csv"; 0 for other names, and for the first file. */
static unsigned number_of(const struct rotation *rotation, const char *name)
{
    const char *before = name_of(rotation->before);
    size_t length = strlen(before);
    unsigned long number;
    char *end;

    if (strncmp(name, before, length) != 0 || !isdigit((unsigned char)name[length]))
        return 0;
    number = strtoul(name + length, &end, 10);
    if (end < name + length + DIGITS || !is_after(rotation, end) || number > UINT32_MAX)
        return 0;
    return (unsigned)number;
}

static DIR *open_directory(const struct rotation *rotation)
{
    char *copy = strdup(rotation->before);
    DIR *directory = copy ? opendir(dirname(copy)) : NULL;

    free(copy);
    return directory;
}

static int keep_number(struct rotation *rotation, unsigned number)
{
    unsigned *numbers = realloc(rotation->left, (rotation->left_count + 1) * sizeof(*numbers));

    if (!numbers)
        return -ENOMEM;
    numbers[rotation->left_count++] = number;
    rotation->left = numbers;
    return 0;
}

int rotation_look(struct rotation *rotation)
{
    DIR *directory = open_directory(rotation);
    const struct dirent *entry;
    int error = directory ? 0 : -errno;

    while (directory && !error && (entry = readdir(directory))) {
        unsigned number = number_of(rotation, entry->d_name);

        if (number)
            error = keep_number(rotation, number);
    }
    if (directory)
        closedir(directory);
    return error;
}

/* 0, also where it is gone. */
static int remove_file(struct rotation *rotation, const char *path)
{
    int error = path ? late_files_remove(rotation->late, path) : -ENOMEM;

    return error == -ENOENT ? 0 : error;
}

static int take_away(struct rotation *rotation, unsigned number)
{
    char *path = rotation_path(rotation, number), *part = path ? part_file_path(path) : NULL;
    int error = remove_file(rotation, path);

    if (!error && rotation->in_parts)
        error = remove_file(rotation, part);
    free(part);
    free(path);
    return error;
}

int rotation_clear(struct rotation *rotation, unsigned last)
{
    int error = 0;

    for (size_t i = 0; !error && i < rotation->left_count; i++)
        if (rotation->left[i] > last)
            error = take_away(rotation, rotation->left[i]);
    return error;
}

/* What has its end has its name, which it loses again. */
static int reopen_part(const struct rotation *rotation, unsigned number)
{
    char *path = rotation_path(rotation, number);
    int error = path ? part_file_unsettle(path) : -ENOMEM;
    int fd = error ? error : part_file_open_again(path);

    free(path);
    return fd;
}

int rotation_continue(struct rotation *rotation, unsigned number)
{
    int error = rotation_clear(rotation, number);

    if (error)
        return error;
    return rotation->in_parts ? turn_over(rotation, number, reopen_part(rotation, number))
                              : turn_to(rotation, number, true);
}

unsigned rotation_last(const struct rotation *rotation)
{
    unsigned last = 0;

    for (size_t i = 0; i < rotation->left_count; i++)
        if (rotation->left[i] > last)
            last = rotation->left[i];
    return last;
}

json_t *rotation_json(const struct rotation *rotation)
{
    unsigned last = atomic_load_explicit(&rotation->current, memory_order_relaxed);
    json_t *names = json_array();

    for (unsigned i = 0; names && i <= last; i++) {
        char *path = rotation_path(rotation, i);

        json_array_append_new(names, json_bytes(path ? name_of(path) : ""));
        free(path);
    }
    return names;
}
