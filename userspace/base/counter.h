// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A counter written by one thread and read by others: plain loads and stores, no locked instruction. There is
 * no ordering either: a reader sees a value that the counter has had, never an older one than it saw before,
 * and the value says nothing about other memory. Counters whose sums must agree are read after the writing
 * thread was joined. Each thread has its own structure of counters, on cache lines that no other thread writes.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#define CACHE_LINE 64

typedef _Atomic uint64_t counter_t;

static inline void counter_add(counter_t *counter, uint64_t n)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
                          memory_order_relaxed);
}

static inline uint64_t counter_read(const counter_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}
