// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/byte_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/stop_signal.h"

int byte_sink_unless_abandoned(const struct byte_sink *sink)
{
    return atomic_load_explicit(&sink->abandoned, memory_order_relaxed) ? -ECANCELED : 0;
}

int byte_sink_unless_stopped(const struct byte_sink *sink)
{
    (void)sink;
    return stop_signal_pending() ? -EINTR : 0;
}

int byte_sink_init(struct byte_sink *sink, const struct byte_sink_ops *ops)
{
    *sink =
        (struct byte_sink){.ops = ops, .capacity = BYTE_SINK_BUFFER, .patience = byte_sink_unless_abandoned};
    sink->buffer = malloc(BYTE_SINK_BUFFER);
    return sink->buffer ? 0 : -ENOMEM;
}

void byte_sink_close(struct byte_sink *sink)
{
    if (!sink)
        return;
    free(sink->buffer);
    sink->ops->close(sink);
}

void byte_sink_fail(struct byte_sink *sink, int error)
{
    if (error && !byte_sink_error(sink))
        atomic_store_explicit(&sink->error, error, memory_order_relaxed);
}

void byte_sink_drain(struct byte_sink *sink)
{
    if (sink->length && !byte_sink_error(sink))
        byte_sink_fail(sink, sink->ops->write(sink, sink->buffer, sink->length));
    sink->length = 0;
}

void byte_sink_write(struct byte_sink *sink, const void *data, size_t size)
{
    const char *from = data;

    while (size) {
        char *room = byte_sink_reserve(sink, 1);
        size_t part = sink->capacity - sink->length;

        if (part > size)
            part = size;
        memcpy(room, from, part);
        byte_sink_commit(sink, part);
        from += part;
        size -= part;
    }
}

int byte_sink_flush(struct byte_sink *sink)
{
    byte_sink_drain(sink);
    if (sink->ops->flush && !byte_sink_error(sink))
        byte_sink_fail(sink, sink->ops->flush(sink));
    return byte_sink_error(sink);
}

int byte_sink_flush_when_due(struct byte_sink *sink, uint64_t now_ns)
{
    return !sink->ops->is_due || sink->ops->is_due(sink, now_ns) ? byte_sink_flush(sink)
                                                                 : byte_sink_error(sink);
}

int byte_sink_finish(struct byte_sink *sink)
{
    byte_sink_drain(sink);
    if (sink->ops->finish && !byte_sink_error(sink))
        byte_sink_fail(sink, sink->ops->finish(sink));
    return byte_sink_error(sink);
}

void byte_sink_look(struct byte_sink *sink)
{
    if (sink->ops->look && !byte_sink_error(sink))
        byte_sink_fail(sink, sink->ops->look(sink));
}

void byte_sink_abandon(struct byte_sink *sink)
{
    atomic_store_explicit(&byte_sink_last(sink)->abandoned, true, memory_order_relaxed);
}
