// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int text_file_read(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;

    ssize_t length = read(fd, out, size - 1);
    int error = length < 0 ? -errno : 0;
    close(fd);
    out[length < 0 ? 0 : length] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return error;
}

int text_file_number(const char *path, long *out)
{
    char text[64], *end;
    int error = text_file_read(path, text, sizeof(text));

    if (error)
        return error;
    *out = strtol(text, &end, 10);
    return end == text ? -EINVAL : 0;
}
