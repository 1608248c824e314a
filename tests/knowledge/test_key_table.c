// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_table.h"

#include <criterion/criterion.h>
#include <pthread.h>

#include "base/counter.h"
#include "base/pages.h"
#include "mix.h"
#include "reference.h"
#include "table.h"

enum {
    MANY = 200000, /* several times as many as the first level holds */
    THREADS = 4,
};

#define ENOUGH (64ULL << 20)

struct fixture {
    struct readers readers;
    struct reader reader;
    struct key_table table;
};

static void start(struct fixture *fixture, const struct key_table_config *wanted)
{
    struct key_table_config config = *wanted;

    fixture->readers = (struct readers){0};
    readers_join(&fixture->readers, &fixture->reader);
    config.key_bits = config.key_bits ? config.key_bits : UINT64_MAX;
    config.secret = 42;
    config.readers = &fixture->readers;
    cr_assert_eq(key_table_init(&fixture->table, &config), 0);
}

static void end(struct fixture *fixture)
{
    key_table_free(&fixture->table);
    key_table_free(&fixture->table); /* a second time: nothing */
}

static enum key_outcome add(struct key_table *table, uint64_t word)
{
    return key_table_add(table, key_table_hash(table, word), &word);
}

static bool has(struct key_table *table, uint64_t word)
{
    return key_table_find(table, key_table_hash(table, word), &word);
}

/* The n-th of unrelated words. */
static uint64_t word_at(uint64_t n)
{
    return mix64(n + 1);
}

static unsigned levels_mapped(const struct key_table *table)
{
    unsigned mapped = 0;

    for (unsigned i = 0; i < table->segment_count; i++)
        for (struct key_level *level = table->segments[i].first; level; level = atomic_load(&level->next))
            mapped += level->memory != NULL;
    return mapped;
}

Test(key_table, adds_each_once)
{
    static const struct {
        uint64_t word;
        enum key_outcome outcome;
    } steps[] = {
        {5, KEY_ADDED},
        {1, KEY_ADDED},
        {5, KEY_FOUND},
        {UINT64_MAX - 1, KEY_ADDED},
        {1, KEY_FOUND},
        {1ULL << 32, KEY_ADDED},
        {UINT64_MAX - 1, KEY_FOUND},
    };
    struct fixture fixture;

    start(&fixture, &(struct key_table_config){.memory = ENOUGH, .limit = UINT64_MAX});
    for (size_t i = 0; i < COUNT(steps); i++)
        cr_expect_eq(add(&fixture.table, steps[i].word), steps[i].outcome, "step %zu", i);
    cr_expect_eq(fixture.table.count, 4);
    cr_expect(has(&fixture.table, 5));
    cr_expect_not(has(&fixture.table, 7));
    cr_expect_not(fixture.table.full);
    end(&fixture);
}

/* The bits beside the key go with it: the word that came first is the one that is found. */
Test(key_table, words_are_told_apart_by_their_key)
{
    struct fixture fixture;
    uint64_t word;

    start(&fixture,
          &(struct key_table_config){.key_bits = ~0ULL << 32, .memory = ENOUGH, .limit = UINT64_MAX});
    for (uint64_t i = 0; i < MANY; i++)
        cr_assert_eq(add(&fixture.table, i << 32 | (i + 1)), KEY_ADDED);
    for (uint64_t i = 0; i < MANY; i++) {
        word = i << 32 | 7;
        cr_assert_eq(key_table_add(&fixture.table, key_table_hash(&fixture.table, word), &word), KEY_FOUND);
        cr_assert_eq(word, i << 32 | (i + 1));
    }
    cr_expect_eq(fixture.table.count, MANY);
    end(&fixture);
}

/* Growing loses nothing, adds nothing twice, and gives back what it has left. */
Test(key_table, grows)
{
    struct fixture fixture;

    start(&fixture, &(struct key_table_config){.memory = ENOUGH, .limit = UINT64_MAX});
    for (uint64_t i = 0; i < MANY; i++) {
        cr_assert_eq(add(&fixture.table, word_at(i)), KEY_ADDED);
        cr_assert(has(&fixture.table, word_at(i / 2)), "%d of %d", (int)(i / 2), (int)i);
        cr_assert_not(has(&fixture.table, word_at(i + 1)));
    }
    for (uint64_t i = 0; i < MANY; i++)
        cr_assert_eq(add(&fixture.table, word_at(i)), KEY_FOUND);
    cr_expect_eq(fixture.table.count, MANY);
    cr_expect_not(fixture.table.full);
    cr_expect_gt(levels_mapped(&fixture.table), 2 * KEY_SEGMENTS, "this reader may still read all of them");
    reader_holds_nothing(&fixture.readers, &fixture.reader);
    for (int i = 0; i < 20 * KEY_SEGMENTS; i++)
        key_table_tidy(&fixture.table);
    cr_expect_leq(levels_mapped(&fixture.table), KEY_SEGMENTS + 2);
    for (uint64_t i = 0; i < MANY; i++)
        cr_assert(has(&fixture.table, word_at(i)));
    end(&fixture);
}

/* What is mapped of all levels, the prepared ones too. */
static uint64_t bytes_mapped(const struct key_table *table)
{
    uint64_t lines = 0;

    for (unsigned i = 0; i < table->segment_count; i++) {
        const struct key_level *spare = table->segments[i].spare;

        for (const struct key_level *level = table->segments[i].first; level; level = level->next)
            lines += level->memory ? level->lines : 0;
        lines += spare ? spare->lines : 0;
    }
    return lines * CACHE_LINE;
}

/* Segments double one after the other: at any time, with the levels that are copied and those that are prepared, a key
 * takes 18.5 bytes at most, and each of the limit 12. */
Test(key_table, memory_of_keys)
{
    struct fixture fixture;

    start(&fixture, &(struct key_table_config){.memory = MANY * 12.1, .limit = UINT64_MAX});
    cr_assert_eq(fixture.table.segment_count, KEY_SEGMENTS);
    cr_expect_geq(key_table_limit(&fixture.table), MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        uint64_t most = i < 12000 ? KEY_SEGMENTS * 256 * CACHE_LINE : 18.5 * (double)(i + 1);

        cr_assert_eq(add(&fixture.table, word_at(i)), KEY_ADDED);
        reader_holds_nothing(&fixture.readers, &fixture.reader);
        key_table_prepare(&fixture.table);
        key_table_tidy(&fixture.table);
        cr_assert_leq(bytes_mapped(&fixture.table), most, "%d keys", (int)i);
        cr_assert_leq(bytes_mapped(&fixture.table), MANY * 12.1, "%d keys", (int)i);
    }
    cr_expect_eq(fixture.table.count, MANY);
    end(&fixture);
}

/* What segments take at last stays within the memory, whole huge pages included, and most of it is used. */
Test(key_table, memory)
{
    for (uint64_t memory = 64; memory <= 16 * ENOUGH; memory += memory / 3 + 1) {
        struct fixture fixture;
        uint64_t bytes = 0, most = 0;

        start(&fixture, &(struct key_table_config){.memory = memory, .limit = UINT64_MAX});
        for (unsigned i = 0; i < fixture.table.segment_count; i++) {
            uint64_t last = pages_whole(fixture.table.segments[i].sizes.last * CACHE_LINE);

            bytes += last;
            most = last > most ? last : most;
        }
        /* And two of them twice, while they grow. */
        if (fixture.table.segment_count > 1)
            cr_expect_leq(bytes + 2 * most, memory, "%d bytes", (int)memory);
        cr_expect_leq(bytes, memory, "%d bytes", (int)memory);
        cr_expect_geq(bytes, memory / 2, "%d bytes", (int)memory);
        end(&fixture);
    }
}

Test(key_table, takes_no_more_than_the_limit)
{
    static const struct {
        uint64_t memory, limit, taken;
    } cases[] = {
        {0, UINT64_MAX, 0}, {63, UINT64_MAX, 0},  {64, UINT64_MAX, 6},          {128, UINT64_MAX, 12},
        {ENOUGH, 0, 0},     {ENOUGH, 1000, 1000}, {ENOUGH, MANY - 1, MANY - 1}, {1 << 20, UINT64_MAX, 87360},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;

        start(&fixture, &(struct key_table_config){.memory = cases[i].memory, .limit = cases[i].limit});
        for (uint64_t key = 0; key < MANY; key++)
            add(&fixture.table, word_at(key));
        cr_expect_eq(fixture.table.count, cases[i].taken, "case %zu: %d", i, (int)fixture.table.count);
        cr_expect(fixture.table.full, "case %zu", i);
        for (uint64_t key = 0; key < MANY; key++)
            cr_assert_eq(has(&fixture.table, word_at(key)), key < cases[i].taken, "case %zu", i);
        end(&fixture);
    }
}

/* However many keys come first, and whichever: of those that come later a sample is kept, drawn by a hash. */
Test(key_table, a_sample_of_more_than_there_is_room_for)
{
    enum { LIMIT = 4096, EACH = 100000 };
    struct fixture fixture;
    uint64_t before = 0;

    start(&fixture, &(struct key_table_config){.memory = ENOUGH, .limit = LIMIT, .sampled = true});
    for (uint64_t i = 1; i <= LIMIT / 2; i++)
        add(&fixture.table, i);
    cr_expect_eq(fixture.table.count, LIMIT / 2);
    cr_expect_not(fixture.table.full, "the first half takes all");
    for (uint64_t part = 1; part < 6; part++) {
        before = fixture.table.count;
        for (uint64_t i = 0; i < EACH; i++)
            add(&fixture.table, part << 32 | i);
        cr_expect(part == 1 || fixture.table.count > before, "part %d", (int)part);
    }
    cr_expect(fixture.table.full);
    cr_expect_lt(fixture.table.count, LIMIT);
    end(&fixture);
}

struct adding_thread {
    struct fixture *fixture;
    struct reader reader;
    pthread_barrier_t *start;
    uint64_t seed, added;
    pthread_t thread;
};

/* Every word several times, in an order of its own. */
static void *add_all(void *argument)
{
    struct adding_thread *self = argument;
    struct key_table *table = &self->fixture->table;

    pthread_barrier_wait(self->start);
    for (uint64_t i = 0; i < 2 * MANY; i++) {
        uint64_t word = word_at(reference_random(&self->seed) % MANY), wanted = word;

        if (!key_table_find(table, key_table_hash(table, word), &word))
            self->added += key_table_add(table, key_table_hash(table, word), &word) == KEY_ADDED;
        cr_assert_eq(word, wanted);
        if (i % 64 == 0) {
            reader_holds_nothing(&self->fixture->readers, &self->reader);
            key_table_tidy(table);
        }
    }
    reader_leave(&self->reader);
    return NULL;
}

/* Threads add the same words at the same time while the table grows under them: each word is new to one. */
Test(key_table, threads_add_the_same_words)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct adding_thread threads[THREADS];
        pthread_barrier_t together;
        struct fixture fixture;
        uint64_t added = 0, there = 0;

        start(&fixture, &(struct key_table_config){.memory = ENOUGH, .limit = UINT64_MAX});
        pthread_barrier_init(&together, NULL, THREADS);
        for (size_t i = 0; i < THREADS; i++) {
            threads[i] = (struct adding_thread){&fixture, {0}, &together, seed << 8 | i, 0, 0};
            readers_join(&fixture.readers, &threads[i].reader);
            cr_assert_eq(pthread_create(&threads[i].thread, NULL, add_all, &threads[i]), 0);
        }
        for (size_t i = 0; i < THREADS; i++) {
            pthread_join(threads[i].thread, NULL);
            added += threads[i].added;
        }
        for (uint64_t i = 0; i < MANY; i++)
            there += has(&fixture.table, word_at(i));
        cr_expect_eq(added, there);
        cr_expect_eq(fixture.table.count, there);
        cr_expect_gt(there, MANY / 2);
        pthread_barrier_destroy(&together);
        end(&fixture);
    }
}
