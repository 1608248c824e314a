// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/record_file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "output/records.h"
#include "support/own_directory.h"

static void set_up(void)
{
    umask(0022);
    enter_directory();
}

TestSuite(record_file, .init = set_up, .fini = remove_directory);

static void put(const char *name, const char *text, mode_t mode)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, mode);

    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static bool is_there(const char *name)
{
    struct stat status;

    return lstat(name, &status) == 0;
}

static off_t size_of(const char *name)
{
    struct stat status;

    return stat(name, &status) ? -1 : status.st_size;
}

static struct record_output output_to(const char *csv, const char *parquet)
{
    return (struct record_output){
        .places = {{.path = csv, .format = &output_csv}, {.path = parquet, .format = &output_parquet}},
        .count = 2,
        .columns = column_list_default(),
    };
}

static void write_records(struct record_file *file)
{
    const struct writer_config config = {.producers = 1, .ring_capacity = 16};
    const struct record record = record_plain();

    cr_assert_eq(record_file_start("test", file, &config), EXIT_DONE);
    cr_assert_eq(record_file_begin("test", file, NULL), EXIT_DONE);
    record_file_keep(file);
    cr_assert(writer_push(file->writer, 0, &record));
}

/* What needs an end has its name once it has that. */
Test(record_file, gets_its_name_once_it_is_whole)
{
    const struct record_output output = output_to("r.csv", "r.parquet");
    struct record_file file;

    cr_assert_eq(record_file_open("test", &file, &output), EXIT_DONE);
    write_records(&file);
    cr_expect(is_there("r.csv"));
    cr_expect(is_there("r.parquet.part"));
    cr_expect_not(is_there("r.parquet"));
    cr_expect_eq(record_file_finish("test", &file), EXIT_DONE);
    cr_expect_eq(writer_written(file.writer), 1);
    cr_expect_not(is_there("r.parquet.part"));
    cr_expect_gt(size_of("r.parquet"), 100);
    record_file_close(&file);
    unlink("r.csv");
    unlink("r.parquet");
}

Test(record_file, a_set_up_that_fails_leaves_all_as_it_was)
{
    struct record_output output = output_to("r.csv", "r.parquet");
    struct record_file file;

    put("r.parquet", "theirs", 0644);
    cr_expect_eq(record_file_open("test", &file, &output), EXIT_UNUSABLE, "it is not written over unasked");
    record_file_close(&file);
    output.overwrite = true;
    cr_assert_eq(record_file_open("test", &file, &output), EXIT_DONE);
    cr_expect(is_there("r.parquet.part"));
    record_file_close(&file);
    cr_expect_not(is_there("r.csv"));
    cr_expect_not(is_there("r.parquet.part"));
    cr_expect_eq(size_of("r.parquet"), 6);
    unlink("r.parquet");
    output.overwrite = false;
    put("r.parquet.part", "of a run that was killed", 0644);
    cr_expect_eq(record_file_open("test", &file, &output), EXIT_UNUSABLE, "nor that");
    record_file_close(&file);
    unlink("r.parquet.part");
}

/* From the first record on, what was there before is gone: it is not of this run. */
Test(record_file, what_is_replaced_is_gone_while_it_is_written)
{
    struct record_output output = output_to("r.csv", "r.parquet");
    struct record_file file;
    struct stat status;

    output.overwrite = true;
    put("r.parquet", "before", 0600);
    cr_assert_eq(record_file_open("test", &file, &output), EXIT_DONE);
    write_records(&file);
    cr_expect_not(is_there("r.parquet"));
    cr_expect_eq(record_file_finish("test", &file), EXIT_DONE);
    record_file_close(&file);
    cr_assert_eq(stat("r.parquet", &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0600, "it is as private as it was");
    unlink("r.csv");
    unlink("r.parquet");
}

Test(record_file, links_and_streams_are_written_in_place)
{
    struct record_output output = output_to("/dev/null", "link.parquet");
    struct record_file file;

    put("real", "before", 0644);
    cr_assert_eq(symlink("real", "link.parquet"), 0);
    output.overwrite = true;
    cr_assert_eq(record_file_open("test", &file, &output), EXIT_DONE);
    write_records(&file);
    cr_expect_eq(record_file_finish("test", &file), EXIT_DONE);
    record_file_close(&file);
    cr_expect_gt(size_of("real"), 100);
    unlink("link.parquet");
    unlink("real");
}

/* What could not be written to its end keeps the name that says so. */
Test(record_file, one_that_fails_does_not_harm_the_other)
{
    struct record_output output = output_to("/dev/full", "r.parquet");
    struct record_file file;

    cr_assert_eq(record_file_open("test", &file, &output), EXIT_DONE);
    cr_assert_eq(
        record_file_start("test", &file, &(struct writer_config){.producers = 1, .ring_capacity = 16}),
        EXIT_DONE);
    cr_expect_eq(record_file_begin("test", &file, NULL), EXIT_FAILED, "the header goes nowhere");
    record_file_close(&file);
    cr_expect_not(is_there("r.parquet.part"));

    output = output_to("r.csv", "/dev/full");
    cr_assert_eq(record_file_open("test", &file, &output), EXIT_DONE);
    cr_expect_not(file.destinations[1].in_part, "a device has no other name");
    record_file_close(&file);
}
