// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/destination.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"
#include "base/part_file.h"
#include "session/record_file.h"

enum {
    FILE_MODE = 0644,
    FIRST_FREE = 3, /* stdin, stdout and stderr keep their numbers, even if they are closed */
};

static bool is_in_part(const struct output_place *place)
{
    return place->format->sealed && !record_file_is_stdout(place->path) && part_file_suits(place->path);
}

char *output_place_part(const struct output_place *place)
{
    return is_in_part(place) ? part_file_path(place->path) : NULL;
}

/* Allows the names of later files, the removal of an earlier run's files, and the final names. */
static int allow_numbered(struct rotation *rotation, struct late_files *late)
{
    static const enum late_use uses[] = {LATE_CREATE, LATE_REMOVE, LATE_SETTLE};
    char *part = part_file_path(rotation->after);
    int error = part ? 0 : -ENOMEM;

    rotation->late = late;
    for (size_t i = 0; !error && i < sizeof(uses) / sizeof(uses[0]); i++)
        error = late_files_allow_numbered(late, uses[i], rotation->before, rotation->after);
    for (size_t i = 0; !error && rotation->in_parts && i < 2; i++)
        error = late_files_allow_numbered(late, uses[i], rotation->before, part);
    free(part);
    return error;
}

int output_place_allow(const struct output_place *place, struct late_files *late)
{
    if (place->rotation)
        return allow_numbered(place->rotation, late);
    if (!is_in_part(place))
        return 0;
    int error = late_files_allow(late, LATE_REMOVE, place->path);

    return error ? error : late_files_allow(late, LATE_SETTLE, place->path);
}

static int open_place(struct destination *self, bool overwrite)
{
    const char *path = self->place->path;

    if (self->in_part && self->place->goes_on) {
        int fd = part_file_open_again(path);

        if (fd != -ENOENT)
            return fd;
    }
    if (self->in_part)
        return part_file_open(path, FILE_MODE, overwrite, &self->created);
    if (!record_file_is_stdout(path))
        return output_file_open(path, FILE_MODE, overwrite, &self->created);
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, FIRST_FREE);

    return fd < 0 ? -errno : fd;
}

int destination_open(struct destination *self, const struct output_place *place, bool overwrite)
{
    *self = (struct destination){.place = place, .fd = -1, .in_part = is_in_part(place)};
    int fd = open_place(self, overwrite);
    int error = fd < 0 ? fd : place->rotation ? rotation_begin(place->rotation, fd) : 0;

    if (!error)
        self->fd = fd;
    return error;
}

static void remove_created(const struct destination *self)
{
    char *part = self->in_part ? part_file_path(self->place->path) : NULL;

    if (!self->in_part)
        unlink(self->place->path);
    else if (part)
        unlink(part);
    free(part);
}

void destination_close(struct destination *self)
{
    if (self->created)
        remove_created(self);
    if (self->place && self->fd >= 0 && !self->place->rotation)
        close(self->fd);
    *self = (struct destination){.fd = -1};
}

bool destination_is_regular(const struct destination *self)
{
    struct stat status;

    return self->place->rotation || (fstat(self->fd, &status) == 0 && S_ISREG(status.st_mode));
}

int destination_disk(const struct destination *self)
{
    return self->place->rotation ? self->place->rotation->directory : self->fd;
}

/* Removes a file of an earlier run, which would look as if it were of this one. */
static int clear_name(const struct destination *self)
{
    int error = self->in_part ? late_files_remove(self->late, self->place->path) : 0;

    return error == -ENOENT ? 0 : error;
}

int destination_empty(const struct destination *self)
{
    int error = record_file_is_stdout(self->place->path) ? 0 : output_file_empty(self->fd);

    if (!error)
        error = clear_name(self);
    return error || !self->place->rotation ? error : rotation_clear(self->place->rotation, 0);
}

static int open_to_go_on(const struct destination *self, unsigned number)
{
    struct rotation *rotation = self->place->rotation;

    if (number)
        return rotation_continue(rotation, number);
    int error = rotation ? rotation_clear(rotation, 0) : 0;

    if (!error && self->in_part)
        error = part_file_unsettle(self->place->path);
    return error ? error : self->fd;
}

int destination_go_on(const struct destination *self, const struct record_place *place)
{
    int fd = open_to_go_on(self, place->file);

    if (fd >= 0 && (ftruncate(fd, (off_t)place->position) || lseek(fd, (off_t)place->position, SEEK_SET) < 0))
        return -errno;
    return fd;
}

struct recorder_config destination_recorder(const struct destination *self)
{
    return (struct recorder_config){
        .fd = self->fd,
        .packing = self->place->packing,
        .format = self->place->format,
        .rotation = self->place->rotation,
    };
}

int destination_sync(const struct destination *self)
{
    if (self->place->rotation)
        return rotation_sync(self->place->rotation);
    return fdatasync(self->fd) ? -errno : 0;
}

bool destination_is_behind(const struct destination *self)
{
    return self->place->rotation && rotation_is_long(self->place->rotation);
}

int destination_settle(const struct destination *self)
{
    int error = self->in_part ? destination_sync(self) : 0;

    if (error || !self->in_part)
        return error;
    return self->place->rotation ? rotation_settle(self->place->rotation)
                                 : late_files_settle(self->late, self->place->path);
}
