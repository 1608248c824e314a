// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `--rate auto`: the highest rate at which nothing is lost on this host, found while sending and held from
 * then on. Pure: time and counters come as arguments.
 *
 *                  twice as fast, as long as nothing is lost        half-way (geometric) between the
 *     start  --->  and the sender keeps up                    --->  fastest good and the slowest bad rate
 *                                                                          |  less than 5 % apart
 *                                                                          v
 *                                                                   hold 95 % of the fastest good one
 *
 * A step is a rate and the time for which it is tried: first it settles, then it is watched. It is good where
 * nothing was lost and 95 % of the rate came about. Losses count where a rate lost twice, so that one hiccup
 * of a busy machine decides nothing; while a slower rate settles they are put down to the faster one before
 * it. Where nothing was lost but less came about, that is good in place of the rate, and twice the rate is
 * tried: when that brings no more, twice in a row, it is all that the sender can, and the search is over. A
 * sender that stands still (its link is down) proves nothing, and is waited for.
 *
 * Guarantee
 *   - What is held is at most what came about in a whole step in which nothing was lost, and at most 95 % of
 *     what was asked for in it; or the least rate, where there was no such step.
 *   - The search ends after at most log2(most / start) + 7 rates, or log2(start / least) where even the first
 *     is too fast, each of them tried at most twice.
 *   - While holding, the rate never rises. A loss lowers it by 5 %, but not below the least, and not again
 *     before it has settled.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rate_control_config {
    double start, least, most; /* probes per second */
    uint64_t settle_ns;        /* for losses of what was sent before to show; at least a round trip */
    uint64_t watch_ns; /* longer, and rarer losses are seen; shorter, and the search takes less time */
};

enum rate_phase {
    RATE_RECOVERING, /* after a rate that was not good, before it is tried again */
    RATE_SETTLING,
    RATE_WATCHING,
    RATE_HOLDING_ANEW, /* after a loss while holding */
    RATE_HOLDING,
};

struct rate_control {
    struct rate_control_config config;
    double rate;      /* to send at now */
    double tried;     /* the rate of the present step */
    double good, bad; /* the fastest good, 0: none; the slowest bad, INFINITY: none */
    unsigned losses;  /* attempts at `tried` that lost */
    double
        came_about; /* the most of rates that did not come about, since the last that did; 0: there is none */
    unsigned no_more; /* attempts since then that brought no more than that */
    bool rising;      /* the present step is faster than what was before it */
    enum rate_phase phase;
    uint64_t since_ns; /* when the phase began, and the counters then */
    uint64_t sent, lost;
    double found;        /* what was held first; 0: the search goes on */
    uint64_t found_ns;   /* since when it has settled; 0: it has not */
    uint64_t found_lost; /* lost until then */
};

/* rate_control_start() begins at `now_ns` with `config.start`, 0 < least <= start <= most. */
void rate_control_start(struct rate_control *control, const struct rate_control_config *config,
                        uint64_t now_ns);

/*
 * rate_control_excuse() says that something other than the rate has lost, so that nothing follows from the
 * present step: it begins again. A rate that is held stays so.
 */
void rate_control_excuse(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost);

/* rate_control_step() looks at what was sent and lost since the start, and returns the rate to send at from
 * now on. To be called several times per step. */
double rate_control_step(struct rate_control *control, uint64_t now_ns, uint64_t sent, uint64_t lost);
