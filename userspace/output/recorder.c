// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/descriptor_sink.h"

enum {
    /* The shortest CSV line of the default columns has 34 bytes; shorter records only cause earlier
     * flushes. */
    MARKS_MAX = BYTE_SINK_BUFFER / 32,
};

int recorder_open(struct recorder *recorder, const struct output_format *format,
                  const struct column_list *columns, struct byte_sink *sink)
{
    *recorder = (struct recorder){.sink = sink};
    recorder->marks = malloc(MARKS_MAX * sizeof(*recorder->marks));
    return recorder->marks ? encoder_open(&recorder->encoder, format, columns, sink) : -ENOMEM;
}

void recorder_close(struct recorder *recorder)
{
    encoder_close(recorder->encoder);
    byte_sink_close(recorder->sink);
    free(recorder->marks);
}

int recorder_begin(struct recorder *recorder, const struct survey_metadata *metadata)
{
    struct byte_sink *sink = recorder->sink;

    recorder->metadata = metadata;
    byte_sink_last(sink)->patience = byte_sink_unless_stopped;
    encoder_begin(recorder->encoder, metadata);
    int error = byte_sink_flush(sink);
    byte_sink_last(sink)->patience = byte_sink_unless_abandoned;
    return error;
}

int recorder_continue(struct recorder *recorder, const struct survey_metadata *metadata, int fd,
                      uint64_t position)
{
    struct byte_sink *last = byte_sink_last(recorder->sink);

    recorder->metadata = metadata;
    descriptor_sink_turn(last, fd);
    recorder->file_began = last->given - position;
    return encoder_continue(recorder->encoder, fd, position);
}

/* Counts records that are through. After an error, all others are lost, held records too. */
static void settle(struct recorder *recorder)
{
    size_t done = 0;
    uint64_t written = 0;

    counter_add(&recorder->bytes, byte_sink_last(recorder->sink)->through - recorder->uncounted -
                                      counter_read(&recorder->bytes));
    for (; done < recorder->mark_count && recorder->marks[done].end <= recorder->sink->through; done++)
        written += recorder->marks[done].records;
    counter_add(&recorder->written, written);
    recorder->mark_count -= done;
    if (!recorder_error(recorder)) {
        memmove(recorder->marks, recorder->marks + done, recorder->mark_count * sizeof(*recorder->marks));
        return;
    }
    recorder->mark_count = 0;
    counter_add(&recorder->dropped,
                recorder->appended - counter_read(&recorder->written) - counter_read(&recorder->dropped));
}

/* All records of a frame get through together, so that one mark is enough for them. */
static bool shares_mark(const struct recorder *recorder)
{
    return recorder->sink->under && recorder->mark_count &&
           recorder->marks[recorder->mark_count - 1].end > recorder->sink->through;
}

static void mark(struct recorder *recorder)
{
    uint64_t complete = recorder->appended - recorder->encoder->held;

    if (complete == recorder->marked)
        return;
    if (!shares_mark(recorder))
        recorder->marks[recorder->mark_count++] = (struct recorder_mark){0};
    struct recorder_mark *last = &recorder->marks[recorder->mark_count - 1];
    last->end = recorder->sink->given;
    last->records += complete - recorder->marked;
    recorder->marked = complete;
}

static bool has_news(const struct recorder *recorder)
{
    return recorder_error(recorder) ||
           (recorder->mark_count && recorder->marks[0].end <= recorder->sink->through);
}

/* Each file has a new encoder. */
static int begin_file(struct recorder *recorder)
{
    struct encoder *old = recorder->encoder;
    int fd = rotation_next(recorder->rotation);

    if (fd < 0)
        return fd;
    descriptor_sink_turn(byte_sink_last(recorder->sink), fd);
    int error = encoder_open(&recorder->encoder, old->format, &old->columns, recorder->sink);
    if (error) {
        recorder->encoder = old;
        return error;
    }
    encoder_close(old);
    recorder->file_began = byte_sink_last(recorder->sink)->given;
    encoder_begin(recorder->encoder, recorder->metadata);
    return 0;
}

static void turn_page(struct recorder *recorder)
{
    encoder_finish(recorder->encoder);
    mark(recorder);
    recorder_flush(recorder);
    if (!recorder_error(recorder))
        byte_sink_fail(recorder->sink, begin_file(recorder));
    if (recorder_error(recorder))
        settle(recorder);
}

static bool is_full(const struct recorder *recorder)
{
    return recorder->rotation &&
           byte_sink_last(recorder->sink)->given - recorder->file_began >= recorder->rotation->size;
}

void recorder_rotate(struct recorder *recorder, struct rotation *rotation)
{
    recorder->rotation = rotation;
}

void recorder_append(struct recorder *recorder, const struct record *record)
{
    recorder->appended++;
    if (recorder_error(recorder)) {
        counter_add(&recorder->dropped, 1);
        return;
    }
    encoder_record(recorder->encoder, record);
    mark(recorder);
    if (is_full(recorder))
        turn_page(recorder);
    else if (recorder->mark_count == MARKS_MAX)
        recorder_flush(recorder);
    else if (has_news(recorder))
        settle(recorder);
}

void recorder_flush(struct recorder *recorder)
{
    byte_sink_flush(recorder->sink);
    settle(recorder);
}

void recorder_flush_when_due(struct recorder *recorder, uint64_t now_ns)
{
    byte_sink_flush_when_due(recorder->sink, now_ns);
    settle(recorder);
}

void recorder_pass(struct recorder *recorder)
{
    if (!recorder_error(recorder)) {
        encoder_flush(recorder->encoder);
        mark(recorder);
    }
    recorder_flush(recorder);
}

void recorder_forget(struct recorder *recorder)
{
    recorder_pass(recorder);
    recorder->appended = recorder->marked = 0;
    recorder->uncounted = byte_sink_last(recorder->sink)->through;
    atomic_store_explicit(&recorder->written, 0, memory_order_relaxed);
    atomic_store_explicit(&recorder->dropped, 0, memory_order_relaxed);
    atomic_store_explicit(&recorder->bytes, 0, memory_order_relaxed);
}

void recorder_finish(struct recorder *recorder)
{
    if (!recorder_error(recorder)) {
        encoder_finish(recorder->encoder);
        mark(recorder);
    }
    byte_sink_finish(recorder->sink);
    settle(recorder);
}
