// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/stop_signal.h"
#include "output/records.h"
#include "output/writer.h"

static struct writer *start(int fd, const struct output_format *format, unsigned producers, uint64_t capacity)
{
    struct writer_config config = {.outputs = {{.fd = fd, .format = format}},
                                   .output_count = 1,
                                   .producers = producers,
                                   .ring_capacity = capacity};
    struct writer *writer;

    cr_assert_eq(writer_start(&writer, &config), 0);
    cr_assert_eq(writer_begin(writer, NULL), 0);
    return writer;
}

/* Pushes records numbered by their time; returns how many were taken. */
static uint64_t push_many(struct writer *writer, unsigned producer, uint64_t count)
{
    struct record record = record_plain();
    uint64_t taken = 0;

    record.flow = (uint16_t)producer;
    for (record.time_us = 1; record.time_us <= count; record.time_us++)
        taken += writer_push(writer, producer, &record);
    return taken;
}

static FILE *temporary_file(void)
{
    FILE *file = tmpfile();

    cr_assert_not_null(file);
    return file;
}

enum {
    PRODUCERS = 3,
    EACH = 50000,
};

struct producer_thread {
    struct writer *writer;
    unsigned index;
    uint64_t taken;
};

static void *produce(void *argument)
{
    struct producer_thread *producer = argument;

    producer->taken = push_many(producer->writer, producer->index, EACH);
    return NULL;
}

/* Every line of the file is one record; those of each producer come in the order
 * in which they were pushed. */
static uint64_t check_order(FILE *file)
{
    long long last[PRODUCERS] = {-1, -1, -1};
    char line[FORMAT_RECORD_MAX];
    uint64_t lines = 0;

    rewind(file);
    cr_assert_not_null(fgets(line, sizeof(line), file)); /* the header */
    while (fgets(line, sizeof(line), file)) {
        long long time;
        unsigned flow;

        cr_assert_eq(sscanf(line, "%lld,240.1.2.3,8.8.8.7,%u,", &time, &flow), 2, "%s", line);
        cr_assert_lt(flow, PRODUCERS);
        cr_assert_gt(time, last[flow]);
        last[flow] = time;
        lines++;
    }
    return lines;
}

Test(writer, writes_what_several_producers_push)
{
    FILE *file = temporary_file();
    struct writer *writer = start(fileno(file), &output_csv, PRODUCERS, 4096);
    struct producer_thread producers[PRODUCERS];
    pthread_t threads[PRODUCERS];
    uint64_t taken = 0;

    for (unsigned i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct producer_thread){writer, i, 0};
        pthread_create(&threads[i], NULL, produce, &producers[i]);
    }
    for (unsigned i = 0; i < PRODUCERS; i++) {
        pthread_join(threads[i], NULL);
        taken += producers[i].taken;
    }
    cr_expect_eq(writer_stop(writer), 0);
    cr_expect_eq(writer_written(writer), taken);
    cr_expect_eq(writer_written(writer) + writer_dropped(writer), PRODUCERS * EACH);
    cr_expect_eq(check_order(file), taken);
    writer_destroy(writer);
    fclose(file);
}

Test(writer, loses_nothing_where_the_rings_are_large_enough)
{
    FILE *file = temporary_file();
    struct writer *writer = start(fileno(file), &output_csv, 1, 8192);

    cr_expect_eq(push_many(writer, 0, 8192), 8192);
    cr_expect_eq(writer_stop(writer), 0);
    cr_expect_eq(writer_written(writer), 8192);
    cr_expect_eq(writer_dropped(writer), 0);
    writer_destroy(writer);
    fclose(file);
}

Test(writer, shows_a_record_without_being_stopped, .timeout = 20)
{
    FILE *file = temporary_file();
    struct writer *writer = start(fileno(file), &output_jsonl, 1, 16);
    struct stat status;

    push_many(writer, 0, 1);
    do {
        usleep(1000);
        cr_assert_eq(fstat(fileno(file), &status), 0);
    } while (status.st_size == 0); /* the time-out of the test ends it */
    while (writer_written(writer) == 0)
        usleep(1000);
    cr_expect_eq(writer_stop(writer), 0);
    writer_destroy(writer);
    fclose(file);
}

static void *count_lines(void *argument)
{
    int fd = *(int *)argument;
    uintptr_t lines = 0;
    char buffer[65536];
    ssize_t n;

    while ((n = read(fd, buffer, sizeof(buffer))) > 0)
        for (ssize_t i = 0; i < n; i++)
            lines += buffer[i] == '\n';
    return (void *)lines;
}

/* Nobody reads while ten times more is pushed than pipe, buffer and ring hold: the producer must get through
 * all the same. */
Test(writer, stalled_reader_costs_counted_drops, .timeout = 60)
{
    struct writer *writer;
    pthread_t thread;
    void *lines;
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    writer = start(fds[1], &output_csv, 1, 1024);
    uint64_t taken = push_many(writer, 0, 200000);
    cr_expect_lt(taken, 200000);

    pthread_create(&thread, NULL, count_lines, &fds[0]);
    cr_expect_eq(writer_stop(writer), 0);
    close(fds[1]);
    pthread_join(thread, &lines);
    cr_expect_eq(writer_written(writer), taken);
    cr_expect_eq(writer_written(writer) + writer_dropped(writer), 200000);
    cr_expect_eq((uintptr_t)lines, writer_written(writer) + 1);
    writer_destroy(writer);
    close(fds[0]);
}

static void expect_all_dropped(int fd, int error)
{
    struct writer *writer = start(fd, &output_jsonl, 1, 1024);

    push_many(writer, 0, 30000);
    cr_expect_eq(writer_stop(writer), error);
    cr_expect_eq(writer_error(writer), error);
    cr_expect_eq(writer_written(writer), 0);
    cr_expect_eq(writer_dropped(writer), 30000);
    writer_destroy(writer);
}

Test(writer, full_device_drops_everything)
{
    int fd = open("/dev/full", O_WRONLY);

    expect_all_dropped(fd, -ENOSPC);
    close(fd);
}

/* SIGPIPE has its default action, which ends the process: it must not come out of the writer. */
Test(writer, closed_pipe_drops_everything)
{
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    close(fds[0]);
    expect_all_dropped(fds[1], -EPIPE);
    close(fds[1]);
}

/* The same with SIGXFSZ. */
Test(writer, file_that_may_not_grow_keeps_whole_records)
{
    FILE *file = temporary_file();
    struct writer *writer = start(fileno(file), &output_csv, 1, 1024);

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){700001, RLIM_INFINITY}), 0);
    while (writer_error(writer) == 0)
        push_many(writer, 0, 100);
    push_many(writer, 0, 100);
    cr_expect_eq(writer_stop(writer), -EFBIG);
    cr_expect_gt(writer_written(writer), 0);
    cr_expect_gt(writer_dropped(writer), 0);

    lseek(fileno(file), 0, SEEK_SET);
    int fd = fileno(file);
    cr_expect_eq((uintptr_t)count_lines(&fd), writer_written(writer) + 1);
    writer_destroy(writer);
    fclose(file);
}

/* Records on the way into a pipe that nobody reads: what fits the pipe is written, the rest given up. */
Test(writer, abandoned_reader_costs_counted_drops, .timeout = 20)
{
    enum { RECORDS = 8192 };
    int ends[2];
    char byte;
    uint64_t lines = 0;

    cr_assert_eq(pipe(ends), 0);
    struct writer *writer = start(ends[1], &output_csv, 1, RECORDS);
    cr_assert_eq(push_many(writer, 0, RECORDS), RECORDS);
    writer_finish(writer);
    cr_expect_not(writer_finished(writer), "the pipe holds less than that");
    writer_abandon(writer);
    cr_expect_eq(writer_stop(writer), -ECANCELED);
    cr_expect(writer_finished(writer));
    cr_expect_eq(writer_written(writer) + writer_dropped(writer), RECORDS);

    close(ends[1]);
    while (read(ends[0], &byte, 1) == 1)
        lines += byte == '\n';
    cr_expect_eq(lines, writer_written(writer) + 1, "and the header");
    close(ends[0]);
    writer_destroy(writer);
}

Test(writer, can_be_destroyed_while_it_writes, .timeout = 20)
{
    enum { RECORDS = 8192 };
    int ends[2];
    char byte;
    uint64_t lines = 0;

    cr_assert_eq(pipe(ends), 0);
    struct writer *writer = start(ends[1], &output_csv, 1, RECORDS);
    cr_assert_eq(push_many(writer, 0, RECORDS), RECORDS);
    writer_destroy(writer);
    close(ends[1]);
    while (read(ends[0], &byte, 1) == 1)
        lines += byte == '\n';
    cr_expect_leq(lines, RECORDS, "the pipe holds less than all records and the header");
    close(ends[0]);
}

static int begin_on(int fd)
{
    struct writer_config config = {.outputs = {{.fd = fd, .format = &output_csv}},
                                   .output_count = 1,
                                   .producers = 1,
                                   .ring_capacity = 16};
    struct writer *writer;

    cr_assert_eq(writer_start(&writer, &config), 0);
    int error = writer_begin(writer, NULL);
    writer_destroy(writer);
    close(fd);
    return error;
}

Test(writer, does_not_begin_where_the_header_cannot_be_written)
{
    int fds[2];

    cr_expect_eq(begin_on(open("/dev/full", O_WRONLY)), -ENOSPC);
    cr_assert_eq(pipe(fds), 0);
    close(fds[0]);
    cr_expect_eq(begin_on(fds[1]), -EPIPE);
}

/* Where the thread looked for the reader first, a header that nobody had to write failed, now and then. */
Test(writer, the_thread_leaves_the_file_alone_until_it_begins)
{
    struct writer_config config = {
        .outputs = {{.format = &output_jsonl}}, .output_count = 1, .producers = 1, .ring_capacity = 16};
    struct writer *writer;
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    close(fds[0]);
    config.outputs[0].fd = fds[1];
    cr_assert_eq(writer_start(&writer, &config), 0);
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL); /* time enough for the thread */
    cr_expect_eq(writer_error(writer), 0);
    cr_expect_eq(writer_begin(writer, NULL), 0);
    writer_destroy(writer);
    close(fds[1]);
}

static off_t bytes_before_begin(struct recorder_config output)
{
    FILE *file = temporary_file();
    struct writer_config config = {
        .outputs = {output}, .output_count = 1, .producers = 1, .ring_capacity = 16};
    struct writer *writer;
    struct stat status;

    config.outputs[0].fd = fileno(file);
    cr_assert_eq(writer_start(&writer, &config), 0);
    writer_destroy(writer);
    cr_assert_eq(fstat(fileno(file), &status), 0);
    fclose(file);
    return status.st_size;
}

/* Nor an end: the file may hold what another run has left. */
Test(writer, writes_nothing_before_it_begins)
{
    cr_expect_eq(bytes_before_begin((struct recorder_config){.format = &output_csv}), 0);
    cr_expect_eq(bytes_before_begin((struct recorder_config){.format = &output_parquet}), 0);
    cr_expect_eq(bytes_before_begin((struct recorder_config){.format = &output_csv, .packing = PACKING_GZIP}),
                 0);
    cr_expect_eq(bytes_before_begin((struct recorder_config){.format = &output_csv, .packing = PACKING_ZSTD}),
                 0);
}

/* A pipe that nobody reads must not keep the user from stopping the run. */
Test(writer, gives_up_the_header_where_the_run_is_to_end, .timeout = 10)
{
    char filling[65536] = "";
    int fds[2];

    stop_signals_block(NULL);
    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(write(fds[1], filling, sizeof(filling)), (ssize_t)sizeof(filling));
    cr_assert_eq(kill(getpid(), SIGTERM), 0);
    cr_expect_eq(begin_on(fds[1]), -EINTR);
    cr_expect_eq(stop_signal_take(), SIGTERM);
    close(fds[0]);
}

Test(writer, refuses_a_ring_that_is_no_power_of_two)
{
    struct writer_config config = {.outputs = {{.fd = STDOUT_FILENO, .format = &output_csv}},
                                   .output_count = 1,
                                   .producers = 1,
                                   .ring_capacity = 1000};
    struct writer *writer;

    cr_expect_eq(writer_start(&writer, &config), -EINVAL);
}

/* By a descriptor of its own: the writer goes on at the end. */
static uint64_t lines_of(FILE *file)
{
    char path[32];
    uint64_t lines = 0;
    int c;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    FILE *copy = fopen(path, "r");
    while ((c = getc(copy)) != EOF)
        lines += c == '\n';
    fclose(copy);
    return lines;
}

/* While another producer goes on, so that the rings are never empty. */
Test(writer, mark_is_passed_once_all_before_it_is_in_the_file, .timeout = 60)
{
    FILE *file = temporary_file();
    struct writer *writer = start(fileno(file), &output_csv, 2, 65536);
    struct producer_thread other = {.writer = writer, .index = 1};
    uint64_t pushed = 0, records;
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, produce, &other), 0);
    for (unsigned i = 0; i < 10; i++) {
        pushed += push_many(writer, 0, 100);
        writer_mark(writer);
        while (!writer_passed(writer, &records))
            usleep(100);
        cr_expect_geq(records, pushed);
        cr_expect_geq(lines_of(file), records + 1);
    }
    pthread_join(thread, NULL);
    cr_expect_eq(writer_stop(writer), 0);
    writer_destroy(writer);
    fclose(file);
}

Test(writer, mark_is_not_passed_where_writing_fails, .timeout = 60)
{
    int full = open("/dev/full", O_WRONLY);
    struct writer_config config = {.outputs = {{.fd = full, .format = &output_csv}},
                                   .output_count = 1,
                                   .producers = 1,
                                   .ring_capacity = 64};
    struct writer *writer;
    uint64_t records;

    cr_assert_eq(writer_start(&writer, &config), 0);
    cr_expect_eq(writer_continue(writer, 0, NULL, full, 10), 0);
    cr_expect_eq(writer_go_on(writer), 0);
    push_many(writer, 0, 1);
    writer_mark(writer);
    while (!writer_error(writer))
        usleep(100);
    usleep(10000);
    cr_expect_not(writer_passed(writer, &records));
    writer_destroy(writer);
    close(full);
}
