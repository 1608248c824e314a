// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/record_metadata.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "survey/leftover_lists.h"

/* A signal is reported elsewhere. */
static int say_error(const struct survey *survey, int error)
{
    if (error && error != -EINTR)
        log_error("survey: --metadata: cannot write %s: %s", survey->config->metadata_path, strerror(-error));
    return error;
}

/* A resumed run uses the lists of the run before, which were just read. */
static int stage_targets(struct survey *survey, const struct prefix_list *list, struct replacement *file)
{
    const struct survey_config *config = survey->config;

    if (config->resumed && config->resumed->targets.file.name[0]) {
        survey->targets_file = config->resumed->targets.file;
        return 0;
    }
    if (config->listing)
        return list_writing_end(config->listing, file, &survey->targets_file);
    return metadata_list_stage(file, survey->late, config->metadata_path, "targets", list,
                               &survey->targets_file);
}

static int stage(struct survey *survey, struct survey_metadata *metadata, struct staged_metadata *staged)
{
    const char *path = survey->config->metadata_path;
    int error = stage_targets(survey, &metadata->targets.prefixes, &staged->targets);

    if (!error)
        error = metadata_list_stage(&staged->blocklist, survey->late, path, "blocklist",
                                    &metadata->blocklist.prefixes, &survey->blocklist_file);
    survey_describe_lists(survey, metadata);
    return error ? error : metadata_stage(&staged->metadata, survey->late, path, metadata);
}

int survey_stage_metadata(struct survey *survey, struct survey_metadata *metadata,
                          struct staged_metadata *staged)
{
    const struct replacement none = {.fd = -1, .directory = -1};

    *staged = (struct staged_metadata){none, none, none};
    if (!survey->config->metadata_path)
        return 0;
    return say_error(survey, stage(survey, metadata, staged));
}

void survey_clear_metadata(struct staged_metadata *staged)
{
    replacement_clear(&staged->metadata);
}

static int commit(struct replacement *file)
{
    return file->fd < 0 ? 0 : replacement_commit(file, true);
}

int survey_commit_metadata(const struct survey *survey, struct staged_metadata *staged)
{
    int error = commit(&staged->targets);

    if (!error)
        error = commit(&staged->blocklist);
    if (!error)
        error = commit(&staged->metadata);
    if (!error)
        leftover_lists_remove(survey);
    return say_error(survey, error);
}

void survey_discard_metadata(struct staged_metadata *staged)
{
    replacement_discard(&staged->targets);
    replacement_discard(&staged->blocklist);
    replacement_discard(&staged->metadata);
}

int survey_write_metadata(const struct survey *survey, enum survey_state state, const char *stopped,
                          const struct survey_status *status)
{
    struct survey_description description;
    struct replacement file;

    if (!survey->config->metadata_path)
        return 0;
    int error = survey_describe_end(survey, state, stopped, status, &description);

    if (!error)
        error = metadata_stage(&file, survey->late, survey->config->metadata_path, &description.metadata);
    if (!error)
        error = replacement_commit(&file, true);
    survey_describe_free(&description);
    return say_error(survey, error);
}

char *survey_metadata_so_far(const struct survey *survey, const struct survey_status *status, size_t *length)
{
    struct survey_description description;
    char *text = NULL;

    if (!survey_describe_so_far(survey, status, &description))
        text = metadata_whole_text(&description.metadata, length);
    survey_describe_free(&description);
    return text;
}
