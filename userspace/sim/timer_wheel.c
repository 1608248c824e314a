// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/timer_wheel.h"

#include <stdlib.h>

static uint64_t tick_of(uint64_t ns)
{
    return ns >> TIMER_WHEEL_TICK_BITS;
}

static struct timer_list *bucket_of(struct timer_wheel *wheel, uint64_t tick)
{
    return &wheel->buckets[tick % TIMER_WHEEL_BUCKETS];
}

struct timer_wheel *timer_wheel_create(uint64_t now_ns)
{
    struct timer_wheel *wheel = calloc(1, sizeof(*wheel));

    if (!wheel)
        return NULL;
    for (unsigned i = 0; i < TIMER_WHEEL_BUCKETS; i++)
        wheel->buckets[i].end = &wheel->buckets[i].first;
    wheel->tick = tick_of(now_ns);
    return wheel;
}

void timer_wheel_destroy(struct timer_wheel *wheel)
{
    free(wheel);
}

void timer_wheel_add(struct timer_wheel *wheel, struct timer *timer)
{
    uint64_t tick = tick_of(timer->due_ns);
    struct timer_list *bucket = bucket_of(wheel, tick > wheel->tick ? tick : wheel->tick);

    timer->next = NULL;
    *bucket->end = timer;
    bucket->end = &timer->next;
    wheel->count++;
}

/* Returns the first timer of the bucket that is due; timers of later turns stay. */
static struct timer *take_from(struct timer_list *bucket, uint64_t now_ns)
{
    for (struct timer **link = &bucket->first; *link; link = &(*link)->next) {
        struct timer *timer = *link;

        if (timer->due_ns > now_ns)
            continue;
        *link = timer->next;
        if (!*link)
            bucket->end = link;
        return timer;
    }
    return NULL;
}

struct timer *timer_wheel_take(struct timer_wheel *wheel, uint64_t now_ns)
{
    uint64_t last = tick_of(now_ns);

    while (wheel->count) {
        struct timer *timer = take_from(bucket_of(wheel, wheel->tick), now_ns);

        if (timer) {
            wheel->count--;
            return timer;
        }
        if (wheel->tick >= last)
            return NULL;
        wheel->tick++;
    }
    if (wheel->tick < last)
        wheel->tick = last;
    return NULL;
}

bool timer_wheel_is_due_before(const struct timer_wheel *wheel, uint64_t ns)
{
    for (uint64_t tick = wheel->tick; wheel->count && tick <= tick_of(ns); tick++)
        for (const struct timer *t = wheel->buckets[tick % TIMER_WHEEL_BUCKETS].first; t; t = t->next)
            if (t->due_ns < ns)
                return true;
    return false;
}
