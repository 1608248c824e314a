// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/packed_sink.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "output/descriptor_sink.h"

enum {
    PIECE = 64 * 1024, /* least room that a packer gets */
};

/* If shorter, slow surveys make larger files; if longer, SIGKILL loses more of their records. */
#define FRAME_NS (3 * NS_PER_S)

struct packed_sink {
    struct byte_sink base;
    struct packer *packer;
    uint64_t taken;     /* of the stream, by the packer */
    uint64_t asked_ns;  /* when the end of the frame was first requested; 0: not yet */
    bool open, written; /* a frame has begun; one has ended */
};

static struct packed_sink *of(struct byte_sink *sink)
{
    return (struct packed_sink *)sink;
}

static int pack(struct packed_sink *self, const char *data, size_t length, bool ends)
{
    struct byte_sink *under = self->base.under;
    struct packer_step step = {.in = data, .in_left = length};
    int more = 1;

    while (more == 1 && !byte_sink_error(under)) {
        char *room = byte_sink_reserve(under, PIECE);

        step.out = room;
        step.out_left = under->capacity - under->length;
        more = packer_step(self->packer, &step, ends);
        byte_sink_commit(under, (size_t)(step.out - room));
    }
    return more < 0 ? more : byte_sink_error(under);
}

static int write_packed(struct byte_sink *sink, const char *data, size_t length)
{
    struct packed_sink *self = of(sink);

    self->open = true;
    self->taken += length;
    return pack(self, data, length, false);
}

static int end_frame(struct packed_sink *self)
{
    int error = pack(self, NULL, 0, true);

    if (!error)
        error = byte_sink_flush(self->base.under);
    if (error)
        return error;
    self->base.through = self->taken;
    self->asked_ns = 0;
    self->open = false;
    self->written = true;
    return 0;
}

static int flush(struct byte_sink *sink)
{
    return of(sink)->open ? end_frame(of(sink)) : byte_sink_flush(sink->under);
}

static bool is_due(struct byte_sink *sink, uint64_t now_ns)
{
    struct packed_sink *self = of(sink);

    if (!self->asked_ns)
        self->asked_ns = now_ns;
    return now_ns - self->asked_ns >= FRAME_NS;
}

/* An empty file must be readable by unpackers, too. */
static int finish(struct byte_sink *sink)
{
    struct packed_sink *self = of(sink);
    int error = self->open || !self->written ? end_frame(self) : 0;

    return error ? error : byte_sink_finish(sink->under);
}

static int look(struct byte_sink *sink)
{
    byte_sink_look(sink->under);
    return byte_sink_error(sink->under);
}

static void close_sink(struct byte_sink *sink)
{
    byte_sink_close(sink->under);
    packer_close(of(sink)->packer);
    free(of(sink));
}

static const struct byte_sink_ops ops = {
    .write = write_packed,
    .flush = flush,
    .is_due = is_due,
    .finish = finish,
    .look = look,
    .close = close_sink,
};

int packed_sink_open(struct byte_sink **out, struct byte_sink *under, enum packing packing)
{
    struct packed_sink *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (!self) {
        byte_sink_close(under);
        return -ENOMEM;
    }
    int error = byte_sink_init(&self->base, &ops);

    self->base.under = under;
    if (!error)
        error = packer_open(&self->packer, packing);
    if (error)
        byte_sink_close(&self->base);
    else
        *out = &self->base;
    return error;
}

int output_sink_open(struct byte_sink **out, int fd, enum packing packing)
{
    int error = descriptor_sink_open(out, fd);

    return error || packing == PACKING_NONE ? error : packed_sink_open(out, *out, packing);
}
