// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where formatted records leave the process: a buffer in front of a file descriptor, and an exact count of
 * what went through.
 *
 *   appended = written + dropped + waiting in the buffer
 *
 * A record counts as written once its last byte was taken by write(2). The first error ends all writing;
 * later records are dropped. What a partial write left behind is not taken back: readers know it as an
 * unfinished tail. One thread owns the sink; counts and error may be read from every thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "output/format.h"

struct sink {
    int fd;      /* the caller's; blocking or not */
    bool stream; /* a pipe, a terminal, …: its reader may take any time */
    const struct output_format *format;
    _Atomic bool abandoned;
    _Atomic int error; /* 0 or the negative errno of the first write that failed */
    counter_t written;
    counter_t dropped;
    size_t length;  /* bytes waiting */
    size_t records; /* records waiting */
    char *buffer;
    uint32_t *ends; /* where in the buffer each record ends: what a partial write completed */
};

/* sink_init() allocates the buffer. 0 or -ENOMEM; sink_free() is right after both. */
int sink_init(struct sink *sink, int fd, const struct output_format *format);
void sink_free(struct sink *sink);

/* sink_write_header() writes the format's header at once, and touches nothing of the sink: it may be called
 * beside the thread that owns it, before the first record. 0 or a negative errno; -EINTR where a signal that
 * ends the run (base/stop_signal.h) came before the reader of a stream took it. */
int sink_write_header(const struct sink *sink);

/* sink_append() formats a record into the buffer and writes the buffer when it is full. */
void sink_append(struct sink *sink, const struct record *record);

/* sink_flush() writes all that waits; it blocks as long as the descriptor does, or until it is abandoned. */
void sink_flush(struct sink *sink);

/* sink_look_for_reader() ends all writing with -EPIPE where the other end of a pipe or a socket was closed:
 * whoever has nothing to write would not notice. */
void sink_look_for_reader(struct sink *sink);

/* sink_abandon() may be called by any thread: a write that waits for the reader of a stream ends within 100
 * ms with -ECANCELED, and so does all writing. */
void sink_abandon(struct sink *sink);
