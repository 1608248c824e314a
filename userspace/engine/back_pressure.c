// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/back_pressure.h"

#include <math.h>

#include "base/clock.h"

#define EMPTY      (1.0 / 32)
#define BEHIND     (1.0 / 4)
#define FAR_BEHIND (1.0 / 2)
#define FASTER     1.25
#define CALM_NS    (200 * NS_PER_MS)

void back_pressure_start(struct back_pressure *pressure, uint64_t now_ns)
{
    *pressure = (struct back_pressure){
        .share = 1,
        .least = 1,
        .calm_since_ns = now_ns,
        .stepped_ns = now_ns,
    };
}

static void slow_down(struct back_pressure *pressure, double share)
{
    pressure->times += pressure->share == 1;
    pressure->share = fmax(share, BACK_PRESSURE_LEAST);
    pressure->least = fmin(pressure->least, pressure->share);
}

static void speed_up(struct back_pressure *pressure, uint64_t now_ns)
{
    if (now_ns - pressure->calm_since_ns < CALM_NS)
        return;
    pressure->share = fmin(pressure->share * FASTER, 1);
    pressure->calm_since_ns = now_ns;
}

double back_pressure_step(struct back_pressure *pressure, uint64_t now_ns, double full)
{
    bool empties = full < pressure->full;

    if (pressure->share < 1)
        pressure->slowed_ns += now_ns - pressure->stepped_ns;
    if (full >= FAR_BEHIND)
        slow_down(pressure, BACK_PRESSURE_LEAST);
    else if (full >= BEHIND && !empties)
        slow_down(pressure, pressure->share / 2);
    if (full >= EMPTY)
        pressure->calm_since_ns = now_ns;
    else
        speed_up(pressure, now_ns);
    pressure->full = full;
    pressure->stepped_ns = now_ns;
    return pressure->share;
}
