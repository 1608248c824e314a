// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics/prometheus_file.h"

#include <errno.h>
#include <unistd.h>

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

/* Not synced to the disk: after a crash of the machine, the next text comes within one round. node_exporter
 * reads only *.prom, and the unfinished file has another name. */
int prometheus_write_file(struct late_files *late, const char *path, const char *text, size_t length)
{
    struct replacement file;
    int error = late_files_replace(late, &file, path, 0666);

    if (error)
        return error;
    error = write_all(file.fd, text, length);
    if (!error)
        error = replacement_commit(&file, false);
    replacement_discard(&file);
    return error;
}
