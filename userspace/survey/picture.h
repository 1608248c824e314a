// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A survey as text for a screen of any size. Pure functions.
 *
 *     hopwire survey of 4,096 targets by eth0
 *     sending   42 %  0:12 of 0:29
 *
 *                          total    a second
 *     sent             1,234,567     100,012  of 100,000 asked for
 *     replies            456,789      37,001  37.0 % of sent
 *     interfaces          12,345         312
 *     links               23,456         801
 *     reached              3,210          12
 *     lost                   123           0  ring full 100, writer dropped 23
 *
 *     answers by TTL …
 *
 *     the last messages
 *     keys: p pause, + - rate, q stop
 *
 * Parts for which there is no room are left out: first the messages, then the plot. Private to
 * userspace/survey/.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "survey/status.h"

/* Each per second. */
struct survey_rates {
    double sent, replies, interfaces, links, reached, lost;
};

struct survey_picture {
    const char *title, *phase;
    const struct survey_status *status;
    struct survey_rates rates;
    double share;         /* share of the rate that back pressure leaves; 1: all of it */
    const char *messages; /* lines, the last one last; may be "" */
    bool keys, sending;   /* keys are read; probes are still sent */
};

/* survey_rates_between() computes rates from two statuses of a survey, `ns` apart. */
struct survey_rates survey_rates_between(const struct survey_status *before, const struct survey_status *now,
                                         uint64_t ns);

/* survey_picture_print() writes at most `rows` lines of at most `columns` bytes. */
void survey_picture_print(const struct survey_picture *picture, unsigned rows, unsigned columns, FILE *out);
