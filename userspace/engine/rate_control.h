// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `--rate auto`: finds the highest rate at which nothing is lost on this host while sending, and then holds
 * it. Pure: time and counters come as arguments.
 *
 *                  twice as fast, as long as nothing is lost        half-way (geometric) between the
 *     start  --->  and the sender keeps up                    --->  fastest good and the slowest bad rate
 *                                                                          |  less than 5 % apart
 *                                                                          v
 *                                                                   hold 95 % of the fastest good one
 *
 * A step is a rate and the time for which it is tried: first it settles, then it is watched. A step is good
 * if nothing was lost and at least 95 % of the rate was reached. Losses count only if a rate loses twice, so
 * that one hiccup of a busy machine decides nothing. Losses while a slower rate settles are attributed to the
 * faster rate before it. If nothing was lost but less than 95 % was reached, the reached rate counts as good,
 * and twice the rate is tried; if that reaches no more, twice in a row, the sender is at its limit and the
 * search ends. A sender that stands still because its link is down proves nothing: rate control waits for it.
 *
 * Guarantee
 *   - The held rate is at most what was reached in a whole step without loss, and at most 95 % of what was
 *     asked for in that step; or the least rate, if there was no such step.
 *   - The search ends after at most log2(most / start) + 7 rates, or log2(start / least) if even the first
 *     is too fast. Each rate is tried at most twice.
 *   - While holding, the rate never rises. A loss lowers it by 5 %, but not below the least rate, and not
 *     again before it has settled.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rate_control_config {
    double start, least, most; /* probes per second */
    uint64_t settle_ns;        /* time until losses of probes sent before have shown; at least a round trip */
    uint64_t watch_ns;         /* if longer, rarer losses are seen; if shorter, the search takes less time */
};

enum rate_phase {
    RATE_RECOVERING, /* after a rate with losses, before it is tried again */
    RATE_SETTLING,
    RATE_WATCHING,
    RATE_HOLDING_ANEW, /* after a loss while holding */
    RATE_HOLDING,
};

struct rate_control {
    struct rate_control_config config;
    double rate;       /* to send at from now on */
    double tried;      /* the rate of the current step */
    double good, bad;  /* the fastest good rate, 0: none; the slowest bad rate, INFINITY: none */
    unsigned losses;   /* attempts at `tried` with losses */
    double came_about; /* the highest rate reached in steps that missed theirs, since the last step that did
                       not; 0: none */
    unsigned no_more;  /* attempts since then that reached no more than that */
    bool rising;       /* the current step is faster than the step before */
    enum rate_phase phase;
    uint64_t since_ns; /* when the phase began, and the counters at that time */
    uint64_t sent, lost;
    double found;        /* the first held rate; 0: still searching */
    uint64_t found_ns;   /* when that rate had settled; 0: not yet */
    uint64_t found_lost; /* lost until then */
};

/* rate_control_start() starts at `now_ns` with `config.start`; 0 < least <= start <= most. */
void rate_control_start(struct rate_control *control, const struct rate_control_config *config,
                        uint64_t now_ns);

/*
 * rate_control_excuse() reports losses caused by something other than the rate. The current step proves
 * nothing then, and starts again. A held rate remains.
 */
void rate_control_excuse(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost);

/* rate_control_step() takes how much was sent and lost since the start, and returns the rate to send at from
 * now on. Call it several times per step. */
double rate_control_step(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost);
