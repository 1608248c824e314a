// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How often each probe was answered, and which targets have been reached. Shared by all receivers.
 *
 *   ttls      one atomic 32-bit word per path (a target and flow), two where TTLs above 32 are asked, a bit per
 *             TTL: was it answered?
 *   reached   one bit per target
 *   counts    a hash table of [path and TTL | count]: the few that were answered again, and how often
 *
 * The first answer, nearly every one, touches its path's word alone. Whoever sees a probe can answer it a
 * million times; ANSWERS_MOST of them count, exactly, in a table that does not grow: where it is full,
 * further answers are too many at once, while first ones are not affected.
 *
 * Where the words of all paths would take more memory than is allowed, there is the table alone, in which new
 * answers take the place of others. Then what was answered long ago counts as new again, and the bound on all
 * records together (allowance.h) is the one that holds.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* Networks duplicate packets, a probe is answered by two devices of one hop: two and three are seen. What
     * is beyond that tells nothing new. */
    ANSWERS_MOST = 4,
};

struct answered {
    _Atomic uint32_t *ttls; /* NULL where memory did not allow it */
    unsigned width;         /* words of a path */
    _Atomic uint64_t *reached;
    _Atomic uint64_t *counts;
    uint64_t count_mask; /* the table has one place more, a power of two */
    void *memory;        /* of `ttls` and `reached` */
    size_t memory_size;
    void *table; /* of `counts` */
};

enum answer_rank {
    ANSWER_FIRST,
    ANSWER_AGAIN,
    ANSWER_TOO_MANY, /* ANSWERS_MOST were there before, or it cannot be told */
};

/*
 * answered_init() keeps track of `targets` × `flows` paths up to `max_ttl` in `memory` bytes; where their words
 * would take more, duplicates are not all known (answered_tells_duplicates()). 0 or -ENOMEM.
 */
int answered_init(struct answered *answered, uint64_t targets, unsigned flows, unsigned max_ttl,
                  uint64_t memory);
void answered_free(struct answered *answered);

static inline bool answered_tells_duplicates(const struct answered *answered)
{
    return answered->ttls != NULL;
}

/* answered_prefetch() asks for the memory that the functions below will touch. */
void answered_prefetch(const struct answered *answered, uint64_t path, unsigned ttl, uint64_t target);

/* answered_mark() ranks an answer to `ttl` (1 … `max_ttl`) of `path`, and counts it. */
enum answer_rank answered_mark(struct answered *answered, uint64_t path, unsigned ttl);

/*
 * answered_mark_rewritten() counts an answer of which only this much is certain. It takes no other's place:
 * whatever came before, the first certain answer is ANSWER_FIRST. Never ANSWER_FIRST itself.
 */
enum answer_rank answered_mark_rewritten(struct answered *answered, uint64_t path, unsigned ttl);

/* answered_reach() says whether `target` was reached before, and marks it. */
bool answered_reach(struct answered *answered, uint64_t target);
