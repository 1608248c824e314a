// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/packed_sink.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/unpacked_file.h"
#include "output/recorder.h"
#include "output/records.h"
#include "output/results.h"
#include "table.h"

static const enum packing packings[] = {PACKING_GZIP, PACKING_ZSTD};

static char path[] = "/tmp/hopwire-test-XXXXXX";
static int fd;

static void make_file(void)
{
    fd = mkstemp(path);
    cr_assert_geq(fd, 0);
}

static void remove_file(void)
{
    close(fd);
    unlink(path);
}

TestSuite(packed_sink, .init = make_file, .fini = remove_file);

static void begin(struct recorder *recorder, const struct output_format *format, enum packing packing)
{
    struct byte_sink *sink;

    cr_assert_eq(ftruncate(fd, 0), 0);
    cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
    cr_assert_eq(output_sink_open(&sink, fd, packing), 0);
    cr_assert_eq(recorder_open(recorder, format, NULL, sink), 0);
    cr_assert_eq(recorder_begin(recorder, NULL), 0);
}

/* All different, as those of a survey are. */
static void append(struct recorder *recorder, unsigned count)
{
    struct record record = record_plain();

    for (unsigned i = 0; i < count; i++) {
        record.time_us += 7;
        record.responder.low ^= (uint64_t)i * 2654435761U & 0xffff;
        recorder_append(recorder, &record);
    }
}

static off_t file_size(void)
{
    struct stat status;

    cr_assert_eq(fstat(fd, &status), 0);
    return status.st_size;
}

/* How many records the file has; `cut`: it must tell that it was not finished, or that it was. */
static uint64_t count_records(bool cut)
{
    struct column_list none = {0};
    struct error_text error;
    struct results *results;
    struct record record;
    uint64_t count = 0;
    int got;

    cr_assert_eq(results_open(&results, path, &none, &error), 0, "%s", error.text);
    while ((got = results_next(results, &record, &error)) == 1)
        count++;
    cr_assert_eq(got, 0, "%s", error.text);
    cr_expect_eq(results_unfinished_tail(results), cut);
    results_close(results);
    return count;
}

Test(packed_sink, every_format_comes_back)
{
    static const struct output_format *const formats[] = {&output_csv, &output_jsonl, &output_parquet};

    for (size_t i = 0; i < COUNT(packings); i++)
        for (size_t j = 0; j < COUNT(formats); j++) {
            struct recorder recorder;

            begin(&recorder, formats[j], packings[i]);
            append(&recorder, 50000); /* several buffers */
            recorder_finish(&recorder);
            cr_expect_eq(recorder.written, 50000);
            cr_expect_eq(recorder.bytes, (uint64_t)file_size());
            cr_expect_lt(recorder.bytes, 50000 * 30);
            recorder_close(&recorder);
            cr_expect_eq(count_records(false), 50000, "%s", formats[j]->name);
        }
}

Test(packed_sink, a_frame_ends_seconds_after_it_was_first_asked_for)
{
    for (size_t i = 0; i < COUNT(packings); i++) {
        struct recorder recorder;

        begin(&recorder, &output_csv, packings[i]);
        off_t begun = file_size();
        append(&recorder, 30000);
        recorder_flush_when_due(&recorder, 5 * NS_PER_S);
        append(&recorder, 1);
        recorder_flush_when_due(&recorder, 8 * NS_PER_S - 1);
        cr_expect_eq(recorder.written, 0);
        cr_expect_eq(file_size(), begun);
        cr_expect(recorder_waits(&recorder));
        recorder_flush_when_due(&recorder, 8 * NS_PER_S);
        cr_expect_eq(recorder.written, 30001);
        cr_expect_not(recorder_waits(&recorder));
        append(&recorder, 1);
        recorder_flush_when_due(&recorder, 8 * NS_PER_S);
        cr_expect_eq(recorder.written, 30001, "the next one has time, too");
        recorder_flush(&recorder);
        cr_expect_eq(recorder.written, 30002, "unless somebody must know");
        recorder_close(&recorder);
    }
}

/* What was killed anywhere has all records that were counted, and tells what it is. */
Test(packed_sink, what_is_cut_off_has_all_that_was_written)
{
    for (size_t i = 0; i < COUNT(packings); i++) {
        struct recorder recorder;
        off_t ended;

        begin(&recorder, &output_csv, packings[i]);
        append(&recorder, 300);
        recorder_flush(&recorder);
        ended = file_size();
        append(&recorder, 300);
        recorder_finish(&recorder);
        recorder_close(&recorder);
        for (off_t size = file_size() - 1; size > ended + 1; size -= 7) {
            uint64_t end;

            cr_assert_eq(ftruncate(fd, size), 0);
            cr_expect_geq(count_records(true), 300);
            cr_expect_eq(unpacked_file_find_end(path, &end), 0);
            cr_expect_eq(end, ended, "records can follow there");
        }
        cr_assert_eq(ftruncate(fd, ended), 0);
        cr_expect_eq(count_records(false), 300);
    }
}

/* The file may not grow: records count as written where their frame could end. */
Test(packed_sink, full_file_has_what_was_counted)
{
    static const rlim_t limits[] = {200, 3000, 100000, 100001};

    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < COUNT(packings) * COUNT(limits); i++) {
        struct recorder recorder;

        begin(&recorder, &output_csv, packings[i % COUNT(packings)]);
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){limits[i / COUNT(packings)], RLIM_INFINITY}),
                     0);
        for (unsigned piece = 0; piece < 30; piece++) {
            append(&recorder, 1000);
            recorder_flush(&recorder);
        }
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}), 0);
        cr_expect_eq(recorder_error(&recorder), -EFBIG);
        cr_expect_eq(recorder.written % 1000, 0);
        cr_expect_eq(recorder.written + recorder.dropped, 30000);
        cr_expect_geq(count_records(true), recorder.written);
        recorder_close(&recorder);
    }
}

Test(packed_sink, nothing_can_be_unpacked_too)
{
    char byte;

    for (size_t i = 0; i < COUNT(packings); i++) {
        struct byte_sink *sink;
        struct unpacked_file file;

        cr_assert_eq(ftruncate(fd, 0), 0);
        cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
        cr_assert_eq(output_sink_open(&sink, fd, packings[i]), 0);
        cr_expect_eq(byte_sink_finish(sink), 0);
        byte_sink_close(sink);
        cr_expect_gt(file_size(), 0);
        cr_assert_eq(unpacked_file_open(&file, path), 0);
        cr_expect_eq(unpacked_file_read(&file, &byte, 1), 0);
        unpacked_file_close(&file);
    }
}

Test(packing, is_told_by_the_name)
{
    static const struct {
        const char *path;
        enum packing packing;
        size_t stem;
    } cases[] = {
        {"r.csv.gz", PACKING_GZIP, 5}, {"r.csv.zst", PACKING_ZSTD, 5}, {"r.csv", PACKING_NONE, 5},
        {"r.gz/r", PACKING_NONE, 6},   {".zst", PACKING_NONE, 4},      {"zst", PACKING_NONE, 3},
        {"-", PACKING_NONE, 1},        {"", PACKING_NONE, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t stem;

        cr_expect_eq(packing_of_path(cases[i].path, &stem), cases[i].packing, "%s", cases[i].path);
        cr_expect_eq(stem, cases[i].stem, "%s", cases[i].path);
    }
}
