// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/rotation.h"

#include <errno.h>
#include <fcntl.h>
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
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Returns the length of the name before "csv" or "csv.zst". */
static size_t stem_of(const char *path)
{
    size_t length, name = (size_t)(name_of(path) - path);

    packing_of_path(path, &length);
    for (size_t at = length; at > name + 1; at--)
        if (path[at - 1] == '.')
            return at - 1;
    return length;
}

static char *folder_of(const char *path)
{
    char *copy = strdup(path), *folder = copy ? strdup(dirname(copy)) : NULL;

    free(copy);
    return folder;
}

int rotation_init(struct rotation *rotation, const char *path, uint64_t size)
{
    size_t stem = stem_of(path);

    *rotation = (struct rotation){.size = size, .files = FILE_CHAIN_NONE, .directory = -1};
    rotation->after = strdup(path + stem);
    rotation->folder = folder_of(path);
    if (asprintf(&rotation->before, "%.*s.", (int)stem, path) < 0)
        rotation->before = NULL;
    return rotation->before && rotation->after && rotation->folder ? 0 : -ENOMEM;
}

void rotation_free(struct rotation *rotation)
{
    if (rotation->before)
        file_chain_close(&rotation->files);
    if (rotation->before && rotation->directory >= 0)
        close(rotation->directory);
    free(rotation->folder);
    free(rotation->before);
    free(rotation->after);
    free(rotation->left);
    *rotation = (struct rotation){.files = FILE_CHAIN_NONE, .directory = -1};
}

char *rotation_path(const struct rotation *rotation, unsigned number)
{
    char *path;

    return asprintf(&path, "%s%0*u%s", rotation->before, ROTATION_DIGITS, number, rotation->after) < 0 ? NULL
                                                                                                       : path;
}

/* Makes `fd`, which may be a negative errno, the file being written. Returns it or an error. */
static int turn_over(struct rotation *rotation, unsigned number, int fd)
{
    int error = fd < 0 ? fd : file_chain_turn(&rotation->files, fd);

    if (error)
        return error;
    atomic_store_explicit(&rotation->current, number, memory_order_release);
    return fd;
}

int rotation_begin(struct rotation *rotation, int fd)
{
    rotation->directory = open(rotation->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = rotation->directory < 0 ? -errno : 0;

    if (error)
        close(fd);
    return error ? error : file_chain_turn(&rotation->files, fd);
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

/* Syncs the names of created files, if the file system stores these separately; some have nothing to sync
 * there. */
static int sync_directory(const struct rotation *rotation)
{
    return rotation->directory >= 0 && fsync(rotation->directory) && errno != EINVAL ? -errno : 0;
}

/* Files before the present one ended before it began. A file of an earlier run may have its name already. */
int rotation_sync(struct rotation *rotation)
{
    unsigned current = atomic_load_explicit(&rotation->current, memory_order_acquire);
    int error = file_chain_sync(&rotation->files);

    if (!error)
        error = sync_directory(rotation);
    for (; !error && rotation->named < current; rotation->named++) {
        error = settle(rotation, rotation->named);
        if (error == -ENOENT)
            error = 0;
    }
    return error;
}

bool rotation_is_long(struct rotation *rotation)
{
    return file_chain_is_long(&rotation->files);
}

int rotation_next(struct rotation *rotation)
{
    unsigned number = atomic_load_explicit(&rotation->current, memory_order_relaxed) + 1;
    int error = rotation->files.lasting ? 0 : rotation_settle(rotation);

    return error ? error : turn_to(rotation, number, rotation->overwrite);
}

/* A file with its end has its final name; here it loses that name again. */
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
