// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/pace.h"

#include <math.h>

#include "base/clock.h"
#include "base/log.h"
#include "survey/auto_rate.h"
#include "xdp/socket.h"

enum {
    /* A machine that is busy now and then causes only one warning. */
    WARNINGS_APART_S = 60,
};

double pace_start(struct survey *survey)
{
    auto_rate_start(survey);
    back_pressure_start(&survey->back_pressure, survey->started_ns);
    survey->paced = isnan(survey->steering.rate) ? survey->rate_control.rate : survey->steering.rate;
    return survey->paced;
}

static double fullest_ring(const struct survey *survey)
{
    double most = fmax(writer_filled(survey->results.writer), answer_rings_filled(&survey->answers));

    for (unsigned i = 0; i < survey->source_count; i++)
        most = fmax(most, xdp_socket_filled(survey->sources[i]));
    return most;
}

/* Returns the rate of which a share is taken: where as fast as possible was asked for, the rate achieved
 * so far. */
static double whole_rate(const struct survey *survey)
{
    struct survey_status status;

    if (isnan(survey->steering.rate))
        return survey->rate_control.rate;
    if (isfinite(survey->steering.rate))
        return survey->steering.rate;
    survey_status(survey, &status);
    return status_rate(&status);
}

static void warn(struct survey *survey, uint64_t now_ns, double rate)
{
    if (survey->warned_ns && now_ns - survey->warned_ns < WARNINGS_APART_S * NS_PER_S)
        return;
    survey->warned_ns = now_ns;
    log_warning("this host is busy: receivers or output are behind, so the survey sends %.0f probes per "
                "second until they have caught up",
                rate);
}

/* A share of an unlimited rate is computed once, when the pressure begins. */
static double follow_pressure(struct survey *survey, uint64_t now_ns)
{
    double before = survey->back_pressure.share;
    double share = back_pressure_step(&survey->back_pressure, now_ns, fullest_ring(survey));

    if (share == 1)
        return isnan(survey->steering.rate) ? survey->rate_control.rate : survey->steering.rate;
    if (before == 1 || isnan(survey->steering.rate))
        survey->whole_rate = whole_rate(survey);
    if (share < before)
        warn(survey, now_ns, survey->whole_rate * share);
    return survey->whole_rate * share;
}

void pace_follow(struct survey *survey)
{
    double rate;

    if (!steering_is_paused(&survey->steering))
        auto_rate_follow(survey);
    rate = follow_pressure(survey, clock_now_ns());
    if (rate == survey->paced)
        return;
    survey->paced = rate;
    for (unsigned i = 0; i < survey->sender_count; i++)
        sender_worker_pace(&survey->senders[i], rate / survey->sender_count);
}

void pace_ask(struct survey *survey, double rate)
{
    steering_note_rate(&survey->steering, clock_now_ns(), rate);
    survey->whole_rate = whole_rate(survey);
}
