// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/record_stream.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"

/* Returns an exit code, after a line. There is no message if the reader of stdout has closed it early. */
static int say_write_error(const struct record_stream *stream, unsigned output, int error)
{
    const char *path = stream->file.output->places[output].path;

    if (error == -EPIPE && record_file_is_stdout(path))
        return EXIT_SIGNAL + SIGPIPE;
    log_error("%s: --output: cannot write %s: %s", stream->command, path, strerror(-error));
    return EXIT_FAILED;
}

static int open_recorders(struct record_stream *stream)
{
    int error = 0;

    for (unsigned i = 0; i < stream->file.count && !error; i++) {
        const struct recorder_config config = destination_recorder(&stream->file.destinations[i]);

        error = recorders_add(&stream->recorders, &config, &stream->file.output->columns);
    }
    if (error)
        log_error("%s: out of memory", stream->command);
    return error ? EXIT_FAILED : EXIT_DONE;
}

static int begin(struct record_stream *stream, unsigned i, const struct survey_metadata *metadata)
{
    int error = destination_empty(&stream->file.destinations[i]);

    if (!error)
        error = recorder_begin(&stream->recorders.list[i], metadata);
    return error ? say_write_error(stream, i, error) : EXIT_DONE;
}

int record_stream_open(struct record_stream *stream, const char *command, const struct record_output *output,
                       const struct survey_metadata *metadata)
{
    *stream = (struct record_stream){.command = command};
    int result = record_file_open(command, &stream->file, output);

    if (!result)
        result = open_recorders(stream);
    for (unsigned i = 0; !result && i < stream->file.count; i++)
        result = begin(stream, i, metadata);
    if (!result)
        record_file_keep(&stream->file);
    return result;
}

static int finish(struct record_stream *stream, unsigned i, bool whole)
{
    int error = recorder_error(&stream->recorders.list[i]);

    if (!error && whole)
        error = destination_settle(&stream->file.destinations[i]);
    return error ? say_write_error(stream, i, error) : EXIT_DONE;
}

int record_stream_finish(struct record_stream *stream, bool whole)
{
    int result = EXIT_DONE;

    recorders_finish(&stream->recorders);
    for (unsigned i = 0; i < stream->recorders.count; i++) {
        int finished = finish(stream, i, whole);

        result = result ? result : finished;
    }
    return result;
}

void record_stream_close(struct record_stream *stream)
{
    recorders_close(&stream->recorders);
    record_file_close(&stream->file);
}
