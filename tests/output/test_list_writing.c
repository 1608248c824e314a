// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/stop_signal.h"
#include "output/list_writing.h"

enum {
    LONG = METADATA_LIST_INLINE + 200000, /* more than a portion */
};

static char directory[] = "/tmp/hopwire-test-XXXXXX";
static char metadata[64], beside[64];
static struct prefix_list list;

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(directory));
    snprintf(metadata, sizeof(metadata), "%s/r.csv.meta.json", directory);
    snprintf(beside, sizeof(beside), "%s/r.csv.targets.txt", directory);
    for (uint32_t i = 0; i < LONG; i++)
        prefix_list_add(&list, (struct prefix){address_of_ipv4(i << 8), (uint8_t)(i % 3 ? 32 : 24)});
}

/* Also what another process takes away. */
static bool directory_goes(void)
{
    const struct timespec pause = {.tv_nsec = 5000000};

    for (int i = 0; i < 12000 && rmdir(directory); i++)
        nanosleep(&pause, NULL);
    return access(directory, F_OK) != 0;
}

static void tear_down(void)
{
    prefix_list_free(&list);
    cr_expect(directory_goes(), "a file was left behind");
}

TestSuite(list_writing, .init = set_up, .fini = tear_down);

Test(list_writing, writes_what_is_staged_without_it)
{
    struct list_writing writing;
    struct list_reference reference, expected;
    struct replacement file, staged;

    cr_assert_eq(list_writing_begin(&writing, metadata, "targets", &list), 0);
    cr_assert_eq(list_writing_end(&writing, &file, &reference), 0);
    cr_expect_eq(access(beside, F_OK), -1, "it has no name yet");
    cr_assert_eq(replacement_commit(&file, false), 0);
    cr_assert_eq(metadata_list_stage(&staged, NULL, metadata, "targets", &list, &expected), 0);
    replacement_discard(&staged);
    cr_expect_str_eq(reference.name, "r.csv.targets.txt");
    cr_expect_str_eq(reference.sha256, expected.sha256);

    struct metadata_list back = {.file = reference};
    struct error_text error;
    cr_expect_eq(metadata_list_load(&back, metadata, &error), 0, "%s", error.text);
    cr_expect_eq(back.prefixes.count, LONG);
    prefix_list_free(&back.prefixes);
    list_writing_abandon(&writing);
    unlink(beside);
}

Test(list_writing, a_short_list_needs_no_file)
{
    struct list_writing writing;
    struct list_reference reference;
    struct replacement file;

    list.count = METADATA_LIST_INLINE;
    cr_assert_eq(list_writing_begin(&writing, metadata, "targets", &list), 0);
    cr_expect_eq(writing.process, 0);
    cr_expect_eq(list_writing_end(&writing, &file, &reference), 0);
    cr_expect_eq(file.fd, -1);
    cr_expect_str_eq(reference.name, "");
    list_writing_abandon(&writing);
}

/* tear_down() sees what is left. */
Test(list_writing, what_is_abandoned_goes)
{
    struct list_writing writing, never = {0};

    cr_assert_eq(list_writing_begin(&writing, metadata, "targets", &list), 0);
    list_writing_abandon(&writing);
    cr_expect_eq(wait(NULL), -1, "its process is gone");
    list_writing_abandon(&never);
}

Test(list_writing, goes_with_a_caller_that_is_killed)
{
    pid_t caller = fork();

    if (caller == 0) {
        struct list_writing writing;

        if (list_writing_begin(&writing, metadata, "targets", &list) == 0)
            raise(SIGKILL);
        _exit(1);
    }
    int status;

    cr_assert_eq(waitpid(caller, &status, 0), caller);
    cr_expect(WIFSIGNALED(status));
}

Test(list_writing, a_full_disk_is_told)
{
    struct list_writing writing;
    struct list_reference reference;
    struct replacement file;

    cr_assert_eq(symlink("/dev/full", beside), 0);
    int begun = list_writing_begin(&writing, metadata, "targets", &list);

    cr_assert_eq(begun, 0);
    cr_expect_eq(list_writing_end(&writing, &file, &reference), -ENOSPC);
    cr_expect_eq(file.fd, -1);
    list_writing_abandon(&writing);
    unlink(beside);
}

/* The signal is blocked, as it is while a survey runs. */
Test(list_writing, a_signal_ends_the_wait)
{
    struct list_writing writing;
    struct list_reference reference;
    struct replacement file;

    cr_assert_eq(list_writing_begin(&writing, metadata, "targets", &list), 0);
    stop_signals_block(NULL);
    kill(writing.process, SIGSTOP);
    kill(getpid(), SIGTERM);
    cr_expect_eq(list_writing_end(&writing, &file, &reference), -EINTR);
    kill(writing.process, SIGCONT);
    list_writing_abandon(&writing);
    stop_signal_take();
}
