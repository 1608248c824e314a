// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/confinement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "host/privilege.h"
#include "survey/leftover_lists.h"

/* For a long list, beside the metadata. */
static int allow_list(const struct survey *survey, const char *name)
{
    char *path = metadata_list_path(survey->config->metadata_path, name);
    int error = path ? late_files_allow(survey->late, LATE_REPLACE, path) : -ENOMEM;

    free(path);
    return error;
}

static int allow_files(const struct survey *survey)
{
    const struct survey_config *config = survey->config;
    const struct {
        enum late_use use;
        const char *path;
    } files[] = {
        {LATE_REPLACE, config->metadata_path}, {LATE_REPLACE, survey->reload.path},
        {LATE_REMOVE, config->control_path},   {LATE_REPLACE, config->prometheus.path},
        {LATE_REMOVE, config->state_path},
    };
    int error = record_output_allow(&config->records, survey->late);

    for (size_t i = 0; !error && i < sizeof(files) / sizeof(files[0]); i++)
        error = late_files_allow(survey->late, files[i].use, files[i].path);
    if (!error)
        error = leftover_lists_allow(survey);
    for (size_t i = 0; !error && i < config->blocklists.count; i++)
        error = late_files_allow(survey->late, LATE_READ, config->blocklists.values[i]);
    if (!error && config->metadata_path)
        error = allow_list(survey, "targets");
    if (!error && config->metadata_path)
        error = allow_list(survey, "blocklist");
    return error;
}

static int say_error(const char *what, int error)
{
    if (error)
        log_error("survey: cannot %s: %s", what, strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

static int out_of_memory(void)
{
    log_error("survey: out of memory");
    return EXIT_FAILED;
}

/* A capability is lost when the user changes. */
static void choose_sandbox(struct survey *survey)
{
    survey->sandbox = survey->config->sandbox;
    survey->sandbox.keep = privilege_of_loaded_bpf();
    if (survey->sandbox.keep)
        survey->sandbox.user.name = NULL;
}

int confinement_prepare(struct survey *survey)
{
    const struct sandbox *sandbox = &survey->sandbox;

    choose_sandbox(survey);
    survey->late = late_files_create();
    if (!survey->late || allow_files(survey))
        return out_of_memory();
    int result = say_error("start the keeper of its files", sandbox_keep_files(sandbox, survey->late));
    if (result)
        return result;
    return say_error("give up privileges", privilege_narrow(sandbox->user.name ? 0 : PRIVILEGE_USER));
}

int confinement_enter(struct survey *survey)
{
    const char *what;

    survey->inquiries = netlink_keep();
    if (!survey->inquiries)
        return say_error("ask the kernel about links", -errno);
    unsigned screen = survey->live_screen.wanted ? FILTER_FOR_TERMINAL : 0;
    int error = sandbox_enter(&survey->sandbox, FILTER_FOR_SURVEY | screen, &what);

    return say_error(what, error);
}
