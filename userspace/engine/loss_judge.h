// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which losses the rate of sending is to blame for. Who sends us packets of his own can fill rings and
 * devices, and would slow down a survey that looks for the rate which loses nothing. Pure: time and counters
 * come as arguments.
 *
 * Losses of rings are excused where too many replies come to us, those of the device where too many packets
 * of any kind do. In LOSS_WINDOW_NS too many are
 *
 *   - LOSS_FACTOR times the most that was sent in any such time during the last LOSS_STEPS steps, since
 *     replies follow from probes, about one each at most; or
 *   - for every LOSS_FORGED_SHARE of those probes one that is certainly not to them: forged, or one of more
 *     answers than a probe can get.
 *
 * Guarantee
 *   - Who sends more than LOSS_FACTOR times what we do, or so many forged or repeated replies, changes
 *     nothing by what is lost to him.
 *   - Without him every loss counts, unless replies of three round trips come at once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    LOSS_STEPS = 64, /* 3 s, some of the longest round trips: a rate may have fallen since the probes left */
    LOSS_FACTOR = 2, /* networks duplicate packets; twice all of them is not seen */
    LOSS_FORGED_SHARE = 16, /* a few are chance, or another survey's that has just ended */
};

#define LOSS_WINDOW_NS 250000000ULL

/* All of them since the start. */
struct loss_counts {
    uint64_t sent;
    uint64_t packets, replies; /* that arrived: of any kind, and those with our tags */
    uint64_t forged;           /* among them, those that are certainly none */
    uint64_t own;              /* losses that come of sending alone */
    uint64_t of_device;        /* lost where packets of any kind are */
    uint64_t of_rings;         /* lost where only replies are */
};

struct loss_judge {
    struct {
        uint64_t at_ns;
        struct loss_counts counts;
    } steps[LOSS_STEPS];
    unsigned count; /* of all steps, the last LOSS_STEPS of which are kept */
    uint64_t counted, excused;
};

/* loss_judge_step() returns how many losses count so far, `excused` the others. To be called some 20 times a
 * second; zero-initialised before. */
uint64_t loss_judge_step(struct loss_judge *judge, uint64_t now_ns, const struct loss_counts *counts);
