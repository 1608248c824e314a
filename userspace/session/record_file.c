// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/output_file.h"
#include "session/refuse.h"

enum {
    FIRST_FREE = 3, /* behind stdin, stdout and stderr, even where these are closed */
};

bool record_file_is_stdout(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static int open_path(struct record_file *file)
{
    if (!record_file_is_stdout(file->path))
        return output_file_open(file->path, 0644, file->output->overwrite, &file->created);
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, FIRST_FREE);

    return fd < 0 ? -errno : fd;
}

static void say_error(const char *command, const char *path, int error)
{
    if (error == -EINTR)
        return;
    log_error("%s: --output: cannot write %s: %s%s", command, path, strerror(-error),
              error == -EEXIST ? " (--overwrite, or another name)" : "");
}

/* A reader of stdout that has seen enough is told nothing, as with text. */
static bool has_seen_enough(const char *path, int error)
{
    return error == -EPIPE && record_file_is_stdout(path);
}

int record_file_open(const char *command, struct record_file *file, const struct record_output *output)
{
    const char *path = output->path;

    *file = (struct record_file){.path = path, .output = output, .fd = -1};
    if (!path)
        return EXIT_DONE;
    if (record_file_is_stdout(path) && command_needs_stdout(command))
        return EXIT_UNUSABLE;

    int fd = open_path(file);
    if (fd < 0) {
        say_error(command, path, fd);
        return EXIT_UNUSABLE;
    }
    file->fd = fd;
    return EXIT_DONE;
}

int record_file_start(const char *command, struct record_file *file, const struct writer_config *config)
{
    struct writer_config writer = *config;

    if (!file->path)
        return EXIT_DONE;
    writer.fd = file->fd;
    writer.packing = file->output->packing;
    writer.format = file->output->format;
    writer.columns = &file->output->columns;
    writer.rotation = file->output->rotation;
    int error = writer_start(&file->writer, &writer);
    if (error)
        say_error(command, file->path, error);
    return error ? EXIT_FAILED : EXIT_DONE;
}

bool record_file_is_regular(const struct record_file *file)
{
    struct stat status;

    return fstat(file->fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* A file of its own is emptied. stdout may be the end of a file to which is added,
 * and belongs to the shell. */
static int empty(const struct record_file *file)
{
    int error = record_file_is_stdout(file->path) ? 0 : output_file_empty(file->fd);

    return error || !file->output->rotation ? error : rotation_clear(file->output->rotation, 0);
}

int record_file_begin(const char *command, struct record_file *file, const struct survey_metadata *metadata)
{
    int error = file->writer ? empty(file) : 0;

    if (!error && file->writer)
        error = writer_begin(file->writer, metadata);
    if (has_seen_enough(file->path, error))
        return EXIT_SIGNAL + SIGPIPE;
    if (error)
        say_error(command, file->path, error);
    return error ? EXIT_FAILED : EXIT_DONE;
}

/* Returns the descriptor of the file that records go on in. */
static int go_on_in(const struct record_file *file, unsigned number)
{
    struct rotation *rotation = file->output->rotation;

    if (number)
        return rotation_continue(rotation, number);
    int error = rotation ? rotation_clear(rotation, 0) : 0;

    return error ? error : file->fd;
}

int record_file_continue(const char *command, struct record_file *file, const struct record_place *place,
                         const struct survey_metadata *metadata)
{
    int fd = go_on_in(file, place->file), error = fd < 0 ? fd : 0;

    if (!error && (ftruncate(fd, (off_t)place->position) || lseek(fd, (off_t)place->position, SEEK_SET) < 0))
        error = -errno;
    if (error)
        say_error(command, file->path, error);
    else
        writer_continue(file->writer, metadata, fd, place->position);
    return error ? EXIT_FAILED : EXIT_DONE;
}

int record_file_sync(struct record_file *file)
{
    int error = fdatasync(file->fd) ? -errno : 0;

    return error || !file->output->rotation ? error : file_chain_sync(&file->output->rotation->files);
}

void record_file_keep(struct record_file *file)
{
    file->created = false;
}

int record_file_finish(const char *command, const struct record_file *file)
{
    int error = file->writer ? writer_stop(file->writer) : 0;

    if (!error)
        return EXIT_DONE;
    if (has_seen_enough(file->path, error))
        return EXIT_SIGNAL + SIGPIPE;
    log_error("%s: cannot write results to %s: %s; what was written is valid", command, file->path,
              strerror(-error));
    return EXIT_FAILED;
}

void record_file_close(struct record_file *file)
{
    writer_destroy(file->writer);
    if (file->created)
        unlink(file->path);
    if (file->fd >= 0)
        close(file->fd);
    *file = (struct record_file){.fd = -1};
}
