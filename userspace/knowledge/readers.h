// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When is memory that all threads read without locks free to go? Once each of them has said since that it
 * holds nothing of it. Eras count what was taken away:
 *
 *   take it out of sight; era = readers_next_era()  …  readers_passed(era): nobody reads it any more
 *
 * Every reader says reader_holds_nothing() between two batches, one load and one store. One that says nothing
 * for long makes others keep memory for as long, and delays nobody.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct reader {
    _Atomic uint64_t era; /* in which it last held nothing */
    struct reader *next;
};

/* Zero-initialised. */
struct readers {
    _Atomic uint64_t era;
    _Atomic(struct reader *) first; /* those that left, too: they stay where they are as long as this */
};

/* readers_join() lets `reader` read from now on, in one thread at a time. */
void readers_join(struct readers *readers, struct reader *reader);

/* reader_leave(): it reads no more. */
void reader_leave(struct reader *reader);

/* reader_holds_nothing() says that the reader will look up anew whatever it reads from now on. */
static inline void reader_holds_nothing(struct readers *readers, struct reader *reader)
{
    uint64_t era = atomic_load_explicit(&readers->era, memory_order_acquire);

    atomic_store_explicit(&reader->era, era, memory_order_release);
}

/* readers_next_era() begins the era in which nobody finds any more what was taken out of sight before. */
uint64_t readers_next_era(struct readers *readers);

/* readers_passed() is true once all readers have come to `era`. */
bool readers_passed(const struct readers *readers, uint64_t era);
