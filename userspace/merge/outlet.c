// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
    RESULTS_MODE = 0644,
};

static int open_results(struct replacement *file, const char *path)
{
    if (!record_file_is_stdout(path))
        return replacement_open(file, path, RESULTS_MODE);
    file->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return file->fd < 0 ? -errno : 0;
}

void outlet_init(struct outlet_files *outlet)
{
    static const struct replacement none = {.fd = -1, .directory = -1};

    *outlet = (struct outlet_files){.metadata = none, .targets = none, .blocklist = none};
    for (unsigned i = 0; i < OUTPUTS_MAX; i++)
        outlet->results[i] = none;
}

static int open_place(struct outlet_files *outlet, const struct output_place *place,
                      const struct column_list *columns)
{
    struct replacement *file = &outlet->results[outlet->recorders.count];
    int error = open_results(file, place->path);
    const struct recorder_config config = {
        .fd = file->fd, .packing = place->packing, .format = place->format};

    return error ? error : recorders_add(&outlet->recorders, &config, columns);
}

int outlet_open(struct outlet_files *outlet, const struct record_output *output, const char *metadata_path)
{
    int error = 0;

    outlet->metadata_path = metadata_path;
    for (unsigned i = 0; i < output->count && !error; i++)
        error = open_place(outlet, &output->places[i], &output->columns);
    return error;
}

void outlet_close(struct outlet_files *outlet)
{
    recorders_close(&outlet->recorders);
    for (unsigned i = 0; i < OUTPUTS_MAX; i++)
        replacement_discard(&outlet->results[i]);
    replacement_discard(&outlet->metadata);
    replacement_discard(&outlet->targets);
    replacement_discard(&outlet->blocklist);
}

static int stage(struct outlet_files *outlet, struct survey_metadata *metadata)
{
    const char *path = outlet->metadata_path;
    int error = metadata_list_stage(&outlet->targets, NULL, path, "targets", &metadata->targets.prefixes,
                                    &metadata->targets.file);

    if (!error)
        error = metadata_list_stage(&outlet->blocklist, NULL, path, "blocklist",
                                    &metadata->blocklist.prefixes, &metadata->blocklist.file);
    metadata->requires.lists = metadata->targets.file.name[0] || metadata->blocklist.file.name[0];
    return error ? error : metadata_stage(&outlet->metadata, NULL, path, metadata);
}

static int commit(struct replacement *file)
{
    return file->fd < 0 ? 0 : replacement_commit(file, true);
}

int outlet_commit(struct outlet_files *outlet, struct survey_metadata *metadata)
{
    int error = outlet->metadata_path ? stage(outlet, metadata) : 0;

    if (!error && outlet->metadata_path)
        replacement_clear(&outlet->metadata);
    for (unsigned i = 0; i < OUTPUTS_MAX && !error; i++)
        error = commit(&outlet->results[i]);
    if (!error)
        error = commit(&outlet->targets);
    if (!error)
        error = commit(&outlet->blocklist);
    return error ? error : commit(&outlet->metadata);
}
