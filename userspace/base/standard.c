// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

int standard_reserve(void)
{
    /* In ascending order: open(2) returns the lowest free number. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        if (open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY) != fd)
            return errno ? -errno : -EBADF;
    }
    return 0;
}

bool standard_usable(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && (flags & O_ACCMODE) != (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* Another process may have made the descriptor non-blocking, because it shares it. */
static bool wait_for_room(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLOUT};

    return poll(&polled, 1, -1) > 0 || errno == EINTR;
}

static int write_all(int fd, const char *text, size_t length)
{
    while (length) {
        ssize_t written = write(fd, text, length);

        if (written > 0) {
            text += written;
            length -= (size_t)written;
        } else if (written < 0 && errno != EINTR && !(errno == EAGAIN && wait_for_room(fd))) {
            return -errno;
        }
    }
    return 0;
}

/* Makes the complete characters of `raw` printable and writes them; keeps the rest, or writes it, too, if it
 * is the last. */
static void write_waiting(struct standard_output *output, bool last)
{
    size_t whole = last ? output->waiting : printable_whole(output->raw, output->waiting);
    size_t length = printable_put(output->text, output->raw, whole, true);

    output->waiting -= whole;
    memmove(output->raw, output->raw + whole, output->waiting);
    if (!output->error)
        output->error = write_all(output->fd, output->text, length);
}

static ssize_t put(void *cookie, const char *text, size_t length)
{
    struct standard_output *output = cookie;
    size_t left = length;

    while (left && !output->error) {
        size_t room = sizeof(output->raw) - output->waiting, taken = left < room ? left : room;

        memcpy(output->raw + output->waiting, text, taken);
        output->waiting += taken;
        text += taken;
        left -= taken;
        write_waiting(output, false);
    }
    /* Returning 0 reports an error to the stream: fopencookie(3). */
    return output->error ? 0 : (ssize_t)length;
}

static int finish(void *cookie)
{
    write_waiting(cookie, true);
    return 0;
}

FILE *standard_output_stream(struct standard_output *output, int fd)
{
    FILE *stream = fopencookie(output, "w", (cookie_io_functions_t){.write = put, .close = finish});

    output->fd = fd;
    output->error = 0;
    output->waiting = 0;
    if (stream && isatty(fd))
        setvbuf(stream, NULL, _IOLBF, BUFSIZ);
    return stream;
}

int standard_output_open(struct standard_output *output)
{
    FILE *stream = standard_output_stream(output, STDOUT_FILENO);

    if (!stream)
        return -ENOMEM;
    output->before = stdout;
    stdout = stream;
    return 0;
}

int standard_output_close(struct standard_output *output)
{
    fclose(stdout);
    stdout = output->before;
    return output->error;
}
