// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records written by the thread that has them: for commands that read files and keep nobody waiting. Those that
 * receive have a writer of their own (session/record_file.h, output/writer.h).
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
 * stands before the records (`metadata`: output/format.h). record_stream_finish() writes all that was
 * appended; unless that is the `whole` of it, files that get their names once they are whole do not. Both return an exit
 * code, after one line where something is wrong. record_stream_close() is right after every outcome, and for a stream of
 * zeros.
 */
int record_stream_open(struct record_stream *stream, const char *command, const struct record_output *output,
                       const struct survey_metadata *metadata);
int record_stream_finish(struct record_stream *stream, bool whole);
void record_stream_close(struct record_stream *stream);

/* record_stream_failed() says that nothing more is written. */
static inline bool record_stream_failed(const struct record_stream *stream)
{
    return recorders_error(&stream->recorders) != 0;
}
