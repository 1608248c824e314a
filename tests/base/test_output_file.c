// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"
#include "base/stop_signal.h"
#include "support/small_files.h"

static char folder[64], path[128], other[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/hopwire-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/file", folder);
    snprintf(other, sizeof(other), "%s/other", folder);
}

static void remove_folder(void)
{
    unlink(path);
    unlink(other);
    cr_expect_eq(rmdir(folder), 0, "nothing else is left behind");
}

TestSuite(output_file, .init = make_folder, .fini = remove_folder);
TestSuite(replacement, .init = make_folder, .fini = remove_folder);

static int open_and_close(const char *name, bool overwrite, bool *created)
{
    int fd = output_file_open(name, 0644, overwrite, created);

    if (fd < 0)
        return fd;
    close(fd);
    return 0;
}

Test(output_file, what_is_not_there_is_made)
{
    bool created;

    cr_expect_eq(output_file_state(path), OUTPUT_FILE_NEW);
    cr_expect_eq(open_and_close(path, false, &created), 0);
    cr_expect(created);
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_EMPTY);
    cr_expect_eq(open_and_close(path, false, &created), 0, "nothing would be lost");
    cr_expect_not(created);
}

Test(output_file, what_is_there_stays_unless_asked)
{
    bool created;

    put(path, "text");
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_FULL);
    cr_expect_eq(open_and_close(path, false, &created), -EEXIST);
    cr_expect_eq(open_and_close(path, true, &created), 0);
    cr_expect_not(created);
    cr_expect_str_eq(content(path), "text", "to open is not to empty");

    int fd = output_file_open(path, 0644, true, &created);
    cr_expect_eq(output_file_empty(fd), 0);
    close(fd);
    cr_expect_str_eq(content(path), "");
}

Test(output_file, links)
{
    bool created;

    cr_assert_eq(symlink(other, path), 0);
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_DANGLING);
    cr_expect_eq(open_and_close(path, true, &created), -ELOOP);
    cr_expect_eq(access(other, F_OK), -1);
    put(other, "text");
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_FULL);
    cr_expect_eq(open_and_close(path, true, &created), 0, "one's own");
}

Test(output_file, links_of_others_are_not_followed_where_everybody_makes_them)
{
    bool created;

    if (geteuid() != 0)
        cr_skip_test("needs root: makes a link of another user");
    put(other, "");
    cr_assert_eq(symlink(other, path), 0);
    cr_assert_eq(lchown(path, 65534, 65534), 0);
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_EMPTY, "the directory is ours alone");
    cr_assert_eq(chmod(folder, 01777), 0);
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_FOREIGN);
    cr_expect_eq(open_and_close(path, true, &created), -ELOOP);
    unlink(path);
    put(path, "");
    cr_assert_eq(chown(path, 65534, 65534), 0);
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_FULL, "who owns it could read what we write");
}

Test(output_file, directories_and_streams)
{
    bool created;

    cr_expect_eq(output_file_state(folder), OUTPUT_FILE_DIRECTORY);
    cr_expect_eq(open_and_close(folder, true, &created), -EISDIR);
    cr_expect_eq(output_file_state("/dev/null"), OUTPUT_FILE_STREAM);
    cr_expect_eq(open_and_close("/dev/null", false, &created), 0);
    cr_expect_eq(output_file_state(""), -ENOENT);
    cr_expect_eq(output_file_state("/dev/null/file"), -ENOTDIR);
    cr_expect_eq(open_and_close("/nonexistent/file", false, &created), -ENOENT);
}

/* open(2) would wait for a reader with the signals blocked. */
Test(output_file, fifo_without_a_reader_does_not_keep_a_signal_waiting, .timeout = 10)
{
    bool created;

    stop_signals_block(NULL);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_assert_eq(kill(getpid(), SIGINT), 0);
    cr_expect_eq(open_and_close(path, false, &created), -EINTR);
    cr_expect_eq(stop_signal_take(), SIGINT);

    int reader = open(path, O_RDONLY | O_NONBLOCK), fd = output_file_open(path, 0, false, &created);
    cr_assert_geq(fd, 0);
    cr_expect_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    close(fd);
    close(reader);
}

static int replace(const char *name, const char *text, bool commit)
{
    struct replacement file;
    int error = replacement_open(&file, name, 0600);

    if (error)
        return error;
    cr_assert_eq(write(file.fd, text, strlen(text)), (ssize_t)strlen(text));
    if (commit)
        error = replacement_commit(&file, true);
    replacement_discard(&file);
    return error;
}

Test(replacement, takes_its_place_in_one_step)
{
    struct stat status;

    cr_expect_eq(replace(path, "one", true), 0);
    cr_expect_str_eq(content(path), "one");
    cr_expect_eq(replace(path, "two", false), 0);
    cr_expect_str_eq(content(path), "one", "discarded");
    cr_assert_eq(chmod(path, 0644), 0);
    cr_expect_eq(replace(path, "three", true), 0);
    cr_expect_str_eq(content(path), "three");
    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & 07777, 0600);
}

Test(replacement, keeps_a_link_of_ones_own)
{
    struct stat status;

    cr_assert_eq(symlink("other", path), 0);
    cr_expect_eq(replace(path, "one", true), -ELOOP);
    put(other, "");
    cr_expect_eq(replace(path, "one", true), 0);
    cr_expect_str_eq(content(other), "one");
    cr_assert_eq(lstat(path, &status), 0);
    cr_expect(S_ISLNK(status.st_mode));
}

Test(replacement, clears_the_name)
{
    struct replacement file;

    put(path, "old");
    cr_assert_eq(replacement_open(&file, path, 0600), 0);
    replacement_clear(&file);
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_NEW);
    cr_expect_eq(replacement_commit(&file, false), 0);
    cr_expect_eq(output_file_state(path), OUTPUT_FILE_EMPTY);
    replacement_discard(&file);
}

Test(replacement, streams_are_written_in_place)
{
    char text[8] = "";

    cr_expect_eq(replace("/dev/null", "text", true), 0);
    cr_assert_eq(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    cr_expect_eq(replace(path, "text", true), 0);
    cr_expect_eq(read(reader, text, sizeof(text)), 4);
    close(reader);
    cr_expect_eq(replace(folder, "", true), -EISDIR);
}
