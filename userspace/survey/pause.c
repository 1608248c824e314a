// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/pause.h"

#include "base/clock.h"
#include "base/log.h"

static void tell_senders(struct survey *survey, bool paused)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        sender_worker_pause(&survey->senders[i], paused);
}

bool survey_pause(struct survey *survey)
{
    if (!steering_pause(&survey->steering, clock_now_ns()))
        return false;
    tell_senders(survey, true);
    log_info("sending is paused");
    return true;
}

bool survey_resume(struct survey *survey)
{
    if (!steering_resume(&survey->steering, clock_now_ns()))
        return false;
    survey->search_excused = true;
    tell_senders(survey, false);
    log_info("sending goes on");
    return true;
}

void survey_pause_end(struct survey *survey)
{
    steering_resume(&survey->steering, survey->sending_ended_ns);
}
