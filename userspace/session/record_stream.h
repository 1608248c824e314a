// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes records in the thread that makes them, for commands that read files: nothing waits for that thread.
 * Commands that receive replies have a writer thread (session/record_file.h, output/writer.h).
 */
#pragma once

#include "output/recorders.h"
#include "session/record_file.h"

struct record_stream {
    const char *command; /* for messages */
    struct record_file file;
    struct recorders recorders; /* to append to */
};

/*
 * record_stream_open() opens what `output` names, which must outlive the stream, empties it and writes what
 * comes before the records (`metadata`: output/format.h). record_stream_finish() writes everything appended.
 * Unless `whole`, files that get their names when they are complete do not get them. Both return an exit
 * code, after one line if something is wrong. record_stream_close() may be called after any outcome, and on
 * zeros.
 */
int record_stream_open(struct record_stream *stream, const char *command, const struct record_output *output,
                       const struct survey_metadata *metadata);
int record_stream_finish(struct record_stream *stream, bool whole);
void record_stream_close(struct record_stream *stream);

/* record_stream_failed() returns whether writing has failed, so that nothing more is written. */
static inline bool record_stream_failed(const struct record_stream *stream)
{
    return recorders_error(&stream->recorders) != 0;
}
