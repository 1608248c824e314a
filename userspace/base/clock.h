// SPDX-License-Identifier: GPL-2.0-or-later
/* Clocks. Only the outermost loops read them; everything below takes `now`. */
#pragma once

#include <stdint.h>
#include <time.h>

#define NS_PER_US 1000ULL
#define NS_PER_MS 1000000ULL
#define NS_PER_S  1000000000ULL
#define US_PER_S  1000000ULL

static inline uint64_t clock_read_ns(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* clock_now_ns() is CLOCK_MONOTONIC, the clock of bpf_ktime_get_ns(). */
static inline uint64_t clock_now_ns(void)
{
    return clock_read_ns(CLOCK_MONOTONIC);
}

/* One instant, read on both clocks. It converts monotonic times to wall-clock times; a survey uses the same
 * pairing for all its times. */
struct clock_pairing {
    uint64_t monotonic_ns;
    uint64_t realtime_ns;
};

/* A thread that is interrupted between the two readings would pair different instants. So a few tries are made,
 * and the pair with the shortest distance is used. */
static inline struct clock_pairing clock_pair(void)
{
    struct clock_pairing closest = {0};
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < 4 && least > 2 * NS_PER_US; i++) {
        uint64_t before = clock_read_ns(CLOCK_MONOTONIC);
        uint64_t realtime = clock_read_ns(CLOCK_REALTIME);
        uint64_t apart = clock_read_ns(CLOCK_MONOTONIC) - before;

        if (apart < least)
            closest = (struct clock_pairing){before + apart / 2, realtime};
        least = apart < least ? apart : least;
    }
    return closest;
}

static inline uint64_t clock_to_realtime_ns(const struct clock_pairing *pairing, uint64_t monotonic_ns)
{
    return pairing->realtime_ns + (monotonic_ns - pairing->monotonic_ns);
}

static inline uint64_t clock_to_monotonic_ns(const struct clock_pairing *pairing, uint64_t realtime_ns)
{
    return pairing->monotonic_ns + (realtime_ns - pairing->realtime_ns);
}
