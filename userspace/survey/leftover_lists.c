// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/leftover_lists.h"

#include <string.h>

#include "survey/parts.h"

int leftover_lists_allow(const struct survey *survey)
{
    const struct earlier_lists *earlier = survey->config->earlier;
    int error = 0;

    for (unsigned i = 0; !error && i < earlier->count; i++)
        error = late_files_allow(survey->late, LATE_REMOVE, earlier->paths[i]);
    return error;
}

static bool is_list_of(const struct survey *survey, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    return strcmp(name, survey->targets_file.name) == 0 || strcmp(name, survey->blocklist_file.name) == 0;
}

/* A list that cannot be removed does no harm. */
void leftover_lists_remove(const struct survey *survey)
{
    const struct earlier_lists *earlier = survey->config->earlier;

    for (unsigned i = 0; i < earlier->count; i++)
        if (!is_list_of(survey, earlier->paths[i]))
            (void)late_files_remove(survey->late, earlier->paths[i]);
}
