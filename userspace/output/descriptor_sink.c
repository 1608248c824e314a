// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/descriptor_sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    /* How often a write that waits for a reader calls its patience. */
    POLL_MS = 100,
};

struct descriptor_sink {
    struct byte_sink base;
    int fd;
    bool stream; /* a pipe, a terminal, …: its reader may be slow */
};

static struct descriptor_sink *of(struct byte_sink *sink)
{
    return (struct descriptor_sink *)sink;
}

static int wait_writable(const struct descriptor_sink *self)
{
    struct pollfd poll_fd = {.fd = self->fd, .events = POLLOUT};
    int ready = 0;

    while (ready == 0) {
        int error = self->base.patience(&self->base);

        if (error)
            return error;
        ready = poll(&poll_fd, 1, POLL_MS);
        if (ready < 0 && errno == EINTR)
            ready = 0;
    }
    return ready < 0 ? -errno : 0;
}

/* A stream that is ready takes PIPE_BUF bytes without blocking (POSIX, poll and pipe(7)). A larger write
 * might block, and could not be abandoned. */
static ssize_t write_some(const struct descriptor_sink *self, const char *data, size_t length)
{
    return write(self->fd, data, self->stream && length > PIPE_BUF ? PIPE_BUF : length);
}

static int write_all(struct byte_sink *sink, const char *data, size_t length)
{
    struct descriptor_sink *self = of(sink);

    for (size_t done = 0; done < length;) {
        int error = self->stream ? wait_writable(self) : 0;

        if (error)
            return error;
        ssize_t n = write_some(self, data + done, length - done);

        if (n == 0)
            return -EIO;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return -errno;
        if (n > 0) {
            done += (size_t)n;
            sink->through += (uint64_t)n;
        }
    }
    return 0;
}

static int look(struct byte_sink *sink)
{
    struct pollfd poll_fd = {.fd = of(sink)->fd};

    return of(sink)->stream && poll(&poll_fd, 1, 0) > 0 && poll_fd.revents & (POLLERR | POLLHUP) ? -EPIPE : 0;
}

static void close_sink(struct byte_sink *sink)
{
    free(of(sink));
}

static const struct byte_sink_ops ops = {
    .write = write_all,
    .look = look,
    .close = close_sink,
};

int descriptor_sink_open(struct byte_sink **out, int fd)
{
    struct descriptor_sink *self = malloc(sizeof(*self));

    *out = NULL;
    if (!self)
        return -ENOMEM;
    int error = byte_sink_init(&self->base, &ops);

    if (error) {
        byte_sink_close(&self->base);
        return error;
    }
    descriptor_sink_turn(&self->base, fd);
    *out = &self->base;
    return 0;
}

void descriptor_sink_turn(struct byte_sink *sink, int fd)
{
    struct descriptor_sink *self = of(sink);
    struct stat status;

    self->fd = fd;
    self->stream = fstat(fd, &status) == 0 && !S_ISREG(status.st_mode);
}
