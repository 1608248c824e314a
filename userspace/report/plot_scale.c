// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/plot_scale.h"

#include <math.h>
#include <stdio.h>

double plot_scale_at(const struct plot_axis *axis, double value)
{
    if (axis->kind == PLOT_LOG)
        return value > 0 ? log(value / axis->low) / log(axis->high / axis->low) : NAN;
    return (value - axis->low) / (axis->high - axis->low);
}

double plot_scale_round_up(double most, unsigned ticks)
{
    static const double steps[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    double unit = pow(10, floor(log10(most / ticks)));

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (steps[i] * unit * ticks >= most)
            return steps[i] * unit * ticks;
    return 10 * unit * ticks;
}

/* Returns 1, 2 or 5 times a power of ten, so that there are about PLOT_TICKS ticks. */
static double step_of(const struct plot_axis *axis)
{
    double rough = (axis->high - axis->low) / PLOT_TICKS, unit = pow(10, floor(log10(rough)));
    double step = rough <= unit       ? unit
                  : rough <= 2 * unit ? 2 * unit
                  : rough <= 5 * unit ? 5 * unit
                                      : 10 * unit;

    return axis->whole && step < 1 ? 1 : step;
}

/* The upper end counts as on the axis, even if rounding makes a sum slightly larger. */
static bool is_on(const struct plot_axis *axis, double value)
{
    return value <= axis->high + (axis->high - axis->low) * 1e-9;
}

static size_t linear_ticks(const struct plot_axis *axis, double ticks[PLOT_TICKS_MAX])
{
    /* An axis that ends at a round number is divided evenly, with a tick at its end. */
    bool round = axis->low == 0 && !axis->whole && plot_scale_round_up(axis->high, PLOT_TICKS) == axis->high;
    double step = round ? axis->high / PLOT_TICKS : step_of(axis), first = ceil(axis->low / step);
    size_t count = 0;

    while (count < PLOT_TICKS_MAX && is_on(axis, (first + (double)count) * step)) {
        ticks[count] = (first + (double)count) * step;
        count++;
    }
    return count;
}

/* Powers of ten; if there are few, also twice and five times each. */
static size_t log_ticks(const struct plot_axis *axis, double ticks[PLOT_TICKS_MAX])
{
    static const double factors[] = {1, 2, 5};
    int first = (int)floor(log10(axis->low) + 1e-9), last = (int)ceil(log10(axis->high) - 1e-9);
    int every = last - first > PLOT_TICKS_MAX - 1 ? (last - first + PLOT_TICKS - 1) / PLOT_TICKS : 1;
    size_t factor_count = log10(axis->high / axis->low) > 2.5 ? 1 : 3, count = 0;

    for (int decade = first; decade <= last; decade += every)
        for (size_t i = 0; i < factor_count && count < PLOT_TICKS_MAX; i++) {
            double value = factors[i] * pow(10, decade);

            if (value >= axis->low * (1 - 1e-9) && value <= axis->high * (1 + 1e-9))
                ticks[count++] = value;
        }
    return count;
}

size_t plot_scale_ticks(const struct plot_axis *axis, double ticks[PLOT_TICKS_MAX])
{
    if (axis->kind == PLOT_PLACES)
        return 0;
    return axis->kind == PLOT_LOG ? log_ticks(axis, ticks) : linear_ticks(axis, ticks);
}

const char *plot_scale_number(double value, char text[PLOT_NUMBER_SIZE])
{
    static const struct {
        double from;
        const char *suffix;
    } units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (fabs(value) >= units[i].from * (1 - 1e-9)) {
            snprintf(text, PLOT_NUMBER_SIZE, "%.4g%s", value / units[i].from, units[i].suffix);
            return text;
        }
    snprintf(text, PLOT_NUMBER_SIZE, "%.4g", value);
    return text;
}
