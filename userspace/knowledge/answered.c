// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/answered.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/counter.h"
#include "base/pages.h"
#include "mix.h"
#include "target/path.h"

enum {
    PLACES_A_LINE = CACHE_LINE / sizeof(uint64_t),
    /* So that all 32 probes of a path may be answered again and the table is still at most half full, after
     * rounding down to a power of two. If it is fuller, some keys find no place among those tried. */
    PLACES_A_PATH = 128,
    /* For recent answers, if there are no words: 64 MB, the answers of 20 s at 400,000 per second. Honest
     * answers never come later than the range of the send time. */
    PLACES_RECENT = 1 << 23,
    /* How many places are tried before the table counts as full. If more, an attacker who fills it makes
     * receivers slower; if fewer, it counts as full with more room left. */
    PLACES_TRIED = 4 * PLACES_A_LINE,
    TTLS_A_WORD = 32,
    COUNT_BITS = 3,
    COUNT_MASK = (1 << COUNT_BITS) - 1,
};

_Static_assert((int)ANSWERS_MOST <= (int)COUNT_MASK, "a place holds every count");

static uint64_t power_of_two_within(uint64_t n)
{
    return 1ULL << (63 - __builtin_clzll(n));
}

static uint64_t table_places(bool exact, uint64_t paths, uint64_t memory)
{
    uint64_t affordable = memory / sizeof(uint64_t), wanted = exact ? paths * PLACES_A_PATH : PLACES_RECENT;
    uint64_t places = affordable < wanted ? affordable : wanted;

    return power_of_two_within(places < PLACES_A_LINE ? PLACES_A_LINE : places);
}

/* If words show which answer is the first, only duplicates touch the table: so its pages are allocated when
 * needed. Else every answer goes there. */
static int map_table(struct answered *answered, uint64_t paths, uint64_t memory)
{
    uint64_t places = table_places(answered->ttls != NULL, paths, memory);
    size_t size = places * sizeof(uint64_t);

    answered->count_mask = places - 1;
    answered->table = answered->ttls ? pages_map_untouched(size) : pages_map(size);
    answered->counts = answered->table;
    return answered->table ? 0 : -ENOMEM;
}

int answered_init(struct answered *answered, uint64_t targets, unsigned flows, unsigned max_ttl,
                  uint64_t memory)
{
    uint64_t paths = path_count(targets, flows), reached_bytes = (targets / 64 + 1) * sizeof(uint64_t);
    unsigned width = (max_ttl + TTLS_A_WORD - 1) / TTLS_A_WORD;
    uint64_t path_bytes = width * sizeof(*answered->ttls);
    uint64_t ttl_bytes = paths <= memory / path_bytes ? paths * path_bytes : 0;

    *answered = (struct answered){.width = width, .memory_size = reached_bytes + ttl_bytes};
    answered->memory = pages_map(answered->memory_size);
    if (!answered->memory)
        return -ENOMEM;
    answered->reached = answered->memory;
    answered->ttls = ttl_bytes ? (void *)((char *)answered->memory + reached_bytes) : NULL;
    int error = map_table(answered, paths, memory - ttl_bytes);
    if (error)
        answered_free(answered);
    return error;
}

void answered_free(struct answered *answered)
{
    pages_unmap(answered->memory, answered->memory_size);
    pages_unmap(answered->table, (answered->count_mask + 1) * sizeof(uint64_t));
    *answered = (struct answered){0};
}

static uint64_t probe_key(uint64_t path, unsigned ttl, bool rewritten)
{
    return path << 7 | (uint64_t)(ttl - 1) << 1 | rewritten;
}

/* Not keyed: an attacker who fills a part of the table with probes that he saw only causes further answers
 * there to be refused, which he could do anyway by answering these probes. */
static uint64_t line_of(const struct answered *answered, uint64_t key)
{
    return mix64(key) & answered->count_mask & ~(uint64_t)(PLACES_A_LINE - 1);
}

static _Atomic uint32_t *word_of(const struct answered *answered, uint64_t path, unsigned ttl)
{
    return &answered->ttls[path * answered->width + (ttl - 1) / TTLS_A_WORD];
}

void answered_prefetch(const struct answered *answered, uint64_t path, unsigned ttl, uint64_t target)
{
    if (answered->ttls)
        __builtin_prefetch(word_of(answered, path, ttl), 1);
    else
        __builtin_prefetch(&answered->counts[line_of(answered, probe_key(path, ttl, false))], 1);
    __builtin_prefetch(&answered->reached[target / 64], 1);
}

/* Sets the bit, and returns whether it was set before. */
static bool set_ttl(_Atomic uint32_t *word, unsigned ttl)
{
    uint32_t mask = 1U << (ttl - 1) % TTLS_A_WORD;

    return atomic_fetch_or_explicit(word, mask, memory_order_relaxed) & mask;
}

/* Counts in a place, if it is free or belongs to the key. Returns the new count; 0 if it was `most` already;
 * -1 if the place belongs to another key. */
static int count_in(_Atomic uint64_t *place, uint64_t key, unsigned most)
{
    uint64_t word = atomic_load_explicit(place, memory_order_relaxed), next;

    do {
        if (word && word >> COUNT_BITS != key)
            return -1;
        if ((word & COUNT_MASK) >= most)
            return 0;
        next = (key << COUNT_BITS | (word & COUNT_MASK)) + 1;
    } while (!atomic_compare_exchange_weak_explicit(place, &word, next, memory_order_relaxed,
                                                    memory_order_relaxed));
    return (int)(next & COUNT_MASK);
}

/* Returns the rank of this answer for its key, from 1 on; 0: one too many; -1: no place. Places are taken in
 * order and never freed, so that two receivers find the same one. */
static int count_exactly(struct answered *answered, uint64_t key, unsigned most)
{
    uint64_t first = line_of(answered, key);
    int count = -1;

    for (unsigned i = 0; i < PLACES_TRIED && count < 0; i++)
        count = count_in(&answered->counts[(first + i) & answered->count_mask], key, most);
    return count;
}

/* As count_exactly(), but there is always a place, in one cache line: if necessary, that of another key. */
static int count_recent(struct answered *answered, uint64_t key, unsigned most)
{
    uint64_t first = line_of(answered, key);
    int count = -1;

    for (unsigned i = 0; i < PLACES_A_LINE && count < 0; i++)
        count = count_in(&answered->counts[first + i], key, most);
    if (count >= 0)
        return count;
    atomic_store_explicit(&answered->counts[first + (mix64(key) >> 61)], key << COUNT_BITS | 1,
                          memory_order_relaxed);
    return 1;
}

enum answer_rank answered_mark(struct answered *answered, uint64_t path, unsigned ttl)
{
    int count;

    if (!answered->ttls) {
        count = count_recent(answered, probe_key(path, ttl, false), ANSWERS_MOST);
        return count == 1 ? ANSWER_FIRST : count > 0 ? ANSWER_AGAIN : ANSWER_TOO_MANY;
    }
    if (!set_ttl(word_of(answered, path, ttl), ttl))
        return ANSWER_FIRST;
    count = count_exactly(answered, probe_key(path, ttl, false), ANSWERS_MOST - 1);
    return count > 0 ? ANSWER_AGAIN : ANSWER_TOO_MANY;
}

enum answer_rank answered_mark_rewritten(struct answered *answered, uint64_t path, unsigned ttl)
{
    bool exact = answered->ttls != NULL;
    /* One place is reserved for the first certain answer; further answers of both kinds share the rest. */
    uint64_t key = probe_key(path, ttl, !exact);
    int count = exact ? count_exactly(answered, key, ANSWERS_MOST - 1)
                      : count_recent(answered, key, ANSWERS_MOST - 1);

    return count > 0 ? ANSWER_AGAIN : ANSWER_TOO_MANY;
}

bool answered_reach(struct answered *answered, uint64_t target)
{
    _Atomic uint64_t *word = &answered->reached[target / 64];
    uint64_t mask = 1ULL << target % 64;

    /* Most replies of a target that answers are repetitions: a load costs less than a locked instruction. */
    if (atomic_load_explicit(word, memory_order_relaxed) & mask)
        return true;
    return atomic_fetch_or_explicit(word, mask, memory_order_relaxed) & mask;
}
