// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts how often each probe was answered, and marks which targets were reached. Shared by all receivers.
 *
 *   ttls      one atomic 32-bit word per path (a target and flow), two if TTLs above 32 are probed; one bit
 *             per TTL: was it answered?
 *   reached   one bit per target
 *   counts    a hash table of [path and TTL | count]: the few probes that were answered again, and how often
 *
 * Nearly all answers are first ones, which touch only their path's word. Anybody who sees a probe can answer
 * it a million times. At most ANSWERS_MOST of these answers count, exactly, in a table that does not grow:
 * when it is full, further answers rank as too many at once, and first ones are not affected.
 *
 * If the words of all paths would take more memory than allowed, only the table is used, in which new answers
 * replace others. Then a probe answered long ago counts as new again, and answers are limited by the bound on
 * all records together (allowance.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* Networks duplicate packets, or two devices of one hop answer a probe: two and three answers occur.
     * Further answers show nothing new. */
    ANSWERS_MOST = 4,
};

struct answered {
    _Atomic uint32_t *ttls; /* NULL if memory did not suffice */
    unsigned width;         /* words per path */
    _Atomic uint64_t *reached;
    _Atomic uint64_t *counts;
    uint64_t count_mask; /* number of places minus 1; the number is a power of two */
    void *memory;        /* holds `ttls` and `reached` */
    size_t memory_size;
    void *table; /* holds `counts` */
};

enum answer_rank {
    ANSWER_FIRST,
    ANSWER_AGAIN,
    ANSWER_TOO_MANY, /* there were ANSWERS_MOST before, or the table has no room to count it */
};

/*
 * answered_init() prepares for `targets` × `flows` paths up to `max_ttl` in `memory` bytes. If their words
 * would take more, not all duplicates are recognized (answered_tells_duplicates()). Returns 0 or -ENOMEM.
 */
int answered_init(struct answered *answered, uint64_t targets, unsigned flows, unsigned max_ttl,
                  uint64_t memory);
void answered_free(struct answered *answered);

static inline bool answered_tells_duplicates(const struct answered *answered)
{
    return answered->ttls != NULL;
}

/* answered_prefetch() prefetches the memory that the functions below touch. */
void answered_prefetch(const struct answered *answered, uint64_t path, unsigned ttl, uint64_t target);

/* answered_mark() counts an answer to `ttl` (1 … `max_ttl`) of `path`, and returns its rank. */
enum answer_rank answered_mark(struct answered *answered, uint64_t path, unsigned ttl);

/*
 * answered_mark_rewritten() counts an answer to a probe that was rewritten, of which only path and TTL are
 * certain. It does not stand for a certain one: the first certain answer is ANSWER_FIRST, whatever came
 * before. Never returns ANSWER_FIRST itself.
 */
enum answer_rank answered_mark_rewritten(struct answered *answered, uint64_t path, unsigned ttl);

/* answered_reach() marks `target` as reached, and returns whether it was before. */
bool answered_reach(struct answered *answered, uint64_t target);
