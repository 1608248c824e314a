// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/recorders.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/records.h"

static struct recorders recorders;
static int file, full;

static void open_files(void)
{
    char path[] = "/tmp/hopwire-test-XXXXXX";

    file = mkstemp(path);
    full = open("/dev/full", O_WRONLY);
    cr_assert(file >= 0 && full >= 0);
    unlink(path);
}

static void close_files(void)
{
    recorders_close(&recorders);
    close(file);
    close(full);
}

TestSuite(recorders, .init = open_files, .fini = close_files);

static void add(int fd, const struct output_format *format)
{
    cr_assert_eq(recorders_add(&recorders, &(struct recorder_config){.fd = fd, .format = format}, NULL), 0);
}

static void append(unsigned count)
{
    const struct record record = record_plain();

    while (count--)
        recorders_append(&recorders, &record);
}

static void expect_counts(uint64_t written, uint64_t dropped)
{
    cr_expect_eq(recorders_written(&recorders), written, "%lu", (unsigned long)recorders_written(&recorders));
    cr_expect_eq(recorders_dropped(&recorders), dropped, "%lu", (unsigned long)recorders_dropped(&recorders));
}

/* What Parquet still holds can be read from CSV, and counts once both have it. */
Test(recorders, a_record_is_written_once_all_have_it)
{
    int null = open("/dev/null", O_WRONLY);
    struct stat status;

    add(file, &output_csv);
    add(null, &output_parquet);
    cr_assert_eq(recorders_begin(&recorders, NULL), 0);
    append(1000);
    recorders_flush_when_due(&recorders, 0);
    expect_counts(0, 0);
    cr_expect_eq(counter_read(&recorders.list[0].written), 1000);
    append(1);
    cr_expect(recorders_wait(&recorders));
    recorders_pass(&recorders);
    expect_counts(1001, 0);
    append(1);
    recorders_finish(&recorders);
    expect_counts(1002, 0);
    cr_expect_not(recorders_wait(&recorders));
    cr_assert_eq(fstat(file, &status), 0);
    cr_expect_gt(recorders_bytes(&recorders), (uint64_t)status.st_size);
    cr_expect_eq(recorders_error(&recorders), 0);
    close(null);
}

/* One that is full ends by itself, the other has all. */
Test(recorders, a_record_that_one_of_them_dropped_is_dropped)
{
    add(file, &output_csv);
    add(full, &output_jsonl);
    append(1000);
    cr_expect_eq(recorders_error(&recorders), 0);
    recorders_pass(&recorders);
    append(2);
    recorders_finish(&recorders);
    expect_counts(0, 1002);
    cr_expect_eq(counter_read(&recorders.list[0].written), 1002);
    cr_expect_eq(recorders_error(&recorders), -ENOSPC);
    cr_expect_eq(recorder_error(&recorders.list[0]), 0);
}

Test(recorders, none_have_nothing)
{
    expect_counts(0, 0);
    cr_expect_eq(recorders_bytes(&recorders), 0);
    cr_expect_eq(recorders_error(&recorders), 0);
    cr_expect_not(recorders_wait(&recorders));
}
