// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the bytes of a format go: a buffer in front of whatever takes them.
 *
 *   encoder ── reserve, commit ──> buffer ── ops->write ──> file descriptor, compressor, …
 *
 *   0 <= through <= given       positions in the stream of bytes that were handed over
 *
 * What lies before `through` can be read by whoever reads what has left, whatever happens next: of a
 * descriptor these are the bytes that write(2) took, of a compressor those in frames that have ended. The
 * first error is kept and ends all writing. One thread owns a sink; the error may be read, and the sink
 * abandoned, by every thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_sink;

struct byte_sink_ops {
    /* Takes all of `data` and moves `through` on, also where it fails. 0 or a negative errno. */
    int (*write)(struct byte_sink *sink, const char *data, size_t length);
    /* Makes readable all that was written. NULL: write() leaves nothing behind. */
    int (*flush)(struct byte_sink *sink);
    /* Whether what was written is to become readable now: a sink whose frames cost something may wait for more.
     * NULL: at any time. */
    bool (*is_due)(struct byte_sink *sink, uint64_t now_ns);
    /* Writes what ends the stream, after which everything is through. NULL: nothing does. */
    int (*finish)(struct byte_sink *sink);
    /* -EPIPE where nobody is left who could read; NULL: such a sink has no reader to lose. */
    int (*look)(struct byte_sink *sink);
    void (*close)(struct byte_sink *sink);
};

/* Tells whether to wait on for room: 0, or the error that ends the waiting. */
typedef int byte_sink_patience(const struct byte_sink *sink);

struct byte_sink {
    const struct byte_sink_ops *ops;
    char *buffer;
    size_t length, capacity; /* bytes in the buffer, and that it holds */
    uint64_t given, through;
    struct byte_sink *under;      /* which takes what becomes of the bytes: of one that compresses; NULL */
    byte_sink_patience *patience; /* asked at least ten times per second by a write that waits */
    _Atomic bool abandoned;
    _Atomic int error; /* 0 or the negative errno of the first failure */
};

/* byte_sink_init() is for those who make one: allocates the buffer. 0 or -ENOMEM; byte_sink_close() is right
 * after both, and of NULL. */
int byte_sink_init(struct byte_sink *sink, const struct byte_sink_ops *ops);
void byte_sink_close(struct byte_sink *sink);

enum {
    /* Large enough that system calls are no more than a few per cent of the time, small enough to stay in the
     * L2 cache between formatting and copying. */
    BYTE_SINK_BUFFER = 512 * 1024,
};

/* byte_sink_drain() hands over what the buffer holds; byte_sink_fail() keeps an error, unless there was one.
 * After one, both leave an empty buffer. */
void byte_sink_drain(struct byte_sink *sink);
void byte_sink_fail(struct byte_sink *sink, int error);

static inline int byte_sink_error(const struct byte_sink *sink)
{
    return atomic_load_explicit(&sink->error, memory_order_relaxed);
}

/* byte_sink_reserve() is room for `size` bytes, at most BYTE_SINK_BUFFER; byte_sink_commit() hands over the
 * first `size` of them. */
static inline char *byte_sink_reserve(struct byte_sink *sink, size_t size)
{
    if (sink->capacity - sink->length < size)
        byte_sink_drain(sink);
    return sink->buffer + sink->length;
}

static inline void byte_sink_commit(struct byte_sink *sink, size_t size)
{
    sink->length += size;
    sink->given += size;
}

/* byte_sink_write() hands over bytes that stand elsewhere, any number of them. */
void byte_sink_write(struct byte_sink *sink, const void *data, size_t size);

/* byte_sink_flush() hands over everything and makes it readable; it blocks as long as the sink does, or until it is
 * abandoned. byte_sink_flush_when_due() does so as soon as the sink thinks it worth what it costs: what counts is
 * `through`. byte_sink_finish() ends the stream. 0 or the sink's error. */
int byte_sink_flush(struct byte_sink *sink);
int byte_sink_flush_when_due(struct byte_sink *sink, uint64_t now_ns);
int byte_sink_finish(struct byte_sink *sink);

/* byte_sink_look() ends all writing with -EPIPE where the reader has gone: whoever has nothing to write would
 * not notice. */
void byte_sink_look(struct byte_sink *sink);

/* byte_sink_last() is the one of those under each other by which bytes leave: its `given` and `through` count what is
 * in the file. */
static inline struct byte_sink *byte_sink_last(struct byte_sink *sink)
{
    while (sink->under)
        sink = sink->under;
    return sink;
}

/* byte_sink_abandon() may be called by any thread: a write that waits for a reader ends within 100 ms with
 * -ECANCELED, and so does all writing. */
void byte_sink_abandon(struct byte_sink *sink);

/* The two kinds of patience, of the last sink: until the sink is abandoned, as from the start, or until a signal that ends the
 * run has come (base/stop_signal.h; -EINTR). */
byte_sink_patience byte_sink_unless_abandoned, byte_sink_unless_stopped;
