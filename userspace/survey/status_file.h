// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `--status-file`: one line of CSV per second, with the columns of zmap's --status-updates-file, so that
 * monitors of zmap can read it. The last line of a survey that came to its end says 100 %.
 *
 *     real-time, time-elapsed, time-remaining, percent-complete      remaining and percent are empty where a
 *                                                                    strategy does not know how much is left
 *     hit-rate                         replies per hundred probes
 *     active-send-threads
 *     sent-…, recv-success-…           probes; accepted replies
 *     recv-total-…                     all packets that looked like replies
 *     pcap-drop-total, drop-…          lost on this host on the way in, up to the records
 *     sendto-fail-…                    tx_dropped
 *
 * Each of the last five counts has three columns: total, value of the last second, mean per second. A reader
 * behind a pipe that does not keep up misses lines, and delays nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "survey/status.h"

struct status_sums {
    uint64_t sent, success, received, dropped, failed;
};

struct status_file {
    const char *path; /* NULL: there is none */
    int fd;
    bool created; /* remove the file again, unless it begins */
    int error;    /* the last error, reported once */
    uint64_t due_ns, written_ns;
    struct status_sums written;
};

/* The content of a line; `status` and the times belong to it. */
struct status_line {
    const struct survey_status *status;
    time_t real_time;
    double elapsed;            /* seconds since the start */
    double interval;           /* since the line before, or the start */
    unsigned active;           /* senders that have not ended */
    bool done;                 /* the survey came to its end */
    struct status_sums before; /* as in the line before */
};

enum {
    STATUS_LINE_SIZE = 512, /* below PIPE_BUF, so a pipe takes a line whole or not at all */
};

/* status_file_open() opens `path`, where it is not NULL, as a command's output. Returns an exit code, after
 * one line on stderr where it is not EXIT_DONE. status_file_begin() empties it and writes the names of the
 * columns. Returns 0 or a negative errno. status_file_close() may be called after any outcome, and where
 * `fd` is -1. */
int status_file_open(struct status_file *file, const char *path, bool overwrite);

int status_file_begin(struct status_file *file);
void status_file_close(struct status_file *file);

/* status_file_is_one() returns true if the file at `path` was written as a status file. */
bool status_file_is_one(const char *path);

/* status_line_format() writes a line, with its newline, and returns its length. status_sums_of() computes
 * the sums for it. */
int status_line_format(const struct status_line *line, char text[STATUS_LINE_SIZE]);
struct status_sums status_sums_of(const struct survey_status *status);

/* status_file_due() returns true if a line is due at `now_ns`. status_file_write() writes it, and fills in
 * its `interval` and `before`. */
bool status_file_due(const struct status_file *file, uint64_t now_ns);
void status_file_write(struct status_file *file, struct status_line *line, uint64_t now_ns);
