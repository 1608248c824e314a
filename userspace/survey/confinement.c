// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/confinement.h"

#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"

static int allow_files(const struct survey *survey)
{
    const struct survey_config *config = survey->config;

    return late_files_allow(survey->late, LATE_REPLACE, config->metadata_path);
}

int confinement_prepare(struct survey *survey)
{
    survey->late = late_files_create();
    if (survey->late && !allow_files(survey))
        return EXIT_DONE;
    log_error("survey: out of memory");
    return EXIT_FAILED;
}
