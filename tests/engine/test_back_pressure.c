// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/back_pressure.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/clock.h"
#include "table.h"

#define START (77 * NS_PER_S)
#define TICK  (50 * NS_PER_MS)

Test(back_pressure, table)
{
    static const struct {
        const char *what;
        double full[6];
        double share[6];
    } rows[] = {
        {"nothing waits", {0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1}},
        {"a little waits", {.1, .2, .24, .2, .1, 0}, {1, 1, 1, 1, 1, 1}},
        {"falls behind, and further", {.25, .26, .27, .28, .29, .3}, {.5, .25, .125, .125, .125, .125}},
        {"far behind at once", {0, .5, .4, .3, .2, .1}, {1, .125, .125, .125, .125, .125}},
        {"catches up while it is behind", {.3, .29, .28, .27, .26, .25}, {.5, .5, .5, .5, .5, .5}},
        {"stays where it is", {.3, .3, .3, .3, .3, .3}, {.5, .25, .125, .125, .125, .125}},
        {"full", {1, 1, 1, 1, 1, 1}, {.125, .125, .125, .125, .125, .125}},
        {"calm for less than 200 ms", {.3, 0, 0, 0, .04, 0}, {.5, .5, .5, .5, .5, .5}},
        {"calm for 200 ms", {.3, 0, 0, 0, 0, 0}, {.5, .5, .5, .5, .625, .625}},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct back_pressure pressure;

        back_pressure_start(&pressure, START);
        for (size_t i = 0; i < COUNT(rows[row].full); i++) {
            double share = back_pressure_step(&pressure, START + (i + 1) * TICK, rows[row].full[i]);

            cr_expect_float_eq(share, rows[row].share[i], 1e-9, "%s: step %zu: %f", rows[row].what, i, share);
        }
    }
}

/* At any distance between steps, however the rings fill up meanwhile. */
Test(back_pressure, never_stops_a_survey)
{
    struct back_pressure pressure;
    uint64_t now = START, random = 1;

    back_pressure_start(&pressure, now);
    for (int step = 0; step < 100000; step++) {
        random = random * 6364136223846793005ULL + 1442695040888963407ULL;
        now += 1 + (random >> 20) % (10 * TICK);

        double share = back_pressure_step(&pressure, now, (double)(random >> 40) / 0x1p24);
        cr_assert(share >= BACK_PRESSURE_LEAST && share <= 1, "step %d: %f", step, share);
        cr_assert(pressure.least <= share);
    }
}

Test(back_pressure, comes_back_in_time)
{
    static const uint64_t ticks[] = {NS_PER_MS, TICK, 200 * NS_PER_MS};

    for (size_t row = 0; row < COUNT(ticks); row++) {
        struct back_pressure pressure;
        uint64_t now = START;

        back_pressure_start(&pressure, now);
        back_pressure_step(&pressure, now, 1);
        while (now - START < BACK_PRESSURE_BACK_NS)
            back_pressure_step(&pressure, now += ticks[row], 1.0 / 33);
        cr_expect_eq(pressure.share, 1, "row %zu: %f", row, pressure.share);
    }
}

Test(back_pressure, tells_how_long_it_slowed_down)
{
    struct back_pressure pressure;

    back_pressure_start(&pressure, START);
    for (int i = 1; i <= 300; i++)
        back_pressure_step(&pressure, START + (uint64_t)i * TICK, i == 10 || i == 200 ? 0.4 : 0);
    /* From 1/2 it takes four steps of a quarter, 200 ms each, until it is whole again. */
    cr_expect_eq(pressure.times, 2);
    cr_expect_eq(pressure.least, 0.5);
    cr_expect_float_eq((double)pressure.slowed_ns, 2 * 4 * 0.2 * (double)NS_PER_S, 2.0 * (double)TICK);
}
