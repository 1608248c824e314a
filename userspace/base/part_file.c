// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"

bool part_file_suits(const char *path)
{
    struct stat itself;

    return lstat(path, &itself) ? errno == ENOENT : S_ISREG(itself.st_mode);
}

char *part_file_path(const char *path)
{
    char *part;

    return asprintf(&part, "%s" PART_FILE_SUFFIX, path) < 0 ? NULL : part;
}

/* Files made by mktemp(1) may be read only by their owner. */
static int copy_mode(const char *path, int fd)
{
    struct stat whole;

    return stat(path, &whole) == 0 && fchmod(fd, whole.st_mode & 0777) ? -errno : 0;
}

int part_file_open(const char *path, unsigned mode, bool overwrite, bool *created)
{
    int state = output_file_state(path);
    char *part = part_file_path(path);
    int fd = !part                                     ? -ENOMEM
             : state == OUTPUT_FILE_FULL && !overwrite ? -EEXIST
                                                       : output_file_open(part, mode, overwrite, created);
    int error = fd < 0 ? fd : copy_mode(path, fd);

    if (error && fd >= 0) {
        if (*created)
            unlink(part);
        close(fd);
    }
    free(part);
    return error ? error : fd;
}

int part_file_open_again(const char *path)
{
    enum { FLAGS = O_RDWR | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC };
    char *part = part_file_path(path);
    int fd = part ? open(path, FLAGS) : -1;
    int error = part ? errno : ENOMEM;

    if (part && fd < 0 && error == ENOENT) {
        fd = open(part, FLAGS);
        error = errno;
    }
    free(part);
    return fd < 0 ? -error : fd;
}

/* A file left by a killed run has its temporary name already. */
int part_file_unsettle(const char *path)
{
    char *part = part_file_path(path);
    int error = part ? 0 : -ENOMEM;

    if (part && rename(path, part) && errno != ENOENT)
        error = -errno;
    free(part);
    return error;
}

int part_file_settle(const char *path)
{
    char *part = part_file_path(path);
    int error = part ? 0 : -ENOMEM;

    if (!error && rename(part, path))
        error = -errno;
    free(part);
    return error;
}
