// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/rotation.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/own_directory.h"
#include "table.h"

TestSuite(rotation, .init = enter_directory, .fini = remove_directory);

static void touch(const char *name)
{
    close(open(name, O_WRONLY | O_CREAT, 0600));
}

Test(rotation, names)
{
    static const struct {
        const char *path;
        unsigned number;
        const char *expected;
    } cases[] = {
        {"r.csv", 0, "r.000.csv"},           {"r.csv", 999, "r.999.csv"},
        {"r.csv", 1000, "r.1000.csv"},       {"/d.x/results", 7, "/d.x/results.007"},
        {"a.b.jsonl", 12, "a.b.012.jsonl"},  {".hidden", 1, ".hidden.001"},
        {"/d/.hidden", 1, "/d/.hidden.001"}, {"r.csv.zst", 3, "r.003.csv.zst"},
        {"/d.x/r.gz", 3, "/d.x/r.003.gz"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rotation rotation;
        char *path;

        cr_assert_eq(rotation_init(&rotation, cases[i].path, 1), 0);
        path = rotation_path(&rotation, cases[i].number);
        cr_expect_str_eq(path, cases[i].expected);
        free(path);
        rotation_free(&rotation);
    }
}

Test(rotation, files_follow_each_other)
{
    struct rotation rotation;
    char *told;

    cr_assert_eq(rotation_init(&rotation, "r.csv", 1), 0);
    cr_expect_geq(rotation_next(&rotation), 0);
    cr_expect_geq(rotation_next(&rotation), 0);
    json_t *names = rotation_json(&rotation);
    told = json_dumps(names, JSON_COMPACT);
    cr_expect_str_eq(told, "[\"r.000.csv\",\"r.001.csv\",\"r.002.csv\"]");
    json_decref(names);
    free(told);
    rotation_free(&rotation);
    cr_expect_eq(unlink("r.001.csv") | unlink("r.002.csv"), 0);
}

/* Its room comes back when somebody takes it away, not at the end of all. */
Test(rotation, the_first_file_is_closed_as_the_others_are)
{
    struct rotation rotation;
    int first = open("r.000.csv", O_WRONLY | O_CREAT, 0600);

    cr_assert_eq(rotation_init(&rotation, "r.csv", 1), 0);
    cr_expect_eq(rotation_begin(&rotation, first), 0);
    cr_expect_geq(fcntl(rotation.directory, F_GETFD), 0);
    cr_expect_geq(fcntl(first, F_GETFD), 0);
    cr_expect_geq(rotation_next(&rotation), 0);
    cr_expect_eq(fcntl(first, F_GETFD), -1);
    rotation_free(&rotation);
    cr_expect_eq(unlink("r.000.csv") | unlink("r.001.csv"), 0);
}

/* A file has its name once the next one begins, the last once that is asked for. */
Test(rotation, files_get_their_names_one_after_the_other)
{
    struct rotation rotation;

    touch("r.000.parquet.part");
    touch("r.007.parquet.part");
    cr_assert_eq(rotation_init(&rotation, "r.parquet", 1), 0);
    rotation.in_parts = true;
    cr_expect_eq(rotation_look(&rotation), 0);
    cr_expect_eq(rotation_last(&rotation), 7);
    cr_expect_eq(rotation_clear(&rotation, 0), 0);
    cr_expect_geq(rotation_next(&rotation), 0);
    cr_expect_eq(access("r.000.parquet", F_OK), 0);
    cr_expect_eq(access("r.001.parquet.part", F_OK), 0);
    cr_expect_eq(rotation_settle(&rotation), 0);
    rotation_free(&rotation);
    cr_expect_eq(unlink("r.000.parquet") | unlink("r.001.parquet"), 0);
}

/* What somebody has put there meanwhile is not written over unasked. */
Test(rotation, a_file_that_is_there)
{
    struct rotation rotation;
    FILE *out = fopen("r.001.csv", "w");

    fputs("theirs\n", out);
    fclose(out);
    cr_assert_eq(rotation_init(&rotation, "r.csv", 1), 0);
    cr_expect_eq(rotation_next(&rotation), -EEXIST);
    rotation.overwrite = true;
    cr_expect_geq(rotation_next(&rotation), 0);
    rotation_free(&rotation);
    cr_expect_eq(unlink("r.001.csv"), 0);
}

Test(rotation, what_an_earlier_run_has_left)
{
    static const char *const left[] = {"r.001.csv", "r.017.csv", "r.1234.csv"};
    static const char *const others[] = {"r.csv",     "r.000.csv", "r.01.csv", "r.001.csv.gz",
                                         "r.x01.csv", "q.001.csv", "r.001",    "r.+01.csv"};
    struct rotation rotation;

    for (size_t i = 0; i < COUNT(left); i++)
        touch(left[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        touch(others[i]);
    cr_assert_eq(rotation_init(&rotation, "r.csv", 1), 0);
    cr_expect_eq(rotation_look(&rotation), 0);
    cr_expect_eq(rotation.left_count, COUNT(left));
    cr_expect_eq(rotation_clear(&rotation, 0), 0);
    for (size_t i = 0; i < COUNT(left); i++)
        cr_expect_eq(access(left[i], F_OK), -1, "%s", left[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        cr_expect_eq(unlink(others[i]), 0, "%s", others[i]);
    rotation_free(&rotation);
}

/* A run that goes on takes away what is behind the place where it does. */
Test(rotation, goes_on_in_a_file)
{
    static const char *const names[] = {"r.000.csv", "r.001.csv", "r.002.csv", "r.003.csv"};
    struct rotation rotation;

    for (size_t i = 0; i < COUNT(names); i++)
        touch(names[i]);
    cr_assert_eq(rotation_init(&rotation, "r.csv", 1), 0);
    cr_expect_eq(rotation_look(&rotation), 0);
    cr_expect_eq(rotation_last(&rotation), 3);
    int fd = rotation_continue(&rotation, 1);

    cr_expect_eq(write(fd, "x", 1), 1);
    cr_expect_eq(access("r.002.csv", F_OK), -1);
    cr_expect_eq(access("r.003.csv", F_OK), -1);
    cr_expect_geq(rotation_next(&rotation), 0);
    cr_expect_eq(access("r.002.csv", F_OK), 0);
    rotation_free(&rotation);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(unlink(names[i]), 0, "%s", names[i]);
}

/* What has its end loses its name until it has a new one; what a kill left had none. */
Test(rotation, goes_on_in_a_file_that_was_whole)
{
    static const char *const last[] = {"r.001.parquet", "r.001.parquet.part"};

    for (size_t i = 0; i < COUNT(last); i++) {
        struct rotation rotation;
        char byte = 'y';

        cr_assert_eq(rotation_init(&rotation, "r.parquet", 1), 0);
        rotation.in_parts = true;
        touch("r.000.parquet");
        touch(last[i]);
        touch("r.002.parquet.part");
        cr_expect_eq(rotation_look(&rotation), 0);
        int fd = rotation_continue(&rotation, 1);

        cr_expect_eq(access("r.001.parquet", F_OK), -1);
        cr_expect_eq(access("r.002.parquet.part", F_OK), -1);
        cr_expect_eq(pwrite(fd, "x", 1, 0), 1);
        cr_expect_eq(pread(fd, &byte, 1, 0), 1, "it is read, too");
        cr_expect_eq(byte, 'x');
        cr_expect_eq(rotation_settle(&rotation), 0);
        cr_expect_eq(unlink("r.000.parquet") | unlink("r.001.parquet"), 0);
        rotation_free(&rotation);
    }
}

/* Where somebody syncs, a name says that the file is on the disk. */
Test(rotation, files_get_their_names_once_they_are_synced)
{
    struct rotation rotation;

    cr_assert_eq(rotation_init(&rotation, "r.parquet", 1), 0);
    rotation.in_parts = true;
    rotation.files.lasting = true;
    touch("r.000.parquet.part");
    cr_expect_geq(rotation_next(&rotation), 0);
    cr_expect_geq(rotation_next(&rotation), 0);
    cr_expect_eq(access("r.000.parquet", F_OK), -1);
    cr_expect_eq(rename("r.001.parquet.part", "r.001.parquet"), 0, "as a run before has settled it");
    cr_expect_eq(rotation_sync(&rotation), 0);
    cr_expect_eq(access("r.000.parquet", F_OK), 0);
    cr_expect_eq(access("r.002.parquet", F_OK), -1, "it has no end yet");
    cr_expect_eq(rotation_settle(&rotation), 0);
    rotation_free(&rotation);
    for (unsigned i = 0; i < 3; i++) {
        char name[32];

        snprintf(name, sizeof(name), "r.%03u.parquet", i);
        cr_expect_eq(unlink(name), 0, "%s", name);
    }
}
