// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/late_files.h"
#include "base/late_request.h"
#include "support/small_files.h"

static char folder[64], path[128], list[128], part[160];
static struct late_files *late;

static unsigned entries(void)
{
    DIR *directory = opendir(folder);
    unsigned count = 0;

    while (readdir(directory))
        count++;
    closedir(directory);
    return count - 2; /* without . and .. */
}

static void make_folder(void)
{
    strcpy(folder, "/tmp/hopwire-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/metrics", folder);
    snprintf(list, sizeof(list), "%s/list", folder);
    snprintf(part, sizeof(part), "%s/part.", folder);
    put(list, "192.0.2.0/24\n");
    late = late_files_create();
    cr_assert_not_null(late);
    cr_assert(late_files_is_empty(late));
    cr_assert_eq(late_files_allow(late, LATE_REPLACE, NULL), 0);
    cr_assert(late_files_is_empty(late));
    cr_assert_eq(late_files_allow(late, LATE_REPLACE, path), 0);
    cr_assert_eq(late_files_allow(late, LATE_READ, list), 0);
    cr_assert_eq(late_files_allow(late, LATE_REMOVE, list), 0);
    cr_assert_eq(late_files_allow_numbered(late, LATE_CREATE, part, ".csv"), 0);
}

static void remove_folder(void)
{
    late_files_destroy(late);
    unlink(path);
    unlink(list);
    cr_expect_eq(rmdir(folder), 0, "nothing else is left behind");
}

TestSuite(late_files, .init = make_folder, .fini = remove_folder);

/* What shows that it was not this process that did it. */
static int leave_the_mask(const struct late_files *files, void *context)
{
    (void)files;
    (void)context;
    umask(0077);
    return 0;
}

static void start(void)
{
    umask(0022);
    cr_assert_eq(late_files_start(late, leave_the_mask, NULL), 0);
}

static void replace_by(const char *text)
{
    struct replacement file;

    cr_assert_eq(late_files_replace(late, &file, path, 0666), 0);
    cr_assert_eq(write(file.fd, text, strlen(text)), (ssize_t)strlen(text));
    cr_assert_eq(replacement_commit(&file, true), 0);
    cr_expect_eq(file.fd, -1);
}

static mode_t mode_of(const char *name)
{
    struct stat status;

    cr_assert_eq(stat(name, &status), 0);
    return status.st_mode & 0777;
}

Test(late_files, it_is_this_process_until_the_start)
{
    umask(0022);
    replace_by("first");
    cr_expect_eq(mode_of(path), 0644);
    cr_expect_str_eq(content(path), "first");
    cr_expect(late_files_are_ours(late));
}

Test(late_files, a_file_is_replaced_as_often_as_is_wanted)
{
    start();
    for (int i = 0; i < 20; i++)
        replace_by(i % 2 ? "odd" : "even");
    cr_expect_str_eq(content(path), "odd");
    cr_expect_eq(mode_of(path), 0600, "by the keeper");
    cr_expect_eq(entries(), 2);
}

Test(late_files, what_is_given_up_leaves_what_was_there)
{
    struct replacement file;

    start();
    replace_by("first");
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(late_files_replace(late, &file, path, 0666), 0);
        replacement_discard(&file);
    }
    cr_expect_str_eq(content(path), "first");
    cr_expect_eq(entries(), 2);
    cr_assert_eq(late_files_replace(late, &file, path, 0666), 0);
    replacement_clear(&file);
    cr_expect_neq(access(path, F_OK), 0, "cleared ahead of commit");
    replacement_discard(&file);
}

Test(late_files, files_are_read_made_and_taken_away)
{
    char name[192], text[32] = "";

    start();
    int fd = late_files_read(late, list);
    cr_assert_geq(fd, 0);
    cr_expect_gt(read(fd, text, sizeof(text) - 1), 0);
    cr_expect_str_eq(text, "192.0.2.0/24\n");
    cr_expect_lt(write(fd, "x", 1), 0, "for reading alone");
    close(fd);
    snprintf(name, sizeof(name), "%s017.csv", part);
    fd = late_files_open(late, name, 0666, false);
    cr_assert_geq(fd, 0);
    cr_expect_eq(write(fd, "x", 1), 1);
    close(fd);
    cr_expect_eq(mode_of(name), 0600);
    cr_expect_eq(late_files_open(late, name, 0666, false), -EEXIST);
    unlink(name);
    cr_expect_eq(late_files_remove(late, list), 0);
    cr_expect_eq(late_files_remove(late, list), -ENOENT);
    cr_expect_eq(late_files_read(late, list), -ENOENT);
}

Test(late_files, what_is_whole_gets_its_name)
{
    char name[192];

    cr_assert_eq(late_files_allow(late, LATE_SETTLE, path), 0);
    start();
    replace_by("before");
    cr_expect_eq(late_files_settle(late, path), -ENOENT);
    snprintf(name, sizeof(name), "%s.part", path);
    put(name, "whole");
    cr_expect_eq(late_files_settle(late, path), 0);
    cr_expect_str_eq(content(path), "whole");
    cr_expect_neq(access(name, F_OK), 0);
    cr_expect_eq(late_files_settle(late, list), -EACCES);
}

Test(late_files, other_names_are_refused)
{
    static const char *const others[] = {"",        "017",    "017.csv.gz", ".csv",
                                         "x17.csv", "1x.csv", "../x.csv",   "017.csv/x"};
    struct replacement file;
    char name[192];

    start();
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        snprintf(name, sizeof(name), "%s%s", part, others[i]);
        cr_expect_eq(late_files_open(late, name, 0666, true), -EACCES, "%s", name);
    }
    cr_expect_eq(late_files_read(late, path), -EACCES, "it may be replaced alone");
    cr_expect_eq(late_files_remove(late, path), -EACCES);
    cr_expect_eq(late_files_replace(late, &file, list, 0666), -EACCES);
    cr_expect_eq(late_files_read(late, "/etc/passwd"), -EACCES);
    cr_expect_eq(entries(), 1);
}

Test(late_files, tickets_that_were_not_given_are_refused)
{
    struct late_request request = {.order = ORDER_COMMIT};
    uint32_t ticket;
    int fd;

    start();
    for (request.ticket = 0; request.ticket < 10; request.ticket++)
        cr_expect_eq(late_request_ask(late, &request, &ticket, &fd), -EBADF);
    request.order = 1000;
    cr_expect_eq(late_request_ask(late, &request, &ticket, &fd), -EACCES);
    memset(request.path, 'x', sizeof(request.path));
    request.order = ORDER_READ;
    cr_expect_eq(late_request_ask(late, &request, &ticket, &fd), -EACCES);
    cr_expect_eq(fd, -1);
}

Test(late_files, the_keeper_ends_with_us_and_leaves_nothing)
{
    struct replacement file;
    int status;

    pid_t child = fork();

    if (child == 0) {
        start();
        cr_assert_eq(late_files_replace(late, &file, path, 0666), 0);
        late->keeper = 0;
        raise(SIGKILL);
    }
    waitpid(child, &status, 0);
    for (int i = 0; i < 500 && entries() > 1; i++)
        usleep(10000);
    cr_expect_eq(entries(), 1, "the file that was not yet in place is gone");
}

Test(late_files, a_keeper_that_is_gone_is_told)
{
    struct replacement file;

    start();
    cr_assert_eq(late_files_replace(late, &file, path, 0666), 0);
    kill(late->keeper, SIGKILL);
    waitpid(late->keeper, NULL, 0);
    cr_expect_eq(late_files_read(late, list), -EPIPE);
    cr_expect_eq(replacement_commit(&file, true), -EPIPE);
    DIR *directory = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(directory));)
        if (strncmp(entry->d_name, ".hopwire-", 9) == 0)
            unlinkat(dirfd(directory), entry->d_name, 0);
    closedir(directory);
}

static int refuse(const struct late_files *files, void *context)
{
    (void)files;
    (void)context;
    return -EPERM;
}

Test(late_files, a_late_reply_is_not_taken_for_that_to_the_next_request)
{
    const struct timeval soon = {.tv_usec = 1000};
    const struct late_reply reply = {.ticket = 7};
    struct late_request request = {.order = ORDER_CREATE};
    struct late_files asking = {.lock = PTHREAD_MUTEX_INITIALIZER};
    uint32_t ticket;
    int ends[2], fd;

    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    cr_assert_eq(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon)), 0);
    asking.socket = ends[0];
    cr_expect_eq(late_request_ask(&asking, &request, &ticket, &fd), -EAGAIN);
    cr_assert_eq(late_request_answer(ends[1], &reply, ends[1]), 0);
    cr_expect_eq(late_request_ask(&asking, &request, &ticket, &fd), -EPIPE);
    cr_expect_eq(fd, -1);
    close(ends[0]);
    close(ends[1]);
}

Test(late_files, what_cannot_be_given_up_ends_it)
{
    cr_expect_eq(late_files_start(late, refuse, NULL), -EPERM);
}

/* The descriptor is lost on its way where no number is left for it. */
Test(late_files, says_that_there_are_no_more_descriptors)
{
    struct rlimit limit;

    start();
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    int next = dup(STDIN_FILENO);

    close(next);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)next, limit.rlim_max}), 0);
    cr_expect_eq(late_files_read(late, list), -EMFILE);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    int fd = late_files_read(late, list);

    cr_expect_geq(fd, 0, "and goes on");
    close(fd);
}
