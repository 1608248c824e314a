// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/begin.h"

#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "survey/blocklist_reload.h"
#include "survey/confinement.h"
#include "survey/device_check.h"
#include "survey/live_screen.h"
#include "survey/rate_warning.h"
#include "survey/reports.h"
#include "survey/resume.h"

static int start_workers(struct survey *survey)
{
    int error = 0;

    for (unsigned i = 0; !error && i < survey->receiver_count; i++)
        error = receiver_worker_start(&survey->receivers[i]);
    for (unsigned i = 0; !error && i < survey->sender_count; i++)
        error = sender_worker_start(&survey->senders[i]);
    if (error)
        log_error("survey: cannot start threads: %s", strerror(-error));
    return error;
}

/* At no moment does metadata lie beside records that it does not describe. Old results are removed only
 * when this is the last step that can fail. */
static int replace_results(struct survey *survey, struct survey_metadata *metadata)
{
    struct staged_metadata staged;
    int result = survey_stage_metadata(survey, metadata, &staged) ? EXIT_FAILED : EXIT_DONE;

    if (!result && record_file_is_regular(&survey->results))
        survey_clear_metadata(&staged);
    if (!result && checkpoint_begin(survey))
        result = EXIT_FAILED;
    if (!result)
        result = record_file_begin("survey", &survey->results, metadata);
    if (!result && survey_commit_metadata(survey, &staged))
        result = EXIT_FAILED;
    survey_discard_metadata(&staged);
    if (!result)
        record_file_keep(&survey->results);
    return result;
}

/* The metadata of the run before stays until that of this run replaces it: both describe these records. */
static int continue_results(struct survey *survey, struct survey_metadata *metadata)
{
    struct staged_metadata staged;
    int result = survey_stage_metadata(survey, metadata, &staged) ? EXIT_FAILED : EXIT_DONE;

    if (!result)
        result = resume_results(survey, metadata);
    if (!result && survey_commit_metadata(survey, &staged))
        result = EXIT_FAILED;
    survey_discard_metadata(&staged);
    return result;
}

static int begin_results(struct survey *survey, struct survey_description *description)
{
    survey->started_ns = clock_now_ns(); /* set again later: without metadata nothing may be sent */
    int error = survey_describe(survey, description);
    int result = error                     ? EXIT_FAILED
                 : survey->config->resumed ? continue_results(survey, &description->metadata)
                                           : replace_results(survey, &description->metadata);

    if (error)
        log_error("survey: out of memory");
    return result == EXIT_DONE ? capture_file_begin(survey) : result;
}

int survey_begin(struct survey *survey, struct survey_description *description)
{
    int result = live_screen_open(survey);

    if (result == EXIT_DONE)
        result = blocklist_reload_prepare(survey);
    if (result == EXIT_DONE)
        result = confinement_prepare(survey);
    if (result == EXIT_DONE)
        result = survey_parts_open(survey);
    if (result != EXIT_DONE)
        return result;
    /* Control too, because it must notice in time that receivers are behind. */
    survey->urgency = urgency_raise();
    result = start_workers(survey) ? EXIT_FAILED : begin_results(survey, description);
    if (result != EXIT_DONE)
        return result;
    device_check_begin(survey);
    rate_warn(survey);
    result = confinement_enter(survey);
    /* Started last, because Prometheus is served by a library's thread, which does not give up privileges
     * itself. */
    return result == EXIT_DONE ? reports_begin(survey) : result;
}
