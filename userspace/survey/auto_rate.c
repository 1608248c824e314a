// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/auto_rate.h"

#include <math.h>

#include "base/clock.h"
#include "base/log.h"
#include "sim/line.h"

/* The start on a real network is the default rate of surveys. A simulated Internet needs no such care. */
#define REAL_START 10e3
#define SIM_START  100e3
#define LEAST_RATE 100.0
#define MOST_RATE  100e6

enum {
    /* Nearly all round trips are shorter, so the losses of a rate are visible before it is judged. */
    SETTLE_NS = 500000000,
    WATCH_NS = 500000000,
    /* Used where replies come at once: two ticks, and four. */
    SETTLE_AT_ONCE_NS = 100000000,
    WATCH_AT_ONCE_NS = 200000000,
};

static bool replies_come_at_once(const struct survey_config *config)
{
    struct sim_line_config line;

    if (!config->sim)
        return false;
    line = sim_options_line(config->sim);
    return !line.rtt;
}

void auto_rate_start(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    bool at_once = replies_come_at_once(config);
    const struct rate_control_config control = {
        .start = config->sim ? SIM_START : REAL_START,
        .least = LEAST_RATE,
        .most = MOST_RATE,
        .settle_ns = at_once ? SETTLE_AT_ONCE_NS : SETTLE_NS,
        .watch_ns = at_once ? WATCH_AT_ONCE_NS : WATCH_NS,
    };

    if (isnan(survey->steering.rate))
        rate_control_start(&survey->rate_control, &control, survey->started_ns);
}

static void warn_of_attack(struct survey *survey)
{
    if (survey->losses_excused || !survey->loss_judge.excused)
        return;
    survey->losses_excused = true;
    log_warning(
        "more packets arrive than probes can cause: losses because of them do not slow the survey down");
}

static uint64_t losses_that_count(struct survey *survey, const struct survey_status *status, uint64_t pressed,
                                  uint64_t now_ns)
{
    const struct ledger *ledger = &status->ledger;
    uint64_t of_rings = ledger->ring_full + ledger->fill_empty + ledger->rx_dropped + ledger->writer_dropped;
    uint64_t of_device = ledger->device_dropped + status->delay_full; /* the simulator acts as a device */
    const struct loss_counts counts = {
        .sent = ledger->sent,
        .packets = ledger->arrived,
        .replies = ledger->redirected + ledger->rejected_filter[FILTER_REJECT_EXCESS],
        .own = status_lost(status) - of_rings - of_device,
        .forged = ledger->excess + ledger->rejected_filter[FILTER_REJECT_EXCESS] +
                  ledger->rejected_filter[FILTER_REJECT_FORGED],
        .of_device = of_device,
        .of_rings = of_rings + pressed,
    };
    uint64_t lost = loss_judge_step(&survey->loss_judge, now_ns, &counts);

    warn_of_attack(survey);
    return lost;
}

void auto_rate_follow(struct survey *survey)
{
    struct rate_control *control = &survey->rate_control;
    struct survey_status status;
    /* During the search, a rate at which receivers fall behind is as bad as one that loses packets. */
    uint64_t times = control->found ? survey->search_pressed : survey->back_pressure.times;

    if (!isnan(survey->steering.rate))
        return;
    survey->search_pressed = times;
    survey_status(survey, &status);
    uint64_t now = clock_now_ns();
    bool searching = !control->found_ns;
    uint64_t excused = survey->loss_judge.excused, lost = losses_that_count(survey, &status, times, now);
    /* A step in which strategies waited for answers is no measure of the host. */
    survey->search_excused |= status.waits != survey->search_waits;
    survey->search_waits = status.waits;
    if (survey->loss_judge.excused == excused && !survey->search_excused)
        rate_control_step(control, now, status.ledger.sent, lost);
    else
        rate_control_excuse(control, now, status.ledger.sent, lost);
    survey->search_excused = false;
    if (searching)
        survey->found_lost = status_lost(&status);
}
