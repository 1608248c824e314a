// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/rate_step.h"

enum {
    STEPS = 10,
    DECADES = 9,
};

/* Relative difference of equal rates: one may have been read from text, or computed as a share. */
#define CLOSE 1e-6

static double step_at(unsigned number)
{
    static const double steps[STEPS] = {1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8};
    double rate = steps[number % STEPS];

    for (unsigned decade = number / STEPS; decade; decade--)
        rate *= 10;
    return rate;
}

double rate_step(double rate, bool up)
{
    double below = rate;

    for (unsigned i = 0; i <= STEPS * DECADES; i++) {
        double step = step_at(i);

        if (up && step > rate * (1 + CLOSE))
            return step;
        if (!up && step >= rate * (1 - CLOSE))
            return below;
        below = step;
    }
    return up ? rate : below;
}
