// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file into which a survey captures what it receives (receive/capture_writer.h). Private to userspace/survey/.
 *
 * A survey never waits for it: where the file cannot be written, or is full, packets are only counted.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/ledger.h"
#include "receive/capture_writer.h"

struct survey;
struct rejected_frames;

enum {
    CAPTURE_FILE_MODE = 0600, /* it has tags of quoted probes, which allow forging one more answer */
};

struct capture_config {
    const char *path; /* NULL: nothing is captured */
    bool rejected;    /* also captures frames that the filter rejects */
    uint64_t limit;   /* maximum size in bytes */
    bool overwrite;   /* an existing file may be overwritten */
    bool goes_on;     /* the file is that of the run before, and its content stays */
};

struct capture_file {
    int fd;
    bool created;                  /* remove the file again, unless it is begun */
    struct capture_writer *writer; /* NULL: nothing is captured */
    uint16_t *interfaces;          /* for each source, the number of its entrance */
    struct rejected_frames *rejected[CAPTURE_INTERFACES_MAX];
};

/* capture_file_open() opens the file, without changing it, and starts the writer. Returns an exit code, after
 * one line on stderr. capture_file_close() must be called after any outcome. */
int capture_file_open(struct survey *survey);
void capture_file_close(struct survey *survey);

/* capture_file_begin() empties the file and makes the writer begin. A resumed survey keeps the packets in it,
 * up to the end of the last whole one. Returns an exit code, after one line on stderr. */
int capture_file_begin(struct survey *survey);

/* capture_file_finish() is called when nothing is received any more. It makes the writer write the counters of
 * the interfaces, and end. capture_file_finished() returns true when it has ended. capture_file_abandon() ends
 * it where the reader of the file does not read. */
void capture_file_finish(struct survey *survey);
bool capture_file_finished(const struct survey *survey);
void capture_file_abandon(struct survey *survey);

/* capture_file_count() adds what was captured to `ledger`, which says how much was received. */
void capture_file_count(const struct survey *survey, struct ledger *ledger);

/* capture_file_tell() prints, at the end, what the file lacks. Returns true where it could not be written. */
bool capture_file_tell(const struct survey *survey);
