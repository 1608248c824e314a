// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int sysctl_set(const char *name, const char *value)
{
    char path[256];
    int fd, error;

    if ((size_t)snprintf(path, sizeof(path), "/proc/sys/%s", name) >= sizeof(path))
        return -ENAMETOOLONG;
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    error = write(fd, value, strlen(value)) < 0 ? -errno : 0;
    close(fd);
    return error;
}
