// SPDX-License-Identifier: GPL-2.0-or-later
/* Written, and read again by our own reader; what readers of others say stands in tests/e2e/test_parquet.py. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/descriptor_sink.h"
#include "output/parquet_journal.h"
#include "output/recorder.h"
#include "output/records.h"
#include "output/results.h"
#include "reference.h"

enum {
    FEW = 5,
    MANY = 3000,        /* more than a batch, and no whole number of them */
    PAGES = 150 * 1000, /* many pages of a column, with numbers at first, then without */
};

/* A file that has no name any more. */
static FILE *temporary(void)
{
    FILE *file = tmpfile();

    cr_assert_not_null(file);
    return file;
}

static struct column_list all_columns(void)
{
    struct column_list list;
    struct span wrong;

    cr_assert(column_list_parse(&list, "*", &wrong));
    return list;
}

/* Most as a survey has them, each with something of its own. */
static struct record made_record(uint64_t i)
{
    struct record record = column_empty_record();
    uint64_t draw = reference_random(&(uint64_t){i + 1});

    record.time_us = i % 7 ? 1700000000000000 + i : RECORD_NO_TIME;
    record.responder = IPV4((uint32_t)(draw % 50));
    record.target_address =
        i % 3 ? IPV4((uint32_t)(draw >> 32)) : (struct address){0x2001000000000000 | draw, draw % 9};
    record.source = IPV4(0x0a000001);
    record.rtt_us = i % 5 ? (uint32_t)draw % 100000 : RECORD_NO_RTT;
    record.flow = (uint16_t)(draw >> 20);
    record.probe_ttl = (uint8_t)(draw >> 8);
    record.quoted_tos = i % 2 ? RECORD_NO_TOS : (uint16_t)(draw & 0xff);
    record.label_count = draw % 4 == 0;
    record.labels[0] = record.label_count ? (uint32_t)draw : 0;
    record.flags = draw % 10 == 0 ? RECORD_DUPLICATE : 0;
    return record;
}

static void write_records(FILE *file, const struct record *records, unsigned count)
{
    const struct column_list all = all_columns();
    struct byte_sink *sink;
    struct recorder recorder;

    cr_assert_eq(descriptor_sink_open(&sink, fileno(file)), 0);
    cr_assert_eq(recorder_open(&recorder, &output_parquet, &all, sink), 0);
    cr_assert_eq(recorder_begin(&recorder, NULL), 0);
    for (unsigned i = 0; i < count; i++)
        recorder_append(&recorder, &records[i]);
    recorder_finish(&recorder);
    cr_assert_eq(counter_read(&recorder.written), count);
    cr_assert_eq(recorder_error(&recorder), 0);
    recorder_close(&recorder);
}

struct reading {
    unsigned records; /* that are as expected, before the end or the error */
    int result;
    bool unfinished;
    struct error_text error;
};

/* The file must be there under a name. */
static struct reading read_records(FILE *file, const struct record *expected, unsigned most)
{
    const struct column_list usual = column_list_default();
    struct reading reading = {0};
    struct results *results;
    struct record record;
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    reading.result = results_open(&results, path, &usual, &reading.error);
    if (reading.result)
        return reading;
    while ((reading.result = results_next(results, &record, &reading.error)) == 1) {
        cr_assert_lt(reading.records, most);
        if (expected && memcmp(&record, &expected[reading.records], sizeof(record)) != 0)
            cr_assert_fail("record %u differs", reading.records);
        reading.records++;
    }
    reading.unfinished = results_unfinished_tail(results);
    results_close(results);
    return reading;
}

static struct record *made_records(unsigned count)
{
    struct record *records = calloc(count, sizeof(*records));

    cr_assert_not_null(records);
    for (unsigned i = 0; i < count; i++)
        records[i] = made_record(i);
    return records;
}

/* Closes a whole file that holds these. */
static void expect_all(FILE *file, const struct record *records, unsigned count)
{
    struct reading reading = read_records(file, records, count);

    cr_expect_eq(reading.result, 0, "%s", reading.error.text);
    cr_expect_eq(reading.records, count);
    cr_expect_not(reading.unfinished);
    fclose(file);
}

Test(parquet, gives_back_every_column_of_every_record)
{
    struct record *records = made_records(MANY);
    FILE *file = temporary();

    records[MANY / 2] = record_largest();
    write_records(file, records, MANY);
    expect_all(file, records, MANY);
    free(records);
}

Test(parquet, pages_of_a_column_follow_each_other)
{
    struct record *records = made_records(PAGES);
    FILE *file = temporary();

    write_records(file, records, PAGES);
    expect_all(file, records, PAGES);
    free(records);
}

Test(parquet, may_have_no_record)
{
    FILE *file = temporary();

    write_records(file, NULL, 0);
    struct reading reading = read_records(file, NULL, 0);

    cr_expect_eq(reading.result, 0, "%s", reading.error.text);
    cr_expect_eq(reading.records, 0);
    fclose(file);
}

Test(parquet, a_group_ends_after_its_time)
{
    struct record records[FEW];
    FILE *file = temporary();

    for (unsigned i = 0; i < FEW; i++) {
        records[i] = record_plain();
        records[i].time_us += i * 31000000ULL;
    }
    write_records(file, records, FEW);

    char *bytes;
    long size = ftell(file);

    cr_assert_geq(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    bytes = malloc((size_t)size);
    rewind(file);
    cr_assert_eq(fread(bytes, 1, (size_t)size, file), (size_t)size);
    unsigned groups = 0;

    for (const char *at = bytes; (at = memmem(at, (size_t)(bytes + size - at), parquet_group_tag, 8));
         at += 8)
        groups++;
    cr_expect_geq(groups, 2);
    free(bytes);
    cr_expect_eq(read_records(file, records, FEW).records, FEW);
    fclose(file);
}

/* Groups of half a minute, each of 750 records, of whose targets most are different: all but the first are PLAIN. */
static void spread(struct record *records, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        records[i].time_us = 1700000000000000 + i * 40000;
}

Test(parquet, addresses_that_are_all_different_come_back)
{
    struct record *records = made_records(20 * MANY);
    FILE *file = temporary();

    spread(records, 20 * MANY);
    write_records(file, records, 20 * MANY);
    struct reading reading = read_records(file, records, 20 * MANY);

    cr_expect_eq(reading.result, 0, "%s", reading.error.text);
    cr_expect_eq(reading.records, 20 * MANY, "also where it is looked at again whether they are");
    fclose(file);
    free(records);
}

/* Cut off anywhere, a file gives whole groups or none, and says that it is cut where its end is missing. */
Test(parquet, cut_off_anywhere_gives_whole_groups)
{
    struct record *records = made_records(MANY);
    FILE *file = temporary();

    spread(records, MANY);
    write_records(file, records, MANY);
    cr_assert_geq(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    unsigned before = MANY;

    for (long length = size - 1; length >= 4; length -= 1 + size / 200) {
        cr_assert_eq(ftruncate(fileno(file), length), 0);
        struct reading reading = read_records(file, records, MANY);

        cr_expect_leq(reading.records, before);
        cr_expect(reading.result == 0 || reading.records == 0, "%s", reading.error.text);
        before = reading.records;
    }
    cr_expect_eq(before, 0);
    fclose(file);
    free(records);
}

/* What is damaged is refused or read as something else, and nothing worse: the sanitizers look on. */
/* A file's descriptor that is kept open by name: where its last whole group ends. */
static uint64_t position_of(FILE *file, const struct record *records, unsigned count)
{
    const struct column_list usual = column_list_default();
    struct results *results;
    struct record record;
    struct error_text error;
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    cr_assert_eq(results_open(&results, path, &usual, &error), 0, "%s", error.text);
    for (unsigned i = 0; i < count; i++) {
        cr_assert_eq(results_next(results, &record, &error), 1, "%s", error.text);
        cr_assert_arr_eq(&record, &records[i], sizeof(record));
    }
    uint64_t position = results_position(results);

    results_close(results);
    return position;
}

/* As a run does that was killed behind a checkpoint, or was stopped, and another one that goes on with its file. */
static void go_on(FILE *file, const struct record *records, unsigned from, unsigned to)
{
    const struct column_list all = all_columns();
    uint64_t position = position_of(file, records, from);
    struct byte_sink *sink;
    struct recorder recorder;

    cr_assert_eq(ftruncate(fileno(file), (off_t)position), 0);
    cr_assert_geq(lseek(fileno(file), 0, SEEK_END), 0);
    cr_assert_eq(descriptor_sink_open(&sink, fileno(file)), 0);
    cr_assert_eq(recorder_open(&recorder, &output_parquet, &all, sink), 0);
    cr_assert_eq(recorder_continue(&recorder, NULL, fileno(file), position), 0);
    for (unsigned i = from; i < to; i++)
        recorder_append(&recorder, &records[i]);
    recorder_pass(&recorder);
    cr_expect_eq(counter_read(&recorder.written), to - from, "nothing is held any more");
    if (from % 2)
        recorder_finish(&recorder); /* a footer, which goes again */
    recorder_close(&recorder);
}

Test(parquet, is_gone_on_with_behind_its_groups)
{
    static const unsigned stops[] = {0, 1, 700, 1001, MANY};
    struct record *records = made_records(MANY);
    FILE *file = temporary();

    write_records(file, records, 0);
    for (unsigned i = 1; i < sizeof(stops) / sizeof(stops[0]); i++)
        go_on(file, records, stops[i - 1], stops[i]);
    expect_all(file, records, MANY);
    free(records);
}

/* Who goes on where that is has none of the records behind it. */
Test(parquet, a_place_within_a_group_is_where_the_group_begins)
{
    const struct column_list usual = column_list_default();
    struct record *records = made_records(FEW), record;
    FILE *file = temporary();
    struct results *results;
    struct error_text error;
    char path[64];

    write_records(file, records, FEW);
    uint64_t begin = position_of(file, records, 0), end = position_of(file, records, FEW);

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    cr_assert_eq(results_open(&results, path, &usual, &error), 0, "%s", error.text);
    for (uint32_t i = 0; i <= FEW; i++) {
        cr_expect_eq(results_beyond(results), i < FEW ? i : 0);
        cr_expect_eq(results_position(results), i < FEW ? begin : end);
        cr_expect_eq(results_next(results, &record, &error), i < FEW);
    }
    results_close(results);
    fclose(file);
    free(records);
}

/* What is taken up must be whole, and end where a group does. */
Test(parquet, is_not_gone_on_with_within_a_group)
{
    struct record *records = made_records(FEW);
    FILE *file = temporary();

    write_records(file, records, FEW);
    uint64_t position = position_of(file, records, FEW);

    for (uint64_t end = 0; end <= position + 8; end++) {
        struct parquet_journal journal = {0};
        int result = parquet_journal_read(&journal, fileno(file), end);

        if (end == position)
            cr_expect(result == 0 && journal.records == FEW && journal.group_count == 1);
        else if (end != position_of(file, records, 0))
            cr_expect_eq(result, -EINVAL, "%lu: %d", (unsigned long)end, result);
        parquet_journal_free(&journal);
    }
    fclose(file);
    free(records);
}

Test(parquet, survives_damage)
{
    struct record *records = made_records(MANY / 2);
    uint64_t random = 7;
    FILE *file = temporary();
    unsigned refused = 0;

    spread(records, MANY / 2);
    write_records(file, records, MANY / 2);
    cr_assert_geq(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);

    for (int round = 0; round < 700; round++) {
        off_t at = (off_t)(4 + reference_random(&random) % (size - 4));
        uint8_t old, changed;

        cr_assert_eq(pread(fileno(file), &old, 1, at), 1);
        changed = (uint8_t)(old ^ (1 + reference_random(&random) % 255));
        cr_assert_eq(pwrite(fileno(file), &changed, 1, at), 1);
        refused += read_records(file, NULL, UINT32_MAX).result < 0;
        cr_assert_eq(pwrite(fileno(file), &old, 1, at), 1);
    }
    cr_expect_gt(refused, 100);
    fclose(file);
    free(records);
}

Test(parquet, of_others_is_refused)
{
    static const char foreign[] =
        "PAR1\x15\x04\x15\x10\x15\x14L\x15\x02\x15\x00\x12\x00\x00 and more of it PAR1";
    FILE *file = temporary();

    cr_assert_eq(fwrite(foreign, sizeof(foreign) - 1, 1, file), 1);
    fflush(file);
    struct reading reading = read_records(file, NULL, 0);

    cr_expect_lt(reading.result, 0);
    cr_expect_not_null(strstr(reading.error.text, "another program"), "%s", reading.error.text);
    fclose(file);
}
