// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file into which a survey captures what it receives (receive/capture_writer.h). Private to userspace/survey/.
 *
 * It never holds the survey up: where it cannot be written, or is full, packets are counted and the survey goes on.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/ledger.h"
#include "receive/capture_writer.h"

struct survey;
struct rejected_frames;

enum {
    CAPTURE_FILE_MODE = 0600, /* quoted probes have tags in them: who has these can answer once more */
};

struct capture_config {
    const char *path; /* NULL: nothing is captured */
    bool rejected;    /* what the filter rejects, too */
    uint64_t limit;   /* bytes */
    bool overwrite;   /* a file that is there already */
    bool goes_on;     /* it is that of the run before, which stays */
};

struct capture_file {
    int fd;
    bool created;                  /* and to be removed, unless it is begun */
    struct capture_writer *writer; /* NULL: nothing is captured */
    uint16_t *interfaces;          /* of each source, its entrance */
    struct rejected_frames *rejected[CAPTURE_INTERFACES_MAX];
};

/* capture_file_open() opens it, touching nothing in it, and starts the writer: an exit code, after one line on stderr.
 * Closed by capture_file_close() after every outcome. */
int capture_file_open(struct survey *survey);
void capture_file_close(struct survey *survey);

/* capture_file_begin() empties the file and has the writer begin. What a survey that goes on finds in it stays, up to
 * the end of its last whole packet. An exit code, after one line on stderr. */
int capture_file_begin(struct survey *survey);

/* capture_file_finish(), once nothing is received any more, has the writer write what interfaces counted and end;
 * capture_file_finished() says whether it has, capture_file_abandon() gives up on a reader that does not read. */
void capture_file_finish(struct survey *survey);
bool capture_file_finished(const struct survey *survey);
void capture_file_abandon(struct survey *survey);

/* capture_file_count() adds what was captured, of as much as `ledger` says was received. */
void capture_file_count(const struct survey *survey, struct ledger *ledger);

/* capture_file_tell() says, in the end, what is missing in the file; true where it could not be written. */
bool capture_file_tell(const struct survey *survey);
