// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/late_request.h"
#include "base/output_file.h"

static int open_directory(struct replacement *self, const char *path)
{
    char *copy = strdup(path);

    if (!copy)
        return -ENOMEM;
    self->directory = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = self->directory < 0 ? -errno : 0;
    free(copy);
    return error;
}

/* basename() would remove the slash from "results/", which cannot be the name of a file. */
static int keep_name(struct replacement *self, const char *path)
{
    const char *slash = strrchr(path, '/');

    self->name = strdup(slash ? slash + 1 : path);
    return self->name ? 0 : -ENOMEM;
}

static int open_temporary(struct replacement *self, mode_t mode)
{
    uint64_t number;

    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        return -EIO;
    snprintf(self->temporary, sizeof(self->temporary), ".hopwire-%016" PRIx64, number);
    self->fd =
        openat(self->directory, self->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    return self->fd < 0 ? -errno : 0;
}

static int open_beside(struct replacement *self, const char *path, mode_t mode)
{
    int error = open_directory(self, path);

    if (!error)
        error = keep_name(self, path);
    if (!error)
        error = open_temporary(self, mode);
    if (error)
        replacement_discard(self);
    return error;
}

static int open_in_place(struct replacement *self, const char *path)
{
    bool created;
    int fd = output_file_open(path, 0, false, &created);

    if (fd < 0)
        return fd;
    self->fd = fd;
    return 0;
}

/* A symbolic link of our own remains, and the file that it leads to is replaced. */
static int open_beside_target(struct replacement *self, const char *path, mode_t mode)
{
    char *target = realpath(path, NULL);
    int error = target ? open_beside(self, target, mode) : -errno;

    free(target);
    return error;
}

int replacement_open(struct replacement *self, const char *path, mode_t mode)
{
    int state = output_file_state(path);

    *self = (struct replacement){.fd = -1, .directory = -1};
    switch (state) {
    case OUTPUT_FILE_NEW:
        return open_beside(self, path, mode);
    case OUTPUT_FILE_EMPTY:
    case OUTPUT_FILE_FULL:
        return open_beside_target(self, path, mode);
    case OUTPUT_FILE_STREAM:
        return open_in_place(self, path);
    default:
        return output_file_error(state);
    }
}

FILE *replacement_stream(const struct replacement *self)
{
    int copy = fcntl(self->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    FILE *stream = copy < 0 ? NULL : fdopen(copy, "w");

    if (!stream && copy >= 0) {
        int error = errno;

        close(copy);
        errno = error;
    }
    return stream;
}

static int have_it_done(const struct replacement *self, enum late_order order, bool lasting)
{
    const struct late_request request = {.order = order, .ticket = self->ticket, .flag = lasting};
    uint32_t ticket;
    int fd;

    return late_request_ask(self->late, &request, &ticket, &fd);
}

void replacement_clear(struct replacement *self)
{
    if (self->late)
        (void)have_it_done(self, ORDER_CLEAR, false);
    if (self->directory >= 0)
        unlinkat(self->directory, self->name, 0);
}

static int close_file(struct replacement *self)
{
    int error = close(self->fd) ? -errno : 0;

    self->fd = -1;
    return error;
}

static int put_in_place(struct replacement *self, bool lasting)
{
    int error = lasting && fsync(self->fd) ? -errno : 0;
    int closed = close_file(self);

    if (!error)
        error = closed;
    if (!error && renameat(self->directory, self->temporary, self->directory, self->name))
        error = -errno;
    if (error)
        return error;
    self->temporary[0] = '\0';
    /* Some file systems cannot sync a directory; the file has its name even so. */
    if (lasting)
        (void)fsync(self->directory);
    return 0;
}

/* Flushes the file here before the keeper puts it in place. */
static int have_it_committed(struct replacement *self, bool lasting)
{
    int error = close_file(self);

    if (error)
        return error;
    error = have_it_done(self, ORDER_COMMIT, lasting);
    self->late = NULL;
    return error;
}

static int commit(struct replacement *self, bool lasting)
{
    if (self->late)
        return have_it_committed(self, lasting);
    return self->directory < 0 ? close_file(self) : put_in_place(self, lasting);
}

int replacement_commit(struct replacement *self, bool lasting)
{
    int error = commit(self, lasting);

    replacement_discard(self);
    return error;
}

void replacement_discard(struct replacement *self)
{
    if (self->late)
        (void)have_it_done(self, ORDER_DISCARD, false);
    if (self->fd >= 0)
        close(self->fd);
    if (self->directory >= 0) {
        if (self->temporary[0])
            unlinkat(self->directory, self->temporary, 0);
        close(self->directory);
    }
    free(self->name);
    *self = (struct replacement){.fd = -1, .directory = -1};
}
