// SPDX-License-Identifier: GPL-2.0-or-later
/* How the file is put where it is to be. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/metadata_sample.h"

TestSuite(metadata_file, .init = metadata_sample_set_up, .fini = metadata_sample_tear_down);

/* A reader that holds the file open sees the old one to its end: it is replaced, not rewritten. */
Test(metadata_file, file_is_replaced_as_a_whole)
{
    struct survey_metadata metadata = metadata_sample();
    struct stat before, after;

    cr_assert_eq(metadata_write(metadata_sample_path, &metadata), 0);
    FILE *old = fopen(metadata_sample_path, "r");
    cr_assert_eq(fstat(fileno(old), &before), 0);
    metadata = metadata_ended_sample();
    cr_assert_eq(metadata_write(metadata_sample_path, &metadata), 0);
    cr_assert_eq(stat(metadata_sample_path, &after), 0);
    cr_expect_neq(before.st_ino, after.st_ino);
    json_t *document = json_loadf(old, 0, NULL);
    metadata_expect_value(document, "state", "\"running\"");
    json_decref(document);
    fclose(old);
}

Test(metadata_file, failed_write_leaves_the_old_file)
{
    struct survey_metadata metadata = metadata_sample();
    struct rlimit none = {0, RLIM_INFINITY};

    cr_assert_eq(metadata_write(metadata_sample_path, &metadata), 0);
    metadata = metadata_ended_sample();
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    cr_expect_eq(metadata_write(metadata_sample_path, &metadata), -EFBIG);
    none.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);

    json_t *document = json_load_file(metadata_sample_path, 0, NULL);
    metadata_expect_value(document, "state", "\"running\"");
    json_decref(document);
    cr_expect_eq(metadata_write("/nonexistent/r.meta.json", &metadata), -ENOENT);
}

Test(metadata_file, what_is_no_regular_file_is_written_in_place)
{
    struct survey_metadata metadata = metadata_sample();
    char target[80];
    struct stat status;

    cr_expect_eq(metadata_write("/dev/full", &metadata), -ENOSPC);
    cr_assert_eq(stat("/dev/full", &status), 0);
    cr_expect(S_ISCHR(status.st_mode));

    snprintf(target, sizeof(target), "%s/target", metadata_sample_directory);
    cr_assert_eq(symlink(target, metadata_sample_path), 0);
    cr_expect_eq(metadata_write(metadata_sample_path, &metadata), -ELOOP, "it leads to nothing");
    fclose(fopen(target, "w"));
    cr_expect_eq(metadata_write(metadata_sample_path, &metadata), 0);
    cr_assert_eq(lstat(metadata_sample_path, &status), 0);
    cr_expect(S_ISLNK(status.st_mode));
    cr_expect_eq(unlink(target), 0);
}

/* It holds the key, and the directory may be one in which everybody can put links. */
Test(metadata_file, is_the_owners_alone)
{
    struct survey_metadata metadata = metadata_sample();
    char guessed[80], victim[80];
    struct stat status;

    umask(0);
    snprintf(guessed, sizeof(guessed), "%s.tmp", metadata_sample_path);
    snprintf(victim, sizeof(victim), "%s/victim", metadata_sample_directory);
    fclose(fopen(victim, "w"));
    cr_assert_eq(symlink(victim, guessed), 0);
    cr_assert_eq(metadata_write(metadata_sample_path, &metadata), 0);
    cr_assert_eq(stat(metadata_sample_path, &status), 0);
    cr_expect_eq(status.st_mode & 07777, 0600);
    cr_assert_eq(stat(victim, &status), 0);
    cr_expect_eq(status.st_size, 0, "nobody's link is followed");
    unlink(victim);
    unlink(guessed);
}
