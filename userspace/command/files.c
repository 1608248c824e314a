// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/files.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"
#include "command/commands.h"
#include "session/refuse.h"

/* Where a path leads: to a file, or to a name in a directory without such a file. */
struct place {
    bool known;
    mode_t mode; /* 0: there is no file */
    dev_t device;
    ino_t inode;             /* of the file; or of the directory, if there is no file */
    char name[NAME_MAX + 1]; /* empty if there is a file */
};

static bool is_standard(const struct command_file *file)
{
    return strcmp(file->path, "-") == 0;
}

static struct place place_of(const struct stat *status, bool is_there)
{
    return (struct place){
        .known = true,
        .mode = is_there ? status->st_mode : 0,
        .device = status->st_dev,
        .inode = status->st_ino,
    };
}

static struct place place_of_new(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char copy[PATH_MAX];
    struct stat directory;

    snprintf(copy, sizeof(copy), "%s", path);
    if (strlen(path) >= sizeof(copy) || strlen(name) > NAME_MAX || stat(dirname(copy), &directory))
        return (struct place){.known = false};
    struct place place = place_of(&directory, false);

    snprintf(place.name, sizeof(place.name), "%s", name);
    return place;
}

static struct place find_place(const struct command_file *file)
{
    struct stat status;

    if (is_standard(file) && fstat(file->role == FILE_READ ? STDIN_FILENO : STDOUT_FILENO, &status))
        return (struct place){.known = false};
    if (is_standard(file) || stat(file->path, &status) == 0)
        return place_of(&status, true);
    return place_of_new(file->path);
}

/* Returns whether writing to one would change or lose the other. Several writers can share a pipe. */
static bool collide(const struct command_file *a, const struct command_file *b)
{
    struct place one = find_place(a), other = find_place(b);
    bool both_write = a->role != FILE_READ && b->role != FILE_READ;

    if (!one.known || !other.known || one.device != other.device || one.inode != other.inode ||
        one.mode != other.mode || strcmp(one.name, other.name) != 0)
        return false;
    return !one.mode || S_ISREG(one.mode) || S_ISBLK(one.mode) || (S_ISFIFO(one.mode) && !both_write);
}

static int check_pairs(const char *command, const struct command_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (files[i].path && files[j].path &&
                (files[i].role != FILE_READ || files[j].role != FILE_READ) && collide(&files[i], &files[j]))
                return command_refuse(command, "%s and %s are the same file '%s'", files[i].name,
                                      files[j].name, is_standard(&files[i]) ? files[j].path : files[i].path);
    return EXIT_DONE;
}

static int check_directory(const char *command, const struct command_file *file)
{
    char copy[PATH_MAX];
    struct stat status;

    if (snprintf(copy, sizeof(copy), "%s", file->path) >= (int)sizeof(copy))
        return command_refuse(command, "%s: the path is too long", file->name);
    const char *directory = dirname(copy);

    if (stat(directory, &status))
        return command_refuse(command,
                              "%s: cannot write %s: the directory '%s' is missing: make it first (mkdir -p "
                              "%s)",
                              file->name, file->path, directory, directory);
    if (!S_ISDIR(status.st_mode) || access(directory, W_OK))
        return command_refuse(command, "%s: cannot write into '%s': %s", file->name, directory,
                              S_ISDIR(status.st_mode) ? strerror(errno) : "not a directory");
    return EXIT_DONE;
}

static int check_access(const char *command, const struct command_file *file)
{
    return access(file->path, W_OK)
               ? command_refuse(command, "%s: cannot write '%s': %s", file->name, file->path, strerror(errno))
               : EXIT_DONE;
}

static int check_written(const char *command, const struct command_file *file, bool overwrite)
{
    int state = output_file_state(file->path);

    switch (state) {
    case OUTPUT_FILE_NEW:
        return check_directory(command, file);
    case OUTPUT_FILE_FULL:
        if (!overwrite && file->role == FILE_WRITTEN)
            return command_refuse(command,
                                  "%s: there is a file '%s' already: give --overwrite to replace it, or "
                                  "another name",
                                  file->name, file->path);
        return check_access(command, file);
    case OUTPUT_FILE_EMPTY:
    case OUTPUT_FILE_STREAM:
        return check_access(command, file);
    case OUTPUT_FILE_DIRECTORY:
        return command_refuse(command, "%s: '%s' is a directory: give the name of a file", file->name,
                              file->path);
    case OUTPUT_FILE_FOREIGN:
        return command_refuse(command, "%s: '%s' is a symbolic link of another user: it is not followed",
                              file->name, file->path);
    case OUTPUT_FILE_DANGLING:
        return command_refuse(command, "%s: '%s' is a symbolic link to nothing", file->name, file->path);
    default:
        return command_refuse(command, "%s: cannot write '%s': %s", file->name, file->path, strerror(-state));
    }
}

int command_files_check(const char *command, const struct command_file *files, size_t count, bool overwrite)
{
    int result = check_pairs(command, files, count);

    for (size_t i = 0; i < count && !result; i++)
        if (files[i].path && files[i].role != FILE_READ && !is_standard(&files[i]))
            result = check_written(command, &files[i], overwrite);
    return result;
}

int command_files_check_lists(const char *command, const struct command_file *files, size_t count,
                              const char *name, const struct option_list *lists, bool overwrite)
{
    struct command_file *all = calloc(count + lists->count, sizeof(*all));

    if (!all)
        return command_refuse(command, "out of memory");
    memcpy(all, files, count * sizeof(*files));
    for (size_t i = 0; i < lists->count; i++)
        all[count + i] = (struct command_file){name, lists->values[i], FILE_READ};
    int result = command_files_check(command, all, count + lists->count, overwrite);

    free(all);
    return result;
}
