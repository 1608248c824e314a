// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/survey.h"

#include "base/exit_code.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "survey/begin.h"
#include "survey/control.h"
#include "survey/finish.h"
#include "survey/live_control.h"
#include "survey/live_screen.h"
#include "survey/parts.h"

static int run(struct survey *survey, const struct stop_signals *signals)
{
    struct control control = {.survey = survey, .signals = signals};

    control_run(&control);
    return survey_finish(&control);
}

/* Used during the set-up, or while the results' header waits for its reader. */
static int stopped_early(void)
{
    log_info("survey: stopped before the first probe");
    return EXIT_SIGNAL + stop_signal_take();
}

int survey_run(const struct survey_config *config)
{
    struct survey survey = {.config = config};
    struct survey_description description = {
        0}; /* the description in the files: it must last as long as they are written */
    struct stop_signals signals;

    steering_begin(&survey.steering, config->rate);
    live_control_begin(&survey);
    stop_signals_open(&signals);
    int result = survey_begin(&survey, &description);

    if (result == EXIT_DONE)
        result = run(&survey, &signals);
    else if (stop_signal_pending())
        result = stopped_early();
    survey_parts_close(&survey);
    survey_describe_free(&description);
    live_control_end(&survey);
    live_screen_end(&survey);
    late_files_destroy(survey.late);
    stop_signals_close(&signals);
    return result;
}
