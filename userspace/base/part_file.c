// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/part_file.h"

#include <errno.h>
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

/* mktemp(1) makes files that are their owner's alone. */
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

int part_file_settle(const char *path)
{
    char *part = part_file_path(path);
    int error = part ? 0 : -ENOMEM;

    if (!error && rename(part, path))
        error = -errno;
    free(part);
    return error;
}
