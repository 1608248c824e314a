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

/* One instant read on both clocks: monotonic times become wall-clock times by it, all of a survey by the
 * same. */
struct clock_pairing {
    uint64_t monotonic_ns;
    uint64_t realtime_ns;
};

static inline struct clock_pairing clock_pair(void)
{
    return (struct clock_pairing){clock_read_ns(CLOCK_MONOTONIC), clock_read_ns(CLOCK_REALTIME)};
}

static inline uint64_t clock_to_realtime_ns(const struct clock_pairing *pairing, uint64_t monotonic_ns)
{
    return pairing->realtime_ns + (monotonic_ns - pairing->monotonic_ns);
}

static inline uint64_t clock_to_monotonic_ns(const struct clock_pairing *pairing, uint64_t realtime_ns)
{
    return pairing->monotonic_ns + (realtime_ns - pairing->realtime_ns);
}
