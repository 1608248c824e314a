// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The token buckets by which routers limit the ICMP errors that they send; the same code in the responder and
 * in the tests' model. Time is an argument.
 *
 * A bucket starts full. After each interval, counted from the first request, `refill` tokens are added, up to
 * `size`. A reply takes one token.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"

#define SIM_METER_BITS 18 /* the buckets of 2^18 routers are stored */
/* BPF does not allow function calls while a lock is held. */
#define SIM_INLINE __attribute__((always_inline)) static inline

#define SIM_NS_PER_MS 1000000ULL

/* If the two figures differ, each router has a value between them. */
struct sim_bucket_range {
    uint16_t size_min, size_max; /* tokens; 0: there is no such bucket */
    uint16_t interval_min_ms, interval_max_ms;
    uint16_t refill;
};

/* A vendor's limiter, and the percentages of core and periphery routers that have it. */
struct sim_limiter {
    uint8_t core_percent, periphery_percent;
    struct sim_bucket_range bucket[2]; /* a reply needs a token from each */
};

/*
 * Buckets: the published measurements of Holzbauer, Maier and Ullrich, "Destination Reachable: What ICMPv6
 * Error Messages Reveal About Their Sources" (IMC 2024); ICMPv4 is taken to be limited alike. So are the
 * core's shares down to Linux, 83 % together, and the 83 % of old Linux in the periphery. Who has the rest is
 * our choice, and so are the two buckets of the double limiter, whose figures are not published.
 */
enum { SIM_LIMITERS = 15 };
static const struct sim_limiter sim_limiters[SIM_LIMITERS] = {
    {12, 4, {{0}}},                                             /* none seen at 200 probes per second */
    {18, 0, {{10, 10, 100, 100, 1}}},                           /* Cisco IOS, IOS XE */
    {13, 0, {{10, 10, 10, 10, 1}, {100, 100, 1000, 1000, 50}}}, /* double */
    {13, 0, {{50, 100, 1000, 1000, 50}}},                       /* Huawei */
    {10, 0, {{100, 200, 1000, 1000, 100}}},                     /* Huawei NE */
    {9, 0, {{100, 100, 500, 9500, 100}}},                       /* Nokia */
    {4, 0, {{10, 10, 1000, 1000, 1}}},                          /* Cisco IOS XR */
    {4, 83, {{6, 6, 1000, 1000, 1}}},                           /* Linux before 4.9, and of /97 to /128 */
    {7, 0, {{52, 52, 980, 1020, 52}}},                          /* Juniper */
    {6, 0, {{10, 20, 100, 100, 10}}},                           /* Extreme, Brocade, H3C */
    {4, 3, {{100, 100, 1000, 1000, 100}}},                      /* FreeBSD, NetBSD */
    {0, 1, {{6, 6, 60, 62, 1}}},     /* Linux since 4.19, whose limit follows from the length of the … */
    {0, 2, {{6, 6, 120, 125, 1}}},   /* … prefix by which it answers: /0, /1 to /32, */
    {0, 3, {{6, 6, 248, 250, 1}}},   /* and /33 to /64 */
    {0, 4, {{6, 6, 1000, 1000, 4}}}, /* Adtran */
};

struct sim_bucket_size {
    uint32_t size, refill;
    uint64_t interval_ns;
};

struct sim_bucket {
    uint64_t refilled_ns; /* when tokens were last added, or would have been; 0: no request yet */
    uint64_t tokens;
};

/* sim_limiter_drawn() returns the index of a limiter, drawn from the upper half of `hash`. */
static inline uint8_t sim_limiter_drawn(uint64_t hash, bool periphery)
{
    uint32_t percent = (uint32_t)((hash >> 32) * 100 >> 32), below = 0;

    for (int i = 0; i < SIM_LIMITERS; i++) {
        below += periphery ? sim_limiters[i].periphery_percent : sim_limiters[i].core_percent;
        if (percent < below)
            return (uint8_t)i;
    }
    return 0;
}

/* sim_bucket_size() draws the figures of one router's bucket. */
static inline struct sim_bucket_size sim_bucket_size(const struct sim_bucket_range *range, uint32_t router)
{
    uint32_t drawn = (uint32_t)mix64(router);
    uint32_t sizes = range->size_max - range->size_min + 1U;
    uint32_t intervals = range->interval_max_ms - range->interval_min_ms + 1U;

    return (struct sim_bucket_size){
        .size = range->size_min + ((drawn & 0xffff) * sizes >> 16),
        .refill = range->refill,
        .interval_ns = (range->interval_min_ms + ((drawn >> 16) * intervals >> 16)) * SIM_NS_PER_MS,
    };
}

/* sim_bucket_fill() adds the tokens that are due at `now_ns`. That may be slightly before an earlier call's
 * time, because the clocks of processors differ. */
SIM_INLINE void sim_bucket_fill(struct sim_bucket *bucket, const struct sim_bucket_size *size,
                                uint64_t now_ns)
{
    if (bucket->refilled_ns == 0) {
        bucket->refilled_ns = now_ns;
        bucket->tokens = size->size;
    }
    if (now_ns < bucket->refilled_ns + size->interval_ns)
        return;

    uint64_t intervals = (now_ns - bucket->refilled_ns) / size->interval_ns;
    bucket->refilled_ns += intervals * size->interval_ns;
    bucket->tokens += intervals * size->refill;
    if (bucket->tokens > size->size)
        bucket->tokens = size->size;
}

/* sim_limit_take() returns whether a router may send an error now, and then takes a token from each bucket.
 * Buckets of size 0 do not exist. */
SIM_INLINE bool sim_limit_take(struct sim_bucket bucket[2], const struct sim_bucket_size size[2],
                               uint64_t now_ns)
{
    for (int i = 0; i < 2; i++)
        if (size[i].size)
            sim_bucket_fill(&bucket[i], &size[i], now_ns);
    for (int i = 0; i < 2; i++)
        if (size[i].size && bucket[i].tokens == 0)
            return false;
    for (int i = 0; i < 2; i++)
        if (size[i].size)
            bucket[i].tokens--;
    return true;
}
