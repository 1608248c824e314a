// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the bytes of a format go: a buffer, and what takes the bytes from it.
 *
 *   encoder ── reserve, commit ──> buffer ── ops->write ──> file descriptor, compressor, …
 *
 *   0 <= through <= given       positions in the stream of bytes
 *
 * All bytes before `through` are readable in the output, whatever happens next: for a descriptor, the bytes
 * that write(2) took; for a compressor, those in completed frames. The first error is kept and ends all
 * writing. One thread owns a sink; any thread may read the error or abandon the sink.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_sink;

struct byte_sink_ops {
    /* Takes all of `data` and increases `through`, even if it fails. Returns 0 or a negative errno. */
    int (*write)(struct byte_sink *sink, const char *data, size_t length);
    /* Makes everything written readable. NULL: write() does so already. */
    int (*flush)(struct byte_sink *sink);
    /* Whether written bytes should be made readable now: a sink with costly frames may wait for more. NULL:
     * always. */
    bool (*is_due)(struct byte_sink *sink, uint64_t now_ns);
    /* Writes the end of the stream; then everything is through. NULL: the stream has none. */
    int (*finish)(struct byte_sink *sink);
    /* Returns -EPIPE if no reader is left. NULL: such a sink cannot lose its reader. */
    int (*look)(struct byte_sink *sink);
    void (*close)(struct byte_sink *sink);
};

/* Returns whether to keep waiting for room: 0, or the error that ends the waiting. */
typedef int byte_sink_patience(const struct byte_sink *sink);

struct byte_sink {
    const struct byte_sink_ops *ops;
    char *buffer;
    size_t length, capacity; /* bytes in the buffer, and its size */
    uint64_t given, through;
    struct byte_sink *under;      /* for a sink that compresses: the sink that takes its output; else NULL */
    byte_sink_patience *patience; /* called at least ten times per second by a write that waits */
    _Atomic bool abandoned;
    _Atomic int error; /* 0, or the negative errno of the first failure */
};

/* byte_sink_init() is for makers of sinks: it allocates the buffer. Returns 0 or -ENOMEM. byte_sink_close()
 * may be called after either, and with NULL. */
int byte_sink_init(struct byte_sink *sink, const struct byte_sink_ops *ops);
void byte_sink_close(struct byte_sink *sink);

enum {
    /* Large enough that system calls take no more than a few per cent of the time; small enough to stay in
     * the L2 cache between formatting and copying. */
    BYTE_SINK_BUFFER = 512 * 1024,
};

/* byte_sink_drain() passes on the contents of the buffer. byte_sink_fail() keeps an error, unless there was
 * one before. After an error, both leave an empty buffer. */
void byte_sink_drain(struct byte_sink *sink);
void byte_sink_fail(struct byte_sink *sink, int error);

static inline int byte_sink_error(const struct byte_sink *sink)
{
    return atomic_load_explicit(&sink->error, memory_order_relaxed);
}

/* byte_sink_reserve() returns room for `size` bytes, at most BYTE_SINK_BUFFER. byte_sink_commit() adds the
 * first `size` of them to the stream. */
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

/* byte_sink_write() adds any number of bytes from elsewhere. */
void byte_sink_write(struct byte_sink *sink, const void *data, size_t size);

/* byte_sink_flush() passes on everything and makes it readable; it blocks as long as the sink does, or until
 * the sink is abandoned. byte_sink_flush_when_due() does so when the sink considers it worth its cost:
 * `through` shows the result. byte_sink_finish() ends the stream. All return 0 or the sink's error. */
int byte_sink_flush(struct byte_sink *sink);
int byte_sink_flush_when_due(struct byte_sink *sink, uint64_t now_ns);
int byte_sink_finish(struct byte_sink *sink);

/* byte_sink_look() ends all writing with -EPIPE if the reader has gone: a caller with nothing to write would
 * not notice. */
void byte_sink_look(struct byte_sink *sink);

/* byte_sink_last() returns the last of the sinks under each other, from which bytes leave: its `given` and
 * `through` count bytes in the file. */
static inline struct byte_sink *byte_sink_last(struct byte_sink *sink)
{
    while (sink->under)
        sink = sink->under;
    return sink;
}

/* byte_sink_abandon() may be called by any thread. A write that waits for a reader ends within 100 ms with
 * -ECANCELED, and all writing ends. */
void byte_sink_abandon(struct byte_sink *sink);

/* The two kinds of patience, for the last sink: wait until the sink is abandoned (the default), or until a
 * signal that ends the run has come (base/stop_signal.h; -EINTR). */
byte_sink_patience byte_sink_unless_abandoned, byte_sink_unless_stopped;
