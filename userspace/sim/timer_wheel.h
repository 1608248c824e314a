// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timers by the hundred thousand: a wheel of buckets, one a tick, in which a timer waits as long as it takes,
 * whole turns of the wheel included. Adding and taking out cost the same however many there are (Varghese and
 * Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 6).
 *
 * Time is what the caller says; it must not run backwards. One thread owns a wheel.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    /* A tick of 16 µs: timers within the same tick come out in the order in which they were added. A turn
     * takes half a second, longer than replies usually do, so that few are looked at in vain. */
    TIMER_WHEEL_TICK_BITS = 14,
    TIMER_WHEEL_BUCKETS = 1 << 15,
};

/* Embedded in what waits. */
struct timer {
    struct timer *next;
    uint64_t due_ns;
};

struct timer_wheel {
    struct timer_list {
        struct timer *first, **end;
    } buckets[TIMER_WHEEL_BUCKETS];
    uint64_t tick; /* nothing is due before it that has not been taken out */
    uint64_t count;
};

/* timer_wheel_create() starts at `now_ns`; NULL when memory is short. Timers left are the caller's to free,
 * by timer_wheel_take() at UINT64_MAX. */
struct timer_wheel *timer_wheel_create(uint64_t now_ns);
void timer_wheel_destroy(struct timer_wheel *wheel);

/* timer_wheel_add() adds a timer; one that is due already comes out next. */
void timer_wheel_add(struct timer_wheel *wheel, struct timer *timer);

/* timer_wheel_take() takes out a timer that is due at `now_ns`, the earliest tick
 * first; NULL where none is. */
struct timer *timer_wheel_take(struct timer_wheel *wheel, uint64_t now_ns);

/* timer_wheel_is_due_before() says whether a timer is due before `ns`, at the cost of a look at each tick
 * until then. */
bool timer_wheel_is_due_before(const struct timer_wheel *wheel, uint64_t ns);
