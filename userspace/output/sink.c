// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/stop_signal.h"

enum {
    /* Large enough that system calls are no more than a few per cent of the time, small enough to stay in the
     * L2 cache between formatting and copying. */
    BUFFER_SIZE = 512 * 1024,
    /* The shortest CSV line has 34 bytes; a format with shorter records would only be flushed earlier. */
    RECORDS_MAX = BUFFER_SIZE / 32,
    /* How soon a sink that waits for a reader notices that it is abandoned. */
    POLL_MS = 100,
};

int sink_init(struct sink *sink, int fd, const struct output_format *format)
{
    struct stat status;

    *sink = (struct sink){.fd = fd, .format = format};
    sink->stream = fstat(fd, &status) == 0 && !S_ISREG(status.st_mode);
    sink->buffer = malloc(BUFFER_SIZE);
    sink->ends = malloc(RECORDS_MAX * sizeof(*sink->ends));
    return sink->buffer && sink->ends ? 0 : -ENOMEM;
}

void sink_free(struct sink *sink)
{
    free(sink->ends);
    free(sink->buffer);
}

/* Tells whether to wait on for room: 0, or the error that ends the waiting. */
typedef int patience_fn(const struct sink *sink);

static int unless_abandoned(const struct sink *sink)
{
    return atomic_load_explicit(&sink->abandoned, memory_order_relaxed) ? -ECANCELED : 0;
}

static int unless_stopped(const struct sink *sink)
{
    (void)sink;
    return stop_signal_pending() ? -EINTR : 0;
}

static int wait_writable(const struct sink *sink, patience_fn *patience)
{
    struct pollfd poll_fd = {.fd = sink->fd, .events = POLLOUT};
    int ready = 0;

    while (ready == 0) {
        int error = patience(sink);

        if (error)
            return error;
        ready = poll(&poll_fd, 1, POLL_MS);
        if (ready < 0 && errno == EINTR)
            ready = 0;
    }
    return ready < 0 ? -errno : 0;
}

/* A stream that is ready takes PIPE_BUF bytes without blocking (POSIX, poll and pipe(7)); more might block
 * where nobody could abandon it. */
static ssize_t write_some(const struct sink *sink, const char *data, size_t length)
{
    return write(sink->fd, data, sink->stream && length > PIPE_BUF ? PIPE_BUF : length);
}

/* Writes all of `data`; `done` tells how much was written, also where an error is returned. */
static int write_all(const struct sink *sink, const char *data, size_t length, patience_fn *patience,
                     size_t *done)
{
    int error = 0;

    *done = 0;
    while (*done < length && !error) {
        error = sink->stream ? wait_writable(sink, patience) : 0;
        if (error)
            break;
        ssize_t n = write_some(sink, data + *done, length - *done);

        if (n > 0)
            *done += (size_t)n;
        else if (n == 0)
            error = -EIO;
        else if (errno != EINTR && errno != EAGAIN)
            error = -errno;
    }
    return error;
}

int sink_write_header(const struct sink *sink)
{
    char header[FORMAT_RECORD_MAX];
    size_t done;

    return write_all(sink, header, sink->format->header(header), unless_stopped, &done);
}

void sink_append(struct sink *sink, const struct record *record)
{
    if (atomic_load_explicit(&sink->error, memory_order_relaxed)) {
        counter_add(&sink->dropped, 1);
        return;
    }
    sink->length += sink->format->record(sink->buffer + sink->length, record);
    sink->ends[sink->records++] = (uint32_t)sink->length;
    if (sink->length > BUFFER_SIZE - FORMAT_RECORD_MAX || sink->records == RECORDS_MAX)
        sink_flush(sink);
}

void sink_flush(struct sink *sink)
{
    size_t complete = sink->records;
    size_t done;
    int error = write_all(sink, sink->buffer, sink->length, unless_abandoned, &done);

    if (error) {
        atomic_store_explicit(&sink->error, error, memory_order_relaxed);
        while (complete && sink->ends[complete - 1] > done)
            complete--;
    }
    counter_add(&sink->written, complete);
    counter_add(&sink->dropped, sink->records - complete);
    sink->length = 0;
    sink->records = 0;
}

void sink_look_for_reader(struct sink *sink)
{
    struct pollfd poll_fd = {.fd = sink->fd};

    if (sink->stream && !atomic_load_explicit(&sink->error, memory_order_relaxed) &&
        poll(&poll_fd, 1, 0) > 0 && poll_fd.revents & (POLLERR | POLLHUP))
        atomic_store_explicit(&sink->error, -EPIPE, memory_order_relaxed);
}

void sink_abandon(struct sink *sink)
{
    atomic_store_explicit(&sink->abandoned, true, memory_order_relaxed);
}
