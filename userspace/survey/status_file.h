// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `--status-file`: a line of CSV a second, with the columns of zmap's --status-updates-file, so that what
 * watches one watches the other. The last line of a survey that came to its end says 100 %.
 *
 *     real-time, time-elapsed, time-remaining, percent-complete      remaining and percent are empty where a
 *                                                                    strategy does not know how much is left
 *     hit-rate                         replies in a hundred probes
 *     active-send-threads
 *     sent-…, recv-success-…           probes; replies that are ours
 *     recv-total-…                     what looked like replies
 *     pcap-drop-total, drop-…          lost on this host on the way in, up to the records
 *     sendto-fail-…                    tx_dropped
 *
 * Each of these with its total, that of the last second, and the mean a second. Whoever reads it by a pipe and
 * does not keep up misses lines, and holds up nobody.
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
    bool created; /* and to be removed, unless it begins */
    int error;    /* the last one, told once */
    uint64_t due_ns, written_ns;
    struct status_sums written;
};

/* What a line says; `status` and the times are its own. */
struct status_line {
    const struct survey_status *status;
    time_t real_time;
    double elapsed;            /* seconds since the start */
    double interval;           /* since the line before, or the start */
    unsigned active;           /* senders that have not ended */
    bool done;                 /* the survey came to its end */
    struct status_sums before; /* with the line before */
};

enum {
    STATUS_LINE_SIZE = 512, /* below PIPE_BUF: a pipe takes a line whole or not at all */
};

/* status_file_open() opens `path`, where it is not NULL, as a command's output: an exit code, after one line
 * on stderr where it is not EXIT_DONE. status_file_begin() empties it and writes the names of the columns; 0 or
 * a negative errno. status_file_close() is right after every outcome, and where `fd` is -1. */
int status_file_open(struct status_file *file, const char *path, bool overwrite);

int status_file_begin(struct status_file *file);
void status_file_close(struct status_file *file);

/* status_file_is_one() tells whether what is at `path` was written as one. */
bool status_file_is_one(const char *path);

/* status_line_format() writes a line, with its newline, and returns its length. status_sums_of() adds up what
 * it is about. */
int status_line_format(const struct status_line *line, char text[STATUS_LINE_SIZE]);
struct status_sums status_sums_of(const struct survey_status *status);

/* status_file_due() says whether a line is due at `now_ns`. status_file_write() writes it; its `interval` and
 * `before` are filled in here. */
bool status_file_due(const struct status_file *file, uint64_t now_ns);
void status_file_write(struct status_file *file, struct status_line *line, uint64_t now_ns);
