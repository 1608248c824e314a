// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much to slow down sending while receivers are behind, so that the rate falls before replies are lost.
 * Pure: time and how full the rings are come as arguments.
 *
 *     full  0        1/32             1/4              1/2               1
 *           |  faster  |  as it is     |  half as fast  |  least           |
 *           |          |               |  unless it     |                  |
 *           |          |               |  empties       |                  |
 *
 * If memory allows, rings hold half a second of replies. A quarter is full after a receiver did not run for
 * an eighth of a second, far longer than it ever sleeps. The rest has room for the replies that are still on
 * their way.
 *
 * Guarantee
 *   - The share is never below BACK_PRESSURE_LEAST, however full the rings are: an attacker who fills them
 *     with replies cannot stop a survey.
 *   - When rings stay less than 1/32 full, the full rate is restored within BACK_PRESSURE_BACK_NS, if steps
 *     are at most 200 ms apart.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BACK_PRESSURE_LEAST 0.125
/* Ten steps, each a quarter faster than the one before, each after 200 ms of calm. */
#define BACK_PRESSURE_BACK_NS 4000000000ULL

struct back_pressure {
    double share; /* of the full rate, BACK_PRESSURE_LEAST … 1; 0: not started, which means 1 */
    double full;  /* at the last step */
    uint64_t calm_since_ns;
    uint64_t stepped_ns;

    /* For the summary. */
    double least;       /* the smallest share so far */
    uint64_t slowed_ns; /* for how long it was below 1 */
    uint64_t times;     /* how often it fell below 1 */
};

/* back_pressure_start() starts at `now_ns` with the full rate. */
void back_pressure_start(struct back_pressure *pressure, uint64_t now_ns);

/* back_pressure_step() takes how full the fullest ring is, 0 … 1, and returns the share of the rate to send
 * at from now on. Call it about 20 times per second. */
double back_pressure_step(struct back_pressure *pressure, uint64_t now_ns, double full);
