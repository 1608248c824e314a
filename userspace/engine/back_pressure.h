// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much slower to send while receivers are behind: the rate gives way before replies are lost. Pure: time
 * and how full the rings are come as arguments.
 *
 *     full  0        1/32             1/4              1/2               1
 *           |  faster  |  as it is     |  half as fast  |  least           |
 *           |          |               |  unless it     |                  |
 *           |          |               |  empties       |                  |
 *
 * Rings last for half a second of replies where memory allows it: a quarter is full after an eighth of a
 * second in which a receiver did not run, far longer than one ever sleeps, and what is left holds the replies
 * that are still on their way.
 *
 * Guarantee
 *   - The share is never below BACK_PRESSURE_LEAST, however full the rings are: whoever fills them with
 *     replies of his own cannot stop a survey.
 *   - From rings that stay less than 1/32 full the full rate is back within BACK_PRESSURE_BACK_NS, if steps
 *     are no further apart than 200 ms.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BACK_PRESSURE_LEAST 0.125
/* Ten steps of a quarter more, each after 200 ms of calm. */
#define BACK_PRESSURE_BACK_NS 4000000000ULL

struct back_pressure {
    double share; /* of the rate to send at, BACK_PRESSURE_LEAST … 1; 0: not begun, which is 1 */
    double full;  /* at the last step */
    uint64_t calm_since_ns;
    uint64_t stepped_ns;

    /* For the summary. */
    double least;       /* share so far */
    uint64_t slowed_ns; /* for how long it was below 1 */
    uint64_t times;     /* how often it began to be */
};

/* back_pressure_start() begins at `now_ns` with the whole rate. */
void back_pressure_start(struct back_pressure *pressure, uint64_t now_ns);

/* back_pressure_step() looks at how full the fullest ring is, 0 … 1, and returns the share of the rate to
 * send at from now on. To be called some 20 times per second. */
double back_pressure_step(struct back_pressure *pressure, uint64_t now_ns, double full);
