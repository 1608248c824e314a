// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "output/descriptor_sink.h"
#include "output/recorder.h"
#include "output/records.h"
#include "output/rotation.h"

static int open_recorder(struct recorder *recorder, int fd, const struct output_format *format)
{
    struct byte_sink *sink;

    cr_assert_eq(descriptor_sink_open(&sink, fd), 0);
    return recorder_open(recorder, format, NULL, sink);
}

static void append_many(struct recorder *recorder, unsigned count)
{
    struct record record = record_plain();

    for (unsigned i = 0; i < count; i++, record.time_us++)
        recorder_append(recorder, &record);
}

static uint64_t count_lines(int fd)
{
    static char buffer[65536];
    uint64_t lines = 0;
    ssize_t n;

    while ((n = read(fd, buffer, sizeof(buffer))) > 0)
        for (ssize_t i = 0; i < n; i++)
            lines += buffer[i] == '\n';
    return lines;
}

static int temporary_file(void)
{
    char path[] = "/tmp/hopwire-test-XXXXXX";
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    unlink(path);
    return fd;
}

Test(recorder, counts_what_it_wrote)
{
    struct recorder recorder;
    int fd = temporary_file();

    cr_assert_eq(open_recorder(&recorder, fd, &output_csv), 0);
    cr_assert_eq(recorder_begin(&recorder, NULL), 0);
    append_many(&recorder, 100000); /* several buffers */
    cr_expect_lt(recorder.written, 100000);
    recorder_flush(&recorder);
    cr_expect_eq(recorder.written, 100000);
    cr_expect_eq(recorder.dropped, 0);
    cr_expect_eq(recorder_error(&recorder), 0);

    lseek(fd, 0, SEEK_SET);
    cr_expect_eq(count_lines(fd), 100001);
    recorder_close(&recorder);
    close(fd);
}

Test(recorder, full_device_drops_everything)
{
    struct recorder recorder;
    int fd = open("/dev/full", O_WRONLY);

    cr_assert_eq(open_recorder(&recorder, fd, &output_csv), 0);
    cr_expect_eq(recorder_begin(&recorder, NULL), -ENOSPC);
    append_many(&recorder, 50000);
    recorder_flush(&recorder);
    cr_expect_eq(recorder_error(&recorder), -ENOSPC);
    cr_expect_eq(recorder.written, 0);
    cr_expect_eq(recorder.dropped, 50000);
    recorder_close(&recorder);
    close(fd);
}

/* The file ends in the middle of a record: that one and all later ones are dropped,
 * those before are written. */
Test(recorder, partial_write_counts_whole_records)
{
    static const rlim_t limits[] = {1, 59, 60, 61, 100, 600000, 1000003};

    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct recorder recorder;
        int fd = temporary_file();

        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){limits[i], RLIM_INFINITY}), 0);
        cr_assert_eq(open_recorder(&recorder, fd, &output_jsonl), 0);
        append_many(&recorder, 50000);
        recorder_flush(&recorder);
        append_many(&recorder, 10);

        lseek(fd, 0, SEEK_SET);
        cr_expect_eq(recorder_error(&recorder), -EFBIG);
        cr_expect_eq(recorder.written, count_lines(fd), "limit %lu", (unsigned long)limits[i]);
        cr_expect_eq(recorder.written + recorder.dropped, 50010);
        recorder_close(&recorder);
        close(fd);
    }
}

Test(recorder, record_that_ends_exactly_where_the_file_must_is_written)
{
    struct record record = record_plain();
    struct recorder recorder;
    char text[FORMAT_RECORD_MAX + 1];
    rlim_t length = strlen(record_text(&output_csv, record, text));
    int fd = temporary_file();

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){3 * length, RLIM_INFINITY}), 0);
    cr_assert_eq(open_recorder(&recorder, fd, &output_csv), 0);
    for (int i = 0; i < 5; i++)
        recorder_append(&recorder, &record);
    recorder_flush(&recorder);
    cr_expect_eq(recorder.written, 3);
    cr_expect_eq(recorder.dropped, 2);
    recorder_close(&recorder);
    close(fd);
}

struct slow_reader {
    int fd;
    uint64_t lines;
};

static void *read_slowly(void *argument)
{
    struct slow_reader *reader = argument;
    char buffer[1500];
    ssize_t n;

    while ((n = read(reader->fd, buffer, sizeof(buffer))) > 0) {
        for (ssize_t i = 0; i < n; i++)
            reader->lines += buffer[i] == '\n';
        usleep(10);
    }
    return NULL;
}

static void interrupt(int signal_number)
{
    (void)signal_number;
}

/* An interval timer interrupts the blocked write again and again: EINTR, or fewer bytes than asked for. */
static void start_interruptions(void)
{
    struct sigaction action = {.sa_handler = interrupt}; /* no SA_RESTART */
    struct itimerval timer = {.it_interval.tv_usec = 500, .it_value.tv_usec = 500};

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void write_to_slow_pipe(int flags)
{
    struct slow_reader reader = {0};
    sigset_t alarm_signal;
    struct recorder recorder;
    pthread_t thread;
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(fcntl(fds[1], F_SETFL, flags), 0);
    reader.fd = fds[0];
    sigemptyset(&alarm_signal);
    sigaddset(&alarm_signal, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm_signal, NULL);
    pthread_create(&thread, NULL, read_slowly, &reader);
    pthread_sigmask(SIG_UNBLOCK, &alarm_signal, NULL);
    start_interruptions();

    cr_assert_eq(open_recorder(&recorder, fds[1], &output_csv), 0);
    append_many(&recorder, 20000);
    recorder_flush(&recorder);
    close(fds[1]);
    pthread_join(thread, NULL);
    cr_expect_eq(recorder_error(&recorder), 0);
    cr_expect_eq(recorder.written, 20000);
    cr_expect_eq(reader.lines, 20000);
    recorder_close(&recorder);
    close(fds[0]);
}

Test(recorder, interrupted_and_short_writes_go_on)
{
    write_to_slow_pipe(0);
}

Test(recorder, non_blocking_descriptor_is_waited_for)
{
    write_to_slow_pipe(O_NONBLOCK);
}

Test(recorder, closed_pipe_is_an_error)
{
    struct recorder recorder;
    int fds[2];

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(fds), 0);
    close(fds[0]);
    cr_assert_eq(open_recorder(&recorder, fds[1], &output_csv), 0);
    append_many(&recorder, 5);
    recorder_flush(&recorder);
    cr_expect_eq(recorder_error(&recorder), -EPIPE);
    cr_expect_eq(recorder.written, 0);
    cr_expect_eq(recorder.dropped, 5);
    recorder_close(&recorder);
    close(fds[1]);
}

Test(recorder, a_reader_that_goes_is_noticed_with_nothing_to_write)
{
    struct recorder recorder;
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(open_recorder(&recorder, fds[1], &output_csv), 0);
    byte_sink_look(recorder.sink);
    cr_expect_eq(recorder_error(&recorder), 0);
    close(fds[0]);
    byte_sink_look(recorder.sink);
    cr_expect_eq(recorder_error(&recorder), -EPIPE);
    recorder_close(&recorder);
    close(fds[1]);
}

static size_t read_whole(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY);
    ssize_t length = read(fd, out, size);

    cr_assert(length > 0 && (size_t)length < size, "%s", path);
    close(fd);
    return (size_t)length;
}

/* What a format says of places in its file counts from the start of that file, not of the first. */
Test(recorder, numbered_files_are_alike_where_their_records_are)
{
    static const char *const names[] = {"r.000.parquet", "r.001.parquet", "r.002.parquet"};
    char directory[] = "/tmp/hopwire-test-XXXXXX";
    static char first[65536], other[65536];
    const struct record record = record_plain();
    struct rotation rotation;
    struct recorder recorder;

    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(chdir(directory), 0);
    cr_assert_eq(rotation_init(&rotation, "r.parquet", 1), 0);
    int fd = open(names[0], O_WRONLY | O_CREAT, 0600);

    cr_assert_eq(open_recorder(&recorder, fd, &output_parquet), 0);
    recorder_rotate(&recorder, &rotation);
    cr_assert_eq(recorder_begin(&recorder, NULL), 0);
    for (int i = 0; i < 2; i++)
        recorder_append(&recorder, &record); /* each fills its file */
    recorder_finish(&recorder);
    recorder_close(&recorder);
    rotation_free(&rotation);
    close(fd);

    size_t length = read_whole(names[0], first, sizeof(first));

    cr_expect_eq(read_whole(names[1], other, sizeof(other)), length);
    cr_expect_arr_eq(first, other, length);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(unlink(names[i]), 0, "%s", names[i]);
    cr_expect_eq(chdir("/") | rmdir(directory), 0);
}
