// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_table.h"

#include <errno.h>

#include "base/counter.h"

enum {
    /* A small survey's links stay in the second-level cache; to grow from there costs a large one little,
     * since all levels before the last are as large together as that one. */
    FIRST_LEVEL_LINES = 2048,
    /* Of eight words a line. Just before growing, a key that is absent is found out in 1.6 lines, in 1.1 on
     * average; with seven it would be 2.8 lines and 1.5, each beyond the first a cache miss. With fewer, a
     * key takes more memory. */
    WORDS_FILLED = 6,
    /* By whoever adds a key, five sixths of a line at least, or the next level is full before all is copied. More, and
     * replies pile up meanwhile: with 16, for 30 ms at half a million keys; fewer, and there are two levels to look in
     * for longer: with one, a key that is new takes 1.4 times as long. */
    LINES_COPIED_AT_ONCE = 4,
    /* When such a part of a level is left until it is full the next one is prepared. Larger, and there is memory for
     * two levels for longer; smaller, and it comes too late where half a million keys a second are new. */
    PREPARED_BEFORE = 64,
};

/* The size of the level before one of `lines`. Each is larger by a fifth: 11 to 13 bytes a key, and 24 from when the next
 * one is prepared until all is copied. Larger by a half it would be 16 and 27; smaller steps copy each key more than
 * five times, and leave less time for it. */
static uint64_t size_before(uint64_t lines)
{
    return (5 * lines + 5) / 6;
}

static uint64_t next_size(const struct key_table *table, uint64_t lines)
{
    uint64_t next = table->lines_most;

    while (size_before(next) > lines)
        next = size_before(next);
    return next;
}

/* The size of the first level, and that of the last, which has room in the memory beside the one before it.
 */
static uint64_t choose_sizes(struct key_table *table)
{
    uint64_t affordable = table->config.memory / CACHE_LINE, last = affordable / 11 * 6, first;

    if (last <= FIRST_LEVEL_LINES)
        last = affordable < FIRST_LEVEL_LINES ? affordable : FIRST_LEVEL_LINES;
    first = last;
    while (first > FIRST_LEVEL_LINES)
        first = size_before(first);
    table->lines_most = last ? last : 1;
    return first ? first : 1;
}

int key_table_init(struct key_table *table, const struct key_table_config *config)
{
    *table = (struct key_table){.config = *config, .factor = mix64(config->secret) | 1};
    uint64_t lines = choose_sizes(table);
    uint64_t affordable = config->memory < CACHE_LINE ? 0 : table->lines_most * WORDS_FILLED;

    if (table->config.limit > affordable)
        table->config.limit = affordable;
    if (config->sampled && table->config.limit > UINT32_MAX)
        table->config.limit = UINT32_MAX; /* the hash has bits for as many */
    table->first = key_level_create(lines);
    atomic_init(&table->current, table->first);
    atomic_init(&table->mapped, table->first);
    return table->first ? 0 : -ENOMEM;
}

void key_table_free(struct key_table *table)
{
    for (struct key_level *level = table->first, *next; level; level = next) {
        next = atomic_load(&level->next);
        key_level_destroy(level);
    }
    if (atomic_load(&table->spare))
        key_level_destroy(table->spare);
    *table = (struct key_table){0};
}

uint64_t key_table_limit(const struct key_table *table)
{
    return table->config.limit;
}

static struct key_level *next_of(struct key_level *level)
{
    return atomic_load_explicit(&level->next, memory_order_acquire);
}

/* Looks from `level` on; `put` goes into the last one, or is 0. Before it a word is sealed for it, so that
 * nobody adds the key there meanwhile. */
static enum key_outcome visit_from(struct key_table *table, struct key_level *level, uint64_t hash,
                                   uint64_t *word, uint64_t put)
{
    for (;;) {
        struct key_level *next = next_of(level);
        enum key_outcome outcome =
            key_level_visit(level, hash, table->config.key_bits, word, next && put ? KEY_SEALED : put);

        if (outcome == KEY_FOUND || outcome == KEY_ADDED || (outcome == KEY_ABSENT && !next))
            return outcome;
        level = next_of(level);
        if (!level)
            return KEY_ABSENT;
    }
}

bool key_table_find(struct key_table *table, uint64_t hash, uint64_t *word)
{
    struct key_level *level = atomic_load_explicit(&table->current, memory_order_acquire);

    return visit_from(table, level, hash, word, 0) == KEY_FOUND;
}

/* Copies what stands in lines into the levels behind this one, where it counts for no new key. All that is touched
 * there is asked for before any of it is waited for. */
static void copy_lines(struct key_table *table, struct key_level *level, uint64_t first, uint64_t end)
{
    uint64_t words[LINES_COPIED_AT_ONCE * KEY_LINE_WORDS];
    struct key_level *next = next_of(level);
    size_t count = 0;

    for (uint64_t place = first * KEY_LINE_WORDS; place < end * KEY_LINE_WORDS; place++) {
        uint64_t word = key_level_seal(level, place);

        if (!word)
            continue;
        key_level_prefetch(next, key_table_hash(table, word));
        words[count++] = word;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t word = words[i];

        visit_from(table, next, key_table_hash(table, word), &word, word);
    }
}

/* A level of which all is copied goes out of sight, with those behind it that have come as far. */
static void leave_copied(struct key_table *table)
{
    struct key_level *level = atomic_load(&table->current);

    while (atomic_load(&level->copied) == level->lines) {
        struct key_level *next = next_of(level);

        if (atomic_compare_exchange_strong(&table->current, &level, next)) {
            atomic_store(&level->left_era, readers_next_era(table->config.readers));
            level = next;
        }
    }
}

static void copy_some(struct key_table *table, struct key_level *level)
{
    uint64_t first, end;

    if (atomic_load_explicit(&level->claimed, memory_order_relaxed) >= level->lines)
        return;
    first = atomic_fetch_add_explicit(&level->claimed, LINES_COPIED_AT_ONCE, memory_order_relaxed);
    end = first + LINES_COPIED_AT_ONCE < level->lines ? first + LINES_COPIED_AT_ONCE : level->lines;
    if (first >= end)
        return;
    copy_lines(table, level, first, end);
    if (atomic_fetch_add(&level->copied, end - first) + (end - first) == level->lines)
        leave_copied(table);
}

static uint64_t room_in(const struct key_level *level)
{
    return level->lines * WORDS_FILLED;
}

/* A level of that size: the spare one, or one whose memory is still to come. */
static struct key_level *take_level(struct key_table *table, uint64_t lines)
{
    struct key_level *spare = atomic_exchange(&table->spare, NULL);

    if (spare && spare->lines == lines)
        return spare;
    if (spare)
        key_level_destroy(spare);
    return key_level_create(lines);
}

/* Gives `level`, the last one, a next one, if it may be as large. Of two threads one is first. */
static bool grow(struct key_table *table, struct key_level *level)
{
    struct key_level *none = NULL, *next;

    if (level->lines == table->lines_most)
        return false;
    next = take_level(table, next_size(table, level->lines));
    if (next && !atomic_compare_exchange_strong(&level->next, &none, next))
        key_level_destroy(next);
    return next != NULL;
}

/* Whether the table, which may be a sample, has room for a new key; makes some in its last level. */
static bool make_room(struct key_table *table, struct key_level *last, uint64_t hash)
{
    uint64_t count = atomic_load_explicit(&table->count, memory_order_relaxed), limit = table->config.limit;

    if (count >= limit)
        return false;
    int halvings = 63 - __builtin_clzll(limit / (limit - count));
    if (table->config.sampled && halvings > 0 &&
        mix64(hash ^ table->config.secret) >> (64 - 2 * halvings) != 0)
        return false;
    return count < room_in(last) || grow(table, last);
}

enum key_outcome key_table_add(struct key_table *table, uint64_t hash, uint64_t *word)
{
    struct key_level *level = atomic_load_explicit(&table->current, memory_order_acquire), *last, *next;
    enum key_outcome outcome = KEY_ABSENT;

    for (last = level; (next = next_of(last)); last = next)
        copy_some(table, last);
    if (make_room(table, last, hash))
        outcome = visit_from(table, level, hash, word, *word);
    else if (key_table_find(table, hash, word))
        outcome = KEY_FOUND;
    if (outcome == KEY_ADDED)
        atomic_fetch_add_explicit(&table->count, 1, memory_order_relaxed);
    if (outcome == KEY_ABSENT)
        atomic_store_explicit(&table->full, true, memory_order_relaxed);
    return outcome;
}

/* Whether the next level is there already. One that came too late, since the table grew meanwhile, is no larger than the
 * last one: it would keep its memory to the end. */
static bool has_spare(struct key_table *table, const struct key_level *last)
{
    struct key_level *spare = atomic_exchange(&table->spare, NULL);

    if (!spare)
        return false;
    if (spare->lines > last->lines) {
        atomic_store(&table->spare, spare);
        return true;
    }
    key_level_destroy(spare);
    return false;
}

void key_table_prepare(struct key_table *table)
{
    struct key_level *last = atomic_load_explicit(&table->current, memory_order_acquire), *next;

    while ((next = next_of(last)))
        last = next;
    if (has_spare(table, last) || last->lines == table->lines_most ||
        atomic_load_explicit(&table->count, memory_order_relaxed) <
            room_in(last) - room_in(last) / PREPARED_BEFORE)
        return;
    next = key_level_create(next_size(table, last->lines));
    if (!next)
        return;
    key_level_touch(next);
    atomic_store(&table->spare, next);
}

void key_table_tidy(struct key_table *table)
{
    struct key_level *level = atomic_load_explicit(&table->mapped, memory_order_acquire);

    if (level == atomic_load_explicit(&table->current, memory_order_acquire))
        return;
    if (readers_passed(table->config.readers, atomic_load(&level->left_era)) &&
        atomic_compare_exchange_strong(&table->mapped, &level, next_of(level)))
        key_level_unmap(level);
}
