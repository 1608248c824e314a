// SPDX-License-Identifier: GPL-2.0-or-later
/* What formats and sinks of other kinds than today's rely on: blocks of records, a footer, frames. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "output/recorder.h"
#include "output/records.h"

enum {
    BLOCK = 10,
    FRAME = 64,
};

/* A format that writes blocks of BLOCK records, a byte each, and an end: "[rrrrrrrrrr][rrr]E". */
struct block_encoder {
    struct encoder base;
    char *kept;
};

static int open_blocks(struct encoder *encoder)
{
    struct block_encoder *self = (struct block_encoder *)encoder;

    self->kept = malloc(BLOCK);
    return self->kept ? 0 : -ENOMEM;
}

static void begin_blocks(struct encoder *encoder, const struct survey_metadata *metadata)
{
    (void)metadata;
    byte_sink_write(encoder->sink, "B", 1);
}

static void write_block(struct encoder *encoder)
{
    byte_sink_write(encoder->sink, "[", 1);
    byte_sink_write(encoder->sink, ((struct block_encoder *)encoder)->kept, encoder->held);
    byte_sink_write(encoder->sink, "]", 1);
    encoder->held = 0;
}

static void keep_record(struct encoder *encoder, const struct record *record)
{
    ((struct block_encoder *)encoder)->kept[encoder->held++] = (char)('a' + record->flow);
    if (encoder->held == BLOCK)
        write_block(encoder);
}

static void finish_blocks(struct encoder *encoder)
{
    if (encoder->held)
        write_block(encoder);
    byte_sink_write(encoder->sink, "E", 1);
}

static void close_blocks(struct encoder *encoder)
{
    free(((struct block_encoder *)encoder)->kept);
}

static const struct output_format blocks = {
    .name = "blocks",
    .extension = ".blocks",
    .size = sizeof(struct block_encoder),
    .open = open_blocks,
    .begin = begin_blocks,
    .record = keep_record,
    .finish = finish_blocks,
    .close = close_blocks,
};

/* A sink whose bytes can be read only in frames of at least FRAME bytes, as those of a compressor. */
struct frame_sink {
    struct byte_sink base;
    char out[4096];
    size_t taken; /* into `out`, of which `through` can be read */
    size_t room;  /* -ENOSPC beyond */
};

static struct frame_sink *of(struct byte_sink *sink)
{
    return (struct frame_sink *)sink;
}

static int take(struct byte_sink *sink, const char *data, size_t length)
{
    memcpy(of(sink)->out + of(sink)->taken, data, length);
    of(sink)->taken += length;
    return 0;
}

static int end_frame(struct byte_sink *sink)
{
    if (of(sink)->taken > of(sink)->room)
        return -ENOSPC;
    sink->through = of(sink)->taken;
    return 0;
}

static bool is_worth_it(struct byte_sink *sink, uint64_t now_ns)
{
    (void)now_ns;
    return of(sink)->taken + sink->length - sink->through >= FRAME;
}

static void keep(struct byte_sink *sink)
{
    (void)sink;
}

static const struct byte_sink_ops frames = {
    .write = take,
    .flush = end_frame,
    .is_due = is_worth_it,
    .finish = end_frame,
    .close = keep,
};

static void begin(struct recorder *recorder, struct frame_sink *sink, const struct output_format *format)
{
    *sink = (struct frame_sink){.room = sizeof(sink->out)};
    cr_assert_eq(byte_sink_init(&sink->base, &frames), 0);
    cr_assert_eq(recorder_open(recorder, format, NULL, &sink->base), 0);
    cr_assert_eq(recorder_begin(recorder, NULL), 0);
}

static void append(struct recorder *recorder, unsigned count)
{
    struct record record = record_plain();

    for (unsigned i = 0; i < count; i++) {
        record.flow = (uint16_t)(i % 26);
        recorder_append(recorder, &record);
    }
}

static void expect_counts(const struct recorder *recorder, uint64_t written, uint64_t dropped)
{
    cr_expect_eq(recorder->written, written, "%lu", (unsigned long)recorder->written);
    cr_expect_eq(recorder->dropped, dropped, "%lu", (unsigned long)recorder->dropped);
}

/* Records that an encoder holds, or that stand in a frame which has not ended, cannot be read by anybody. */
Test(encoder, counts_what_blocks_and_frames_have_let_through)
{
    static struct frame_sink sink;
    struct recorder recorder;

    begin(&recorder, &sink, &blocks);
    append(&recorder, 2 * BLOCK + 5);
    recorder_flush_when_due(&recorder, 0);
    expect_counts(&recorder, 0, 0); /* 25 bytes are no frame yet */
    cr_expect(recorder_waits(&recorder));
    append(&recorder, 4 * BLOCK);
    recorder_flush_when_due(&recorder, 0);
    expect_counts(&recorder, 6 * BLOCK, 0);
    recorder_finish(&recorder);
    expect_counts(&recorder, 6 * BLOCK + 5, 0);
    cr_expect_not(recorder_waits(&recorder));
    cr_expect_eq(strncmp(sink.out, "B[abcdefghij][klmnopqrst][uvwxyabcde]", 37), 0, "%s", sink.out);
    cr_expect_str_eq(sink.out + sink.taken - 8, "[jklmn]E", "%s", sink.out);
    recorder_close(&recorder);
}

Test(encoder, what_a_failed_end_leaves_is_dropped)
{
    static struct frame_sink sink;
    struct recorder recorder;

    begin(&recorder, &sink, &blocks);
    append(&recorder, 6 * BLOCK);
    recorder_flush(&recorder);
    append(&recorder, 3);
    sink.room = sink.taken;
    recorder_finish(&recorder);
    cr_expect_eq(recorder_error(&recorder), -ENOSPC);
    expect_counts(&recorder, 6 * BLOCK, 3);
    append(&recorder, 1);
    recorder_finish(&recorder);
    expect_counts(&recorder, 6 * BLOCK, 4);
    recorder_close(&recorder);
}

Test(encoder, line_formats_count_by_frames_too)
{
    static struct frame_sink sink;
    struct recorder recorder;

    begin(&recorder, &sink, &output_csv);
    append(&recorder, 2);
    expect_counts(&recorder, 0, 0);
    recorder_flush_when_due(&recorder, 0);
    expect_counts(&recorder, 2, 0);
    recorder_finish(&recorder);
    expect_counts(&recorder, 2, 0);
    recorder_close(&recorder);
}
