// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decides which losses were caused by the rate of sending. An attacker who sends us packets can fill rings
 * and devices, and would slow down a survey that searches for the highest rate without losses. Pure: time and
 * counters come as arguments.
 *
 * Losses in rings are excused while too many replies arrive; losses in the device, while too many packets of
 * any kind arrive. "Too many" means, within LOSS_WINDOW_NS:
 *
 *   - more than LOSS_FACTOR times the most that was sent in any such time during the last LOSS_STEPS steps,
 *     since a probe causes about one reply at most; or
 *   - more than one reply per LOSS_FORGED_SHARE of those probes that is certainly no answer to them: forged,
 *     or beyond the number of answers that a probe can get.
 *
 * Guarantee
 *   - An attacker who sends more than LOSS_FACTOR times what we send, or so many forged or repeated replies,
 *     does not change the rate by the losses that he causes.
 *   - Without an attacker every loss counts, unless replies of three round trips arrive at once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    LOSS_STEPS = 64, /* 3 s, several of the longest round trips: the rate may have fallen since the probes
                        left */
    LOSS_FACTOR = 2, /* networks duplicate packets, but never twice as many as were sent */
    LOSS_FORGED_SHARE = 16, /* a few are chance, or answers to another survey that has just ended */
};

#define LOSS_WINDOW_NS 250000000ULL

/* All counted since the start. */
struct loss_counts {
    uint64_t sent;
    uint64_t packets, replies; /* arrived: packets of any kind, and replies with our tags */
    uint64_t forged;           /* of `packets`, false answers: forged, or more than a probe can get */
    uint64_t own;              /* losses caused by sending alone */
    uint64_t of_device;        /* lost where packets of any kind are received */
    uint64_t of_rings;         /* lost where only replies are received */
};

struct loss_judge {
    struct {
        uint64_t at_ns;
        struct loss_counts counts;
    } steps[LOSS_STEPS];
    unsigned count; /* of all steps; the last LOSS_STEPS are kept */
    uint64_t counted, excused;
};

/* loss_judge_step() returns how many losses count so far; `excused` counts the others. Call it about 20 times
 * per second, with a judge that was zero-initialised. */
uint64_t loss_judge_step(struct loss_judge *judge, uint64_t now_ns, const struct loss_counts *counts);
