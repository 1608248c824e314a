// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hundreds of thousands of timers: a wheel of buckets, one per tick. A timer waits in its bucket until it is
 * due, possibly for whole turns of the wheel. Adding and taking cost the same for any number of timers
 * (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 6).
 *
 * Time is an argument, and must not run backwards. One thread owns a wheel.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    /* A tick of 16 µs: timers within one tick come out in the order in which they were added. A turn takes
     * half a second, longer than most replies, so that few timers are looked at before they are due. */
    TIMER_WHEEL_TICK_BITS = 14,
    TIMER_WHEEL_BUCKETS = 1 << 15,
};

/* Embedded in the object that waits. */
struct timer {
    struct timer *next;
    uint64_t due_ns;
};

struct timer_wheel {
    struct timer_list {
        struct timer *first, **end;
    } buckets[TIMER_WHEEL_BUCKETS];
    uint64_t tick; /* everything due before this tick has been taken out */
    uint64_t count;
};

/* timer_wheel_create() returns a wheel that starts at `now_ns`; NULL when memory is short. The caller takes
 * out remaining timers by timer_wheel_take() at UINT64_MAX, and frees them. */
struct timer_wheel *timer_wheel_create(uint64_t now_ns);
void timer_wheel_destroy(struct timer_wheel *wheel);

/* timer_wheel_add() adds a timer; one that is due already comes out next. */
void timer_wheel_add(struct timer_wheel *wheel, struct timer *timer);

/* timer_wheel_take() takes out a timer that is due at `now_ns`, the earliest tick first. Returns NULL if none
 * is due. */
struct timer *timer_wheel_take(struct timer_wheel *wheel, uint64_t now_ns);

/* timer_wheel_is_due_before() returns whether a timer is due before `ns`. It looks at each tick until
 * then. */
bool timer_wheel_is_due_before(const struct timer_wheel *wheel, uint64_t ns);
