// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A counter written by one thread and read by others: plain loads and stores, no locked instruction.
 * No order either: a reader sees a value that the counter has had, never one before what it saw last, and
 * may conclude nothing about other memory from it. What must add up is read once the writer has been joined.
 * A thread keeps its counters together in a structure of its own, on cache lines that nobody else writes.
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
