// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/record_stream.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/output_file.h"
#include "output/packed_sink.h"

/* A reader of stdout that has seen enough is told nothing. */
static int say_write_error(const struct record_stream *stream, int error)
{
    const char *path = stream->file.path;

    if (error == -EPIPE && record_file_is_stdout(path))
        return EXIT_SIGNAL + SIGPIPE;
    log_error("%s: --output: cannot write %s: %s", stream->command, path, strerror(-error));
    return EXIT_FAILED;
}

static int open_recorder(struct record_stream *stream)
{
    const struct record_output *output = stream->file.output;
    struct byte_sink *sink;
    int error = output_sink_open(&sink, stream->file.fd, output->packing);

    if (!error)
        error = recorder_open(&stream->recorder, output->format, &output->columns, sink);
    if (error)
        log_error("%s: out of memory", stream->command);
    return error ? EXIT_FAILED : EXIT_DONE;
}

int record_stream_open(struct record_stream *stream, const char *command, const struct record_output *output,
                       const struct survey_metadata *metadata)
{
    *stream = (struct record_stream){.command = command};
    int result = record_file_open(command, &stream->file, output);

    if (!result)
        result = open_recorder(stream);
    if (result)
        return result;
    int error = record_file_is_stdout(output->path) ? 0 : output_file_empty(stream->file.fd);

    if (!error)
        error = recorder_begin(&stream->recorder, metadata);
    if (error)
        return say_write_error(stream, error);
    record_file_keep(&stream->file);
    return EXIT_DONE;
}

int record_stream_finish(struct record_stream *stream)
{
    recorder_finish(&stream->recorder);
    return record_stream_failed(stream) ? say_write_error(stream, recorder_error(&stream->recorder))
                                        : EXIT_DONE;
}

void record_stream_close(struct record_stream *stream)
{
    recorder_close(&stream->recorder);
    record_file_close(&stream->file);
}
