// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_table.h"

#include <errno.h>

#include "base/counter.h"
#include "base/pages.h"

enum {
    /* Per segment. The links of a small survey stay in the second-level cache. Growing from this size costs a
     * large survey little, because all levels before the last are together as large as the last. */
    FIRST_LEVEL_LINES = 128,
    /* For a table of one segment and one level: a smaller start would save little. */
    SMALL_TABLE_LINES = 2 * KEY_SEGMENTS * FIRST_LEVEL_LINES,
    /* Levels that are being copied, or wait for their readers, besides the last ones: seldom more than
     * one. */
    LEVELS_BESIDE = 2,
    OCTAVE_STEP = 62757, /* 2^(-1/16) of 65,536 */
};

_Static_assert(KEY_SEGMENTS == 16, "and so many steps are an octave");

/* The last growth of each segment, and so all growths before it, is a sixteenth of an octave from the next
 * segment's. */
static struct key_sizes sizes_of(uint64_t last, unsigned segment)
{
    uint64_t before = last, first;

    for (unsigned i = 0; i <= segment; i++)
        before = before * OCTAVE_STEP >> 16;
    for (first = before; first > FIRST_LEVEL_LINES;)
        first = (first + 1) / 2;
    return (struct key_sizes){.first = first, .before_last = before, .last = last};
}

static int init_small(struct key_table *table, uint64_t lines, struct readers *readers)
{
    const struct key_sizes sizes = {lines, lines, lines};

    table->segment_count = 1;
    return key_segment_init(&table->segments[0], &table->hashing, readers, &sizes);
}

static int init_segments(struct key_table *table, uint64_t last, struct readers *readers)
{
    int error = 0;

    table->segment_count = KEY_SEGMENTS;
    for (unsigned i = 0; !error && i < KEY_SEGMENTS; i++) {
        const struct key_sizes sizes = sizes_of(last, i);

        error = key_segment_init(&table->segments[i], &table->hashing, readers, &sizes);
    }
    return error;
}

/* Levels are mapped in whole huge pages, and all of them together must fit the memory. */
static uint64_t last_lines(uint64_t memory)
{
    return pages_whole_within(memory / (KEY_SEGMENTS + LEVELS_BESIDE)) / CACHE_LINE;
}

int key_table_init(struct key_table *table, const struct key_table_config *config)
{
    uint64_t lines = config->memory / CACHE_LINE;
    bool small = lines <= SMALL_TABLE_LINES;
    uint64_t last = small ? lines : last_lines(config->memory);
    uint64_t affordable = key_segment_room(last) * (small ? 1 : KEY_SEGMENTS);

    *table = (struct key_table){
        .hashing = {.key_bits = config->key_bits,
                    .secret = config->secret,
                    .factor = mix64(config->secret) | 1},
        .limit = config->limit < affordable ? config->limit : affordable,
        .sampled = config->sampled,
    };
    if (config->sampled && table->limit > UINT32_MAX)
        table->limit = UINT32_MAX; /* the hash has bits for this many */
    return small ? init_small(table, last ? last : 1, config->readers)
                 : init_segments(table, last, config->readers);
}

void key_table_free(struct key_table *table)
{
    for (unsigned i = 0; i < table->segment_count; i++)
        key_segment_free(&table->segments[i]);
    *table = (struct key_table){0};
}

uint64_t key_table_limit(const struct key_table *table)
{
    return table->limit;
}

static struct key_segment *segment_of(struct key_table *table, uint64_t hash)
{
    return &table->segments[key_table_segment_of(table, hash)];
}

bool key_table_find(struct key_table *table, uint64_t hash, uint64_t *word)
{
    return key_segment_find(segment_of(table, hash), hash, word);
}

/* Whether the table, which may be a sample, accepts a new key. */
static bool takes(const struct key_table *table, uint64_t hash)
{
    uint64_t count = atomic_load_explicit(&table->count, memory_order_relaxed), limit = table->limit;

    if (count >= limit)
        return false;
    if (!table->sampled || limit - count > limit / 2)
        return true;
    int halvings = 63 - __builtin_clzll(limit / (limit - count));
    return halvings == 0 || mix64(hash ^ table->hashing.secret) >> (64 - 2 * halvings) == 0;
}

enum key_outcome key_table_add(struct key_table *table, uint64_t hash, uint64_t *word)
{
    struct key_segment *segment = segment_of(table, hash);
    enum key_outcome outcome = KEY_ABSENT;

    if (takes(table, hash))
        outcome = key_segment_add(segment, hash, word);
    else if (key_segment_find(segment, hash, word))
        outcome = KEY_FOUND;
    if (outcome == KEY_ADDED)
        atomic_fetch_add_explicit(&table->count, 1, memory_order_relaxed);
    if (outcome == KEY_ABSENT)
        atomic_store_explicit(&table->full, true, memory_order_relaxed);
    return outcome;
}

void key_table_prepare(struct key_table *table)
{
    for (unsigned i = 0; i < table->segment_count; i++)
        key_segment_prepare(&table->segments[i]);
}

void key_table_tidy(struct key_table *table)
{
    unsigned next = atomic_load_explicit(&table->tidied_next, memory_order_relaxed);

    key_segment_tidy(&table->segments[next % table->segment_count]);
    atomic_store_explicit(&table->tidied_next, next + 1, memory_order_relaxed);
}
