// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/results_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    FIRST_FREE = 3, /* behind stdin, stdout and stderr, even where these are closed */
};

int results_file_open(const char *path)
{
    int fd = strcmp(path, "-") == 0 ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, FIRST_FREE)
                                    : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    return fd < 0 ? -errno : fd;
}
