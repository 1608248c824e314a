// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/status_file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "table.h"

static struct survey_status sample(void)
{
    return (struct survey_status){
        .elapsed_ns = 10 * NS_PER_S,
        .probes = 4000,
        .ledger =
            {
                .generated = 1000,
                .sent = 990,
                .tx_dropped = 10,
                .received = 400,
                .passed = 50,
                .accepted = 330,
                .ring_full = 7,
                .writer_dropped = 3,
            },
    };
}

static void expect_line(const struct status_line *line, const char *expected)
{
    char text[STATUS_LINE_SIZE];
    int length = status_line_format(line, text);

    cr_assert(length > 0 && length < STATUS_LINE_SIZE);
    text[length] = '\0';
    cr_expect_str_eq(text, expected, "%s", text);
}

Test(status_file, lines_have_the_columns_of_zmap)
{
    struct survey_status status = sample();
    struct status_line line = {
        .status = &status,
        .real_time = 1700000000,
        .elapsed = 10,
        .interval = 2,
        .active = 3,
        .before = {.sent = 790, .success = 310, .received = 340, .dropped = 8, .failed = 20},
    };

    setenv("TZ", "UTC", 1);
    tzset();
    expect_line(&line, "2023-11-14 22:13:20,10,30,25.000000,33.333333,3,990,100,99,330,10,33,350,5,35,10,1,1,"
                       "10,0,1\n");
    line.done = true;
    expect_line(&line, "2023-11-14 22:13:20,10,0,100.000000,33.333333,3,990,100,99,330,10,33,350,5,35,10,1,1,"
                       "10,0,1\n");
    line.done = false;
    status.probes = STRATEGY_LEFT_UNKNOWN;
    expect_line(&line, "2023-11-14 22:13:20,10,,,33.333333,3,990,100,99,330,10,33,350,5,35,10,1,1,10,0,1\n");
}

/* All probes have left, and replies are still waited for: 100 % is for the last line. */
Test(status_file, only_the_end_says_that_all_is_done)
{
    struct survey_status status = {.probes = 1000, .ledger.generated = 1000, .ledger.sent = 1000};
    struct status_line line = {.status = &status};
    char text[STATUS_LINE_SIZE];

    text[status_line_format(&line, text)] = '\0';
    cr_expect_null(strstr(text, ",100.000000,"), "%s", text);
    status = (struct survey_status){0};
    text[status_line_format(&line, text)] = '\0';
    cr_expect_null(strstr(text, "nan"), "%s", text);
    cr_expect_null(strstr(text, "inf"), "%s", text);
}

/* The longest line is whole in a pipe. */
Test(status_file, lines_fit)
{
    struct survey_status status;
    struct status_line line = {.status = &status, .real_time = 1700000000, .elapsed = 1e9, .interval = 1e-9};
    char text[STATUS_LINE_SIZE];

    memset(&status, 0x7f, sizeof(status));
    status.probes = UINT64_MAX - 1;
    line.active = UINT32_MAX;
    cr_expect_lt(status_line_format(&line, text), STATUS_LINE_SIZE);
}

static char folder[64], path[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/hopwire-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/status", folder);
}

static unsigned lines_of(const char *text)
{
    unsigned lines = 0;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

Test(status_file, a_line_a_second_behind_the_names)
{
    struct survey_status status = sample();
    struct status_file file;
    char text[4096];

    make_folder();
    cr_assert_eq(status_file_open(&file, path, false), EXIT_DONE);
    cr_assert_eq(status_file_begin(&file), 0);
    file.due_ns = 5 * NS_PER_S;
    cr_expect_not(status_file_due(&file, 5 * NS_PER_S - 1));
    for (uint64_t i = 5; i < 8; i++) {
        struct status_line line = {.status = &status, .elapsed = (double)i};

        cr_expect(status_file_due(&file, i * NS_PER_S));
        status_file_write(&file, &line, i * NS_PER_S + 10 * NS_PER_MS);
        cr_expect_not(status_file_due(&file, (i + 1) * NS_PER_S - 1), "lines do not drift");
    }
    status_file_close(&file);
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof(text) - 1);
    cr_assert_gt(n, 0);
    text[n] = '\0';
    cr_expect_eq(lines_of(text), 4);
    cr_expect_eq(strncmp(text, "real-time,time-elapsed,", 23), 0);
    cr_expect_eq(status_file_open(&file, path, false), EXIT_UNUSABLE, "nothing is written over unasked");
    status_file_close(&file);
    close(fd);
    unlink(path);
    cr_expect_eq(rmdir(folder), 0);
}

/* Nobody reads the pipe: lines are missed, and nobody waits. */
Test(status_file, a_pipe_that_is_full_holds_up_nobody, .timeout = 20)
{
    struct survey_status status = sample();
    struct status_file file;
    char text[65536];
    ssize_t n;

    make_folder();
    cr_assert_eq(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    cr_assert_eq(status_file_open(&file, path, false), EXIT_DONE);
    cr_assert_eq(status_file_begin(&file), 0);
    for (uint64_t i = 1; i <= 2000; i++) {
        struct status_line line = {.status = &status, .elapsed = (double)i};

        status_file_write(&file, &line, i * NS_PER_S);
        cr_assert_eq(file.error, 0);
    }
    n = read(reader, text, sizeof(text) - 1);
    cr_assert_gt(n, 0);
    cr_expect_eq(text[n - 1], '\n', "lines are whole");
    status_file_close(&file);
    close(reader);
    unlink(path);
    rmdir(folder);
}

Test(status_file, there_may_be_none)
{
    struct status_file file;

    cr_expect_eq(status_file_open(&file, NULL, false), EXIT_DONE);
    cr_expect_eq(status_file_begin(&file), 0);
    cr_expect_not(status_file_due(&file, UINT64_MAX));
    status_file_close(&file);
}
