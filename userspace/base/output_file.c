// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stop_signal.h"

enum {
    READER_NAP_NS = 10000000, /* longest delay until a FIFO's reader is noticed */
};

static int directory_of(const char *path, struct stat *out)
{
    char *copy = strdup(path);
    int error;

    if (!copy)
        return -ENOMEM;
    error = stat(dirname(copy), out) ? -errno : 0;
    free(copy);
    return error;
}

/* Follows the rule of fs.protected_symlinks (proc(5)). */
static bool is_foreign_link(const char *path, const struct stat *link)
{
    struct stat directory;

    if (!S_ISLNK(link->st_mode) || link->st_uid == geteuid() || directory_of(path, &directory))
        return false;
    return (directory.st_mode & S_ISVTX) && (directory.st_mode & S_IWOTH) && directory.st_uid != link->st_uid;
}

static enum output_file_state state_of(const struct stat *file)
{
    if (S_ISDIR(file->st_mode))
        return OUTPUT_FILE_DIRECTORY;
    if (!S_ISREG(file->st_mode))
        return S_ISBLK(file->st_mode) ? OUTPUT_FILE_FULL : OUTPUT_FILE_STREAM;
    return file->st_size == 0 && file->st_uid == geteuid() ? OUTPUT_FILE_EMPTY : OUTPUT_FILE_FULL;
}

int output_file_state(const char *path)
{
    struct stat itself, file;

    if (lstat(path, &itself))
        return errno == ENOENT && *path ? OUTPUT_FILE_NEW : -errno;
    if (is_foreign_link(path, &itself))
        return OUTPUT_FILE_FOREIGN;
    if (stat(path, &file))
        return errno == ENOENT ? OUTPUT_FILE_DANGLING : -errno;
    return state_of(&file);
}

int output_file_error(int state)
{
    if (state == OUTPUT_FILE_DIRECTORY)
        return -EISDIR;
    return state < 0 ? state : -ELOOP;
}

/* open() itself would wait for a FIFO's reader while the signals that could end the wait are blocked. */
static int open_stream(const char *path)
{
    const struct timespec nap = {.tv_nsec = READER_NAP_NS};
    int fd;

    while ((fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) < 0) {
        if (errno != ENXIO)
            return -errno;
        if (stop_signal_pending() || nanosleep(&nap, NULL))
            return -EINTR;
    }
    int flags = fcntl(fd, F_GETFL);

    if (flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0)
        return fd;
    close(fd);
    return -EIO;
}

/* Checks the open file again, because it may have been replaced since it was examined. */
static int open_file(const char *path, bool overwrite)
{
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat file;

    if (fd < 0)
        return -errno;
    int error = fstat(fd, &file) ? -errno : 0;
    enum output_file_state state = error ? OUTPUT_FILE_FULL : state_of(&file);

    if (!error && state != OUTPUT_FILE_EMPTY && !(overwrite && state == OUTPUT_FILE_FULL))
        error = -EEXIST;
    if (!error)
        return fd;
    close(fd);
    return error;
}

static int create(const char *path, mode_t mode, bool *created)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    *created = fd >= 0;
    return fd < 0 ? -errno : fd;
}

int output_file_open(const char *path, mode_t mode, bool overwrite, bool *created)
{
    int state = output_file_state(path);

    *created = false;
    switch (state) {
    case OUTPUT_FILE_NEW:
        return create(path, mode, created);
    case OUTPUT_FILE_EMPTY:
    case OUTPUT_FILE_FULL:
        return open_file(path, overwrite);
    case OUTPUT_FILE_STREAM:
        return open_stream(path);
    default:
        return output_file_error(state);
    }
}

int output_file_empty(int fd)
{
    struct stat file;

    if (fstat(fd, &file) || !S_ISREG(file.st_mode))
        return 0;
    return ftruncate(fd, 0) ? -errno : 0;
}
