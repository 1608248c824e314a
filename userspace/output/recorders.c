// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/recorders.h"

#include "output/packed_sink.h"

int recorders_add(struct recorders *recorders, const struct recorder_config *config,
                  const struct column_list *columns)
{
    struct recorder *recorder = &recorders->list[recorders->count];
    struct byte_sink *sink;
    int error = output_sink_open(&sink, config->fd, config->packing);

    if (error)
        return error;
    recorders->count++;
    error = recorder_open(recorder, config->format, columns, sink);
    if (!error)
        recorder_rotate(recorder, config->rotation);
    return error;
}

void recorders_close(struct recorders *recorders)
{
    for (unsigned i = 0; i < recorders->count; i++)
        recorder_close(&recorders->list[i]);
    recorders->count = 0;
}

int recorders_begin(struct recorders *recorders, const struct survey_metadata *metadata)
{
    int error = 0;

    for (unsigned i = 0; i < recorders->count && !error; i++)
        error = recorder_begin(&recorders->list[i], metadata);
    return error;
}

void recorders_append(struct recorders *recorders, const struct record *record)
{
    for (unsigned i = 0; i < recorders->count; i++)
        recorder_append(&recorders->list[i], record);
}

void recorders_pass(struct recorders *recorders)
{
    for (unsigned i = 0; i < recorders->count; i++)
        recorder_pass(&recorders->list[i]);
}

void recorders_forget(struct recorders *recorders)
{
    for (unsigned i = 0; i < recorders->count; i++)
        recorder_forget(&recorders->list[i]);
}

void recorders_flush_when_due(struct recorders *recorders, uint64_t now_ns)
{
    for (unsigned i = 0; i < recorders->count; i++)
        if (recorder_waits(&recorders->list[i]))
            recorder_flush_when_due(&recorders->list[i], now_ns);
}

void recorders_look(struct recorders *recorders)
{
    for (unsigned i = 0; i < recorders->count; i++)
        byte_sink_look(recorders->list[i].sink);
}

void recorders_finish(struct recorders *recorders)
{
    for (unsigned i = 0; i < recorders->count; i++)
        recorder_finish(&recorders->list[i]);
}

bool recorders_wait(const struct recorders *recorders)
{
    for (unsigned i = 0; i < recorders->count; i++)
        if (recorder_waits(&recorders->list[i]))
            return true;
    return false;
}

/* All write in the same order: the records that the slowest has written, all have written. */
uint64_t recorders_written(const struct recorders *recorders)
{
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < recorders->count; i++) {
        uint64_t written = counter_read(&recorders->list[i].written);

        if (written < least)
            least = written;
    }
    return recorders->count ? least : 0;
}

uint64_t recorders_dropped(const struct recorders *recorders)
{
    uint64_t most = 0;

    for (unsigned i = 0; i < recorders->count; i++) {
        uint64_t dropped = counter_read(&recorders->list[i].dropped);

        if (dropped > most)
            most = dropped;
    }
    return most;
}

uint64_t recorders_bytes(const struct recorders *recorders)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < recorders->count; i++)
        bytes += counter_read(&recorders->list[i].bytes);
    return bytes;
}

void recorders_abandon(struct recorders *recorders)
{
    for (unsigned i = 0; i < recorders->count; i++)
        byte_sink_abandon(recorders->list[i].sink);
}

int recorders_error(const struct recorders *recorders)
{
    int error = 0;

    for (unsigned i = 0; i < recorders->count && !error; i++)
        error = recorder_error(&recorders->list[i]);
    return error;
}
