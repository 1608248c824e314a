// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "strategy/probe_line.h"

enum {
    /* A pipe holds at most this much, so one call empties it. Lines of probes are far shorter. */
    BUFFER = 64 * 1024,
    /* A file can have any number of lines that are not sent. Replies and signals must not wait for all of
     * them. */
    READS_A_CALL = 4,
};

struct stream {
    struct strategy base;
    struct stream_config config;
    struct stream_counters counters;
    uint64_t line; /* number of the last line taken */
    struct probe_line current;
    unsigned copies_left; /* of the current line */
    uint64_t chosen;      /* number of packets */
    uint64_t not_before_ns;
    bool at_end, skipping; /* the input has ended; the rest of a line that is too long is skipped */
    unsigned reads_left;   /* of this call of next() */
    int error;
    bool over;
    uint64_t ended_ns; /* when the last probe was chosen; 0: not yet */
    size_t start, end; /* the data that was read and not taken yet */
    char buffer[BUFFER];
};

static const char *find_newline(const struct stream *stream)
{
    return memchr(stream->buffer + stream->start, '\n', stream->end - stream->start);
}

static bool is_at_most(const struct stream *stream)
{
    return stream->config.most && stream->chosen >= stream->config.most;
}

static bool has_ended(const struct stream *stream)
{
    return is_at_most(stream) || (stream->at_end && !stream->copies_left && stream->start == stream->end);
}

bool stream_waits(const struct stream *stream)
{
    return !stream->copies_left && !stream->at_end && !is_at_most(stream) && !find_newline(stream);
}

static void refuse(struct stream *stream, const char *text, size_t length, const char *why)
{
    stream->counters.refused++;
    stream->config.refused(stream->config.context, stream->line, text, length, why);
}

/* A line that fills the whole buffer is no probe. Its rest is skipped, too. */
static void make_room(struct stream *stream)
{
    size_t waiting = stream->end - stream->start;

    memmove(stream->buffer, stream->buffer + stream->start, waiting);
    stream->start = 0;
    stream->end = waiting;
    if (waiting < BUFFER)
        return;
    if (!stream->skipping) {
        stream->line++;
        refuse(stream, stream->buffer, stream->end, "too long");
    }
    stream->skipping = true;
    stream->end = 0;
}

/* Never waits: a pipe that poll(2) reports as readable returns at once what it has. */
static bool fill(struct stream *stream)
{
    struct pollfd input = {.fd = stream->config.input, .events = POLLIN};

    if (!stream->reads_left || stream->at_end || poll(&input, 1, 0) <= 0)
        return false;
    stream->reads_left--;
    make_room(stream);
    ssize_t count = read(input.fd, stream->buffer + stream->end, BUFFER - stream->end);
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return false;
    if (count < 0)
        stream->error = -errno;
    stream->at_end = count <= 0;
    stream->end += count > 0 ? (size_t)count : 0;
    return true;
}

/* Takes the next line, or at the end of the input the rest without a newline. */
static bool take_line(struct stream *stream, const char **text, size_t *length)
{
    const char *newline = find_newline(stream);

    while (!newline && fill(stream))
        newline = find_newline(stream);
    if (!newline && (!stream->at_end || stream->start == stream->end))
        return false;
    *text = stream->buffer + stream->start;
    *length = newline ? (size_t)(newline - *text) : stream->end - stream->start;
    stream->start += *length + (newline != NULL);
    return true;
}

static bool passes(struct stream *stream, const struct probe *probe)
{
    const struct stream_config *config = &stream->config;
    struct stream_counters *counters = &stream->counters;
    uint64_t *stopped = NULL;

    if (probe->ttl < config->min_ttl)
        stopped = &counters->low_ttl;
    else if (probe->ttl > config->max_ttl)
        stopped = &counters->high_ttl;
    else if (address_set_contains(config->excluded, probe->target_address))
        stopped = &counters->excluded;
    else if (config->included && !address_set_contains(config->included, probe->target_address))
        stopped = &counters->not_included;
    else if (!(address_is_ipv4(probe->target_address) ? config->ipv4 : config->ipv6))
        stopped = &counters->no_family;
    if (stopped)
        ++*stopped;
    return !stopped;
}

/* Goes to the next line that is a probe to be sent. Returns false where none has been read yet. */
static bool next_line(struct stream *stream)
{
    const char *text;
    size_t length;

    while (take_line(stream, &text, &length)) {
        if (stream->skipping) {
            stream->skipping = false;
            continue;
        }
        stream->line++;
        if (!length)
            continue;
        const char *why = probe_line_read(text, length, &stream->current);
        if (why) {
            refuse(stream, text, length, why);
            continue;
        }
        stream->counters.read++;
        if (!passes(stream, &stream->current.probe))
            continue;
        stream->copies_left = stream->config.copies;
        return true;
    }
    return false;
}

static bool take(struct stream *stream, uint64_t now_ns, struct probe *out)
{
    if (is_at_most(stream) || now_ns < stream->not_before_ns || (!stream->copies_left && !next_line(stream)))
        return false;
    stream->copies_left--;
    stream->chosen++;
    if (stream->current.wait_us)
        stream->not_before_ns = now_ns + stream->current.wait_us * NS_PER_US;
    *out = stream->current.probe;
    return true;
}

static size_t stream_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct stream *stream = (struct stream *)strategy;
    size_t count = 0;

    stream->reads_left = READS_A_CALL;
    while (count < n && take(stream, now_ns, &out[count]))
        count++;
    if (n && !count && has_ended(stream)) {
        if (!stream->ended_ns)
            stream->ended_ns = now_ns;
        stream->over = now_ns - stream->ended_ns >= stream->config.linger_ns;
    }
    return count;
}

/* A stream that must read first is woken by poll() on its input. */
static uint64_t stream_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct stream *stream = (const struct stream *)strategy;

    (void)now_ns;
    if (has_ended(stream))
        return stream->ended_ns ? stream->ended_ns + stream->config.linger_ns : 0;
    return stream_waits(stream) ? UINT64_MAX : stream->not_before_ns;
}

static bool stream_done(const struct strategy *strategy)
{
    return ((const struct stream *)strategy)->over;
}

static void stream_close(struct strategy *strategy)
{
    free(strategy);
}

static const struct strategy_ops stream_ops = {
    .name = "stream",
    .help = "probes that another program writes",
    .close = stream_close,
    .next = stream_next,
    .next_due = stream_next_due,
    .done = stream_done,
};

struct stream *stream_create(const struct stream_config *config)
{
    struct stream *stream = calloc(1, sizeof(*stream));

    if (!stream)
        return NULL;
    stream->base.ops = &stream_ops;
    stream->config = *config;
    return stream;
}

struct strategy *stream_strategy(struct stream *stream)
{
    return &stream->base;
}

const struct stream_counters *stream_counters(const struct stream *stream)
{
    return &stream->counters;
}

int stream_error(const struct stream *stream)
{
    return stream->error;
}
