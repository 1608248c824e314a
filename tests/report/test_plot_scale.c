// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/plot_scale.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "table.h"

Test(plot_scale, the_axis_ends_at_a_round_number)
{
    static const struct {
        double most;
        unsigned ticks;
        double top;
    } cases[] = {
        {5, 5, 5},       {5.01, 5, 7.5}, {0.86, 5, 1},      {1, 5, 1},   {9.9, 5, 10},
        {10.1, 5, 12.5}, {16.2, 5, 20},  {30.6e6, 5, 40e6}, {41, 5, 50}, {1e6, 1, 1e6},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        double top = plot_scale_round_up(cases[i].most, cases[i].ticks);

        cr_expect_float_eq(top, cases[i].top, 1e-6 * cases[i].top, "%g: %g", cases[i].most, top);
    }
}

/* The ticks of an axis, as they are written. */
static const char *ticks_of(const struct plot_axis *axis, char text[256])
{
    double ticks[PLOT_TICKS_MAX];
    size_t count = plot_scale_ticks(axis, ticks), length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char number[PLOT_NUMBER_SIZE];

        length += (size_t)snprintf(text + length, 256 - length, "%s%s", i ? " " : "",
                                   plot_scale_number(ticks[i], number));
    }
    return text;
}

Test(plot_scale, ticks_are_round_and_on_the_axis)
{
    static const struct {
        struct plot_axis axis;
        const char *ticks;
    } cases[] = {
        {{.low = 0, .high = 5}, "0 1 2 3 4 5"},
        {{.low = 0, .high = 7.5}, "0 1.5 3 4.5 6 7.5"},
        {{.low = 0, .high = 1.25e6}, "0 250k 500k 750k 1M 1.25M"},
        {{.low = 0, .high = 10.4}, "0 5 10"},
        {{.low = 0.5, .high = 32.5, .whole = true}, "10 20 30"},
        {{.low = 0.5, .high = 2.5, .whole = true}, "1 2"},
        {{.kind = PLOT_LOG, .low = 0.1, .high = 1000}, "0.1 1 10 100 1k"},
        {{.kind = PLOT_LOG, .low = 1, .high = 100}, "1 2 5 10 20 50 100"},
        {{.kind = PLOT_LOG, .low = 1, .high = 1e60}, "1 1T 1e+12T 1e+24T 1e+36T 1e+48T"},
        {{.kind = PLOT_PLACES, .low = 0, .high = 3}, ""},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];

        cr_expect_str_eq(ticks_of(&cases[i].axis, text), cases[i].ticks, "%zu: %s", i, text);
    }
}

Test(plot_scale, values_have_their_places)
{
    const struct plot_axis linear = {.low = 10, .high = 20}, logarithmic = {"", PLOT_LOG, 1, 10000, false};

    cr_expect_float_eq(plot_scale_at(&linear, 12.5), 0.25, 1e-9);
    cr_expect_float_eq(plot_scale_at(&logarithmic, 100), 0.5, 1e-9);
    cr_expect(isnan(plot_scale_at(&logarithmic, 0)), "it has no place there");
}
