// SPDX-License-Identifier: GPL-2.0-or-later
/* The text of trace/prometheus.h in a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/prometheus.h"

static int write_all(int fd, const char *text, size_t length)
{
    while (length) {
        ssize_t written = write(fd, text, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        text += written;
        length -= (size_t)written;
    }
    return 0;
}

static int write_file(const char *path, const char *text, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error;

    if (fd < 0)
        return -errno;
    error = write_all(fd, text, length);
    if (close(fd) && !error)
        error = -errno;
    return error;
}

static bool may_be_replaced(const char *path)
{
    struct stat status;

    return lstat(path, &status) ? errno == ENOENT : S_ISREG(status.st_mode);
}

/* Not synced to the disk: after a crash of the machine the next text is a round away. */
int prometheus_write_file(const char *path, const char *text, size_t length)
{
    char *temporary;
    int error;

    if (!may_be_replaced(path))
        return write_file(path, text, length);
    /* node_exporter reads *.prom alone. */
    if (asprintf(&temporary, "%s.tmp", path) < 0)
        return -ENOMEM;
    error = write_file(temporary, text, length);
    if (!error && rename(temporary, path))
        error = -errno;
    if (error)
        unlink(temporary);
    free(temporary);
    return error;
}
