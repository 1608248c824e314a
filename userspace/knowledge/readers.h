// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decides when memory that threads read without locks can be freed: as soon as each thread has since declared
 * that it holds no pointer to it. Eras count the removals:
 *
 *   make it unreachable; era = readers_next_era()  …  readers_passed(era): nobody reads it any more
 *
 * Every reader calls reader_holds_nothing() between two batches; it costs one load and one store. A reader
 * that does not call it for long delays nobody, but memory stays allocated until it does.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct reader {
    _Atomic uint64_t era; /* the era in which it last held nothing */
    struct reader *next;
};

/* Zero-initialised. */
struct readers {
    _Atomic uint64_t era;
    _Atomic(struct reader *) first; /* includes readers that left: they must stay allocated as long as this
                                       list */
};

/* readers_join() lets `reader` read from now on, in one thread at a time. */
void readers_join(struct readers *readers, struct reader *reader);

/* reader_leave() is called when the reader reads no more. */
void reader_leave(struct reader *reader);

/* reader_holds_nothing() declares that the reader holds no pointers: it will look up everything anew. */
static inline void reader_holds_nothing(struct readers *readers, struct reader *reader)
{
    uint64_t era = atomic_load_explicit(&readers->era, memory_order_acquire);

    atomic_store_explicit(&reader->era, era, memory_order_release);
}

/* readers_next_era() begins the era in which nobody can find what was removed before it. */
uint64_t readers_next_era(struct readers *readers);

/* readers_passed() returns true when all readers have come to `era`. */
bool readers_passed(const struct readers *readers, uint64_t era);
