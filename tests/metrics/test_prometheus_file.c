// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metrics/prometheus_file.h"

static char folder[64], path[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/hopwire-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/a.prom", folder);
}

static unsigned files_in_folder(void)
{
    DIR *dir = opendir(folder);
    unsigned count = 0;

    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

static const char *read_fd(int fd, char text[64])
{
    ssize_t length = read(fd, text, 63);

    text[length < 0 ? 0 : length] = '\0';
    return text;
}

Test(prometheus_file, is_replaced_as_a_whole)
{
    char text[64];
    int before, now;

    make_folder();
    cr_assert_eq(prometheus_write_file(NULL, path, "the first\n", 10), 0);
    before = open(path, O_RDONLY);
    cr_assert_eq(prometheus_write_file(NULL, path, "2nd\n", 4), 0);
    now = open(path, O_RDONLY);
    cr_expect_str_eq(read_fd(before, text), "the first\n", "who had it open reads it to its end");
    cr_expect_str_eq(read_fd(now, text), "2nd\n");
    cr_expect_eq(files_in_folder(), 1);
    unlink(path);
    rmdir(folder);
}

Test(prometheus_file, failures)
{
    char inside[160];

    make_folder();
    snprintf(inside, sizeof(inside), "%s/none/a.prom", folder);
    cr_expect_eq(prometheus_write_file(NULL, inside, "", 0), -ENOENT);
    cr_expect_eq(prometheus_write_file(NULL, folder, "", 0), -EISDIR);
    cr_expect_eq(prometheus_write_file(NULL, "/dev/full", "a", 1), -ENOSPC);
    cr_expect_eq(files_in_folder(), 0);
    rmdir(folder);
}

Test(prometheus_file, pipes_are_written_to)
{
    char text[64];
    struct stat status;

    make_folder();
    cr_assert_eq(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    cr_assert_eq(prometheus_write_file(NULL, path, "text\n", 5), 0);
    cr_expect_str_eq(read_fd(fd, text), "text\n");
    cr_expect(stat(path, &status) == 0 && S_ISFIFO(status.st_mode));
    unlink(path);
    rmdir(folder);
}
