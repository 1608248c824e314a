// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/record_file.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/output_file.h"
#include "base/part_file.h"
#include "output/json_value.h"
#include "session/refuse.h"

bool record_file_is_stdout(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

bool record_output_has_stdout(const struct record_output *output)
{
    for (unsigned i = 0; i < output->count; i++)
        if (record_file_is_stdout(output->places[i].path))
            return true;
    return false;
}

json_t *record_output_json(const struct record_output *output)
{
    json_t *names = output->count > 1 ? json_array() : NULL;

    for (unsigned i = 0; names && i < output->count; i++) {
        const char *path = output->places[i].path, *slash = strrchr(path, '/');

        json_array_append_new(names, json_bytes(slash ? slash + 1 : path));
    }
    return names;
}

int record_output_allow(const struct record_output *output, struct late_files *late)
{
    int error = 0;

    for (unsigned i = 0; i < output->count && !error; i++)
        error = output_place_allow(&output->places[i], late);
    return error;
}

static void say_error(const char *command, const char *path, int error)
{
    if (error == -EINTR)
        return;
    log_error("%s: --output: cannot write %s: %s%s", command, path, strerror(-error),
              error == -EEXIST ? " (--overwrite, or another name)" : "");
}

/* The existing file may be the NAME.part of a killed run: then name that. */
static void say_open_error(const char *command, const struct destination *destination, const char *path,
                           int error)
{
    bool is_part = error == -EEXIST && destination->in_part && output_file_state(path) != OUTPUT_FILE_FULL;
    char *part = is_part ? part_file_path(path) : NULL;

    say_error(command, part ? part : path, error);
    free(part);
}

/* If the reader of stdout has closed it early, there is no message, as with text. */
static bool has_seen_enough(const char *path, int error)
{
    return error == -EPIPE && record_file_is_stdout(path);
}

int record_file_open(const char *command, struct record_file *file, const struct record_output *output)
{
    *file = (struct record_file){.output = output};
    if (record_output_has_stdout(output) && command_needs_stdout(command))
        return EXIT_UNUSABLE;
    for (; file->count < output->count; file->count++) {
        const struct output_place *place = &output->places[file->count];
        int error = destination_open(&file->destinations[file->count], place, output->overwrite);

        if (error) {
            say_open_error(command, &file->destinations[file->count], place->path, error);
            return EXIT_UNUSABLE;
        }
    }
    return EXIT_DONE;
}

int record_file_start(const char *command, struct record_file *file, const struct writer_config *config)
{
    struct writer_config writer = *config;

    if (!file->count)
        return EXIT_DONE;
    for (unsigned i = 0; i < file->count; i++)
        writer.outputs[i] = destination_recorder(&file->destinations[i]);
    writer.output_count = file->count;
    writer.columns = &file->output->columns;
    int error = writer_start(&file->writer, &writer);
    if (error)
        say_error(command, file->output->places[0].path, error);
    return error ? EXIT_FAILED : EXIT_DONE;
}

void record_file_keep_by(struct record_file *file, struct late_files *late)
{
    for (unsigned i = 0; i < file->count; i++)
        file->destinations[i].late = late;
}

bool record_file_is_regular(const struct record_file *file)
{
    return file->count && destination_is_regular(&file->destinations[0]);
}

/* Returns an exit code, after a line if one of the outputs has an error. */
static int judge(const char *command, const char *path, int error)
{
    if (has_seen_enough(path, error))
        return EXIT_SIGNAL + SIGPIPE;
    if (error)
        say_error(command, path, error);
    return error ? EXIT_FAILED : EXIT_DONE;
}

/* The same for the first output that has an error. */
static int judge_writer(const char *command, const struct record_file *file)
{
    int result = EXIT_DONE;

    for (unsigned i = 0; i < file->count && !result; i++)
        result = judge(command, file->output->places[i].path, writer_output_error(file->writer, i));
    return result;
}

int record_file_begin(const char *command, struct record_file *file, const struct survey_metadata *metadata)
{
    int result = EXIT_DONE;

    if (!file->writer)
        return EXIT_DONE;
    for (unsigned i = 0; i < file->count && !result; i++)
        result = judge(command, file->output->places[i].path, destination_empty(&file->destinations[i]));
    if (result)
        return result;
    writer_begin(file->writer, metadata);
    return judge_writer(command, file);
}

int record_file_continue(const char *command, struct record_file *file, unsigned output,
                         const struct record_place *place, const struct survey_metadata *metadata)
{
    int fd = destination_go_on(&file->destinations[output], place);
    int error = fd < 0 ? fd : writer_continue(file->writer, output, metadata, fd, place->position);

    return judge(command, file->output->places[output].path, error);
}

int record_file_add(const char *command, struct record_file *file, unsigned output,
                    const struct record *records, size_t n)
{
    return judge(command, file->output->places[output].path, writer_add(file->writer, output, records, n));
}

int record_file_go_on(const char *command, struct record_file *file)
{
    return writer_go_on(file->writer) ? judge_writer(command, file) : EXIT_DONE;
}

static int sync_output(struct record_file *file, unsigned output, const char **failed)
{
    int error = destination_sync(&file->destinations[output]);

    if (error)
        *failed = file->output->places[output].path;
    return error;
}

int record_file_sync(struct record_file *file, const char **failed)
{
    int error = 0;

    for (unsigned i = 0; i < file->count && !error; i++)
        error = sync_output(file, i, failed);
    return error;
}

int record_file_sync_when_behind(struct record_file *file, const char **failed)
{
    int error = 0;

    for (unsigned i = 0; i < file->count && !error; i++)
        if (destination_is_behind(&file->destinations[i]))
            error = sync_output(file, i, failed);
    return error;
}

void record_file_keep(struct record_file *file)
{
    for (unsigned i = 0; i < file->count; i++)
        file->destinations[i].created = false;
}

/* A file that is incomplete keeps its name NAME.part. */
int record_file_settle(const char *command, const struct record_file *file)
{
    int result = EXIT_DONE;

    for (unsigned i = 0; file->writer && i < file->count; i++) {
        int error = writer_output_error(file->writer, i) ? 0 : destination_settle(&file->destinations[i]);

        if (!error)
            continue;
        say_error(command, file->output->places[i].path, error);
        result = EXIT_FAILED;
    }
    return result;
}

static int judge_end(const char *command, const struct record_file *file, unsigned i)
{
    const char *path = file->output->places[i].path;
    int error = writer_output_error(file->writer, i);

    if (!error)
        return EXIT_DONE;
    if (has_seen_enough(path, error))
        return EXIT_SIGNAL + SIGPIPE;
    log_error("%s: cannot write results to %s: %s; what was written is valid", command, path,
              strerror(-error));
    return EXIT_FAILED;
}

int record_file_finish(const char *command, const struct record_file *file)
{
    int result = EXIT_DONE;

    if (!file->writer)
        return EXIT_DONE;
    writer_stop(file->writer);
    for (unsigned i = 0; i < file->count; i++) {
        int ended = judge_end(command, file, i);

        result = result ? result : ended;
    }
    int settled = record_file_settle(command, file);

    return result ? result : settled;
}

void record_file_close(struct record_file *file)
{
    writer_destroy(file->writer);
    for (unsigned i = 0; i < file->count; i++)
        destination_close(&file->destinations[i]);
    *file = (struct record_file){0};
}
