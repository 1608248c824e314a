// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/confinement.h"

#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "output/rotation.h"

/* The next files of results, and those of an earlier run, which make room. */
static int allow_rotation(struct late_files *late, struct rotation *rotation)
{
    int error = late_files_allow_numbered(late, LATE_CREATE, rotation->before, rotation->after);

    rotation->late = late;
    return error ? error : late_files_allow_numbered(late, LATE_REMOVE, rotation->before, rotation->after);
}

static int allow_files(const struct survey *survey)
{
    const struct survey_config *config = survey->config;
    const struct {
        enum late_use use;
        const char *path;
    } files[] = {
        {LATE_REPLACE, config->metadata_path},   {LATE_READ, config->blocklist_path},
        {LATE_REPLACE, survey->reload.path},     {LATE_REMOVE, config->control_path},
        {LATE_REPLACE, config->prometheus.path}, {LATE_REMOVE, config->state_path},
    };
    int error = 0;

    if (config->records.rotation)
        error = allow_rotation(survey->late, config->records.rotation);
    for (size_t i = 0; !error && i < sizeof(files) / sizeof(files[0]); i++)
        error = late_files_allow(survey->late, files[i].use, files[i].path);
    return error;
}

int confinement_prepare(struct survey *survey)
{
    survey->late = late_files_create();
    if (survey->late && !allow_files(survey))
        return EXIT_DONE;
    log_error("survey: out of memory");
    return EXIT_FAILED;
}
