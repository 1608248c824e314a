// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/rate_control.h"

#include <math.h>

#include "base/clock.h"

/* If lower, the search takes more steps; if higher, it gives away some of the rate. */
#define CLOSE_ENOUGH 1.05
/* Pacing does not drift, but sometimes threads get their processor late. */
#define CAME_ABOUT 0.95
/* The rest is a margin for events rarer than once per step, which a good step does not show. */
#define HELD_SHARE 0.95
/* If less of a rate was reached, something stopped the sender. */
#define STANDSTILL 0.01
/* If twice the rate does not bring this much more, the sender is at its limit. */
#define MORE 1.2

enum {
    LOSSES_BELIEVED = 2,
    NO_MORE_BELIEVED = 2,
};

static void enter(struct rate_control *control, enum rate_phase phase, uint64_t now_ns, uint64_t sent,
                  uint64_t lost)
{
    control->phase = phase;
    control->since_ns = now_ns;
    control->sent = sent;
    control->lost = lost;
}

void rate_control_start(struct rate_control *control, const struct rate_control_config *config,
                        uint64_t now_ns)
{
    *control = (struct rate_control){
        .config = *config,
        .rate = config->start,
        .tried = config->start,
        .bad = INFINITY,
        .rising = true,
    };
    enter(control, RATE_SETTLING, now_ns, 0, 0);
}

static bool passed(const struct rate_control *control, uint64_t now_ns, uint64_t duration_ns)
{
    return now_ns - control->since_ns >= duration_ns;
}

static void try(struct rate_control *control, double rate, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    control->rising = rate > control->rate;
    if (rate != control->tried)
        control->losses = 0;
    control->rate = control->tried = rate;
    enter(control, RATE_SETTLING, now_ns, sent, lost);
}

static void hold(struct rate_control *control, double rate, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    control->rate = control->found = fmax(rate, control->config.least);
    enter(control, RATE_HOLDING_ANEW, now_ns, sent, lost);
}

/* After a verdict on a rate: tries the next rate, or ends the search. */
static void go_on(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    const struct rate_control_config *config = &control->config;

    if (control->good >= config->most || control->bad <= control->good * CLOSE_ENOUGH)
        hold(control, control->good * HELD_SHARE, now_ns, sent, lost);
    else if (isinf(control->bad))
        try(control, fmin(2 * control->good, config->most), now_ns, sent, lost);
    else if (control->good > 0)
        try(control, sqrt(control->good * control->bad), now_ns, sent, lost);
    else if (control->bad / 2 >= config->least)
        try(control, control->bad / 2, now_ns, sent, lost);
    else
        hold(control, config->least, now_ns, sent, lost);
}

static void judge_lossy(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    if (++control->losses >= LOSSES_BELIEVED) {
        control->bad = control->tried;
        go_on(control, now_ns, sent, lost);
        return;
    }
    control->rate = control->good > 0 ? control->good : control->tried / 2;
    enter(control, RATE_RECOVERING, now_ns, sent, lost);
}

/* Nothing was lost, but the sender was too slow: it reached `rate`. */
static void judge_slow(struct rate_control *control, double rate, uint64_t now_ns, uint64_t sent,
                       uint64_t lost)
{
    bool more = rate > MORE * control->came_about;
    bool may_double = isinf(control->bad) && rate >= STANDSTILL * control->tried;

    control->no_more = more ? 0 : control->no_more + (rate >= STANDSTILL * control->tried);
    control->came_about = fmax(rate, control->came_about);
    control->good = fmax(rate, control->good);
    if (control->no_more >= NO_MORE_BELIEVED)
        hold(control, control->good * HELD_SHARE, now_ns, sent, lost);
    else
        try(control, may_double ? fmin(2 * control->tried, control->config.most) : control->tried, now_ns,
            sent, lost);
}

static void judge(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    double rate = (double)(sent - control->sent) * (double)NS_PER_S / (double)(now_ns - control->since_ns);

    if (rate < CAME_ABOUT * control->tried) {
        judge_slow(control, rate, now_ns, sent, lost);
        return;
    }
    control->good = control->tried;
    control->came_about = 0;
    control->no_more = 0;
    go_on(control, now_ns, sent, lost);
}

/* Losses of the search are complete once its last rate has settled. */
static void keep_from_now(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    if (!control->found_ns) {
        control->found_ns = now_ns;
        control->found_lost = lost;
    }
    enter(control, RATE_HOLDING, now_ns, sent, lost);
}

static void keep(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    if (lost == control->lost)
        return;
    control->rate = fmax(control->rate * HELD_SHARE, control->config.least);
    enter(control, RATE_HOLDING_ANEW, now_ns, sent, lost);
}

double rate_control_step(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    const struct rate_control_config *config = &control->config;

    switch (control->phase) {
    case RATE_RECOVERING:
        if (passed(control, now_ns, config->settle_ns))
            try(control, control->tried, now_ns, sent, lost);
        break;
    case RATE_SETTLING:
        if (control->rising && lost != control->lost)
            judge_lossy(control, now_ns, sent, lost);
        else if (passed(control, now_ns, config->settle_ns))
            enter(control, RATE_WATCHING, now_ns, sent, lost);
        break;
    case RATE_WATCHING:
        if (lost != control->lost)
            judge_lossy(control, now_ns, sent, lost);
        else if (passed(control, now_ns, config->watch_ns))
            judge(control, now_ns, sent, lost);
        break;
    case RATE_HOLDING_ANEW:
        if (passed(control, now_ns, config->settle_ns))
            keep_from_now(control, now_ns, sent, lost);
        break;
    case RATE_HOLDING:
        keep(control, now_ns, sent, lost);
        break;
    }
    return control->rate;
}

void rate_control_excuse(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost)
{
    if (control->phase == RATE_SETTLING || control->phase == RATE_WATCHING)
        try(control, control->tried, now_ns, sent, lost);
}
