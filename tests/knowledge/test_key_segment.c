// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_segment.h"

#include <criterion/criterion.h>

#include "mix.h"

enum {
    FIRST = 100, /* lines */
    ROOM = 6 * FIRST,
};

static const struct key_hashing hashing = {.key_bits = UINT64_MAX, .secret = 42, .factor = 43};
static const struct key_sizes four = {FIRST, 4 * FIRST, 7 * FIRST};

struct fixture {
    struct readers readers;
    struct key_segment segment;
    uint64_t added;
};

static void start(struct fixture *fixture, const struct key_sizes *sizes)
{
    *fixture = (struct fixture){0};
    cr_assert_eq(key_segment_init(&fixture->segment, &hashing, &fixture->readers, sizes), 0);
}

/* The n-th of unrelated words. */
static uint64_t word_at(uint64_t n)
{
    return mix64(n + 1);
}

static enum key_outcome add_one(struct fixture *fixture)
{
    uint64_t word = word_at(fixture->added), hash = key_hash(&hashing, word);
    enum key_outcome outcome = key_segment_add(&fixture->segment, hash, &word);
    fixture->added += outcome == KEY_ADDED;
    return outcome;
}

static void add_up_to(struct fixture *fixture, uint64_t count)
{
    while (fixture->added < count)
        cr_assert_eq(add_one(fixture), KEY_ADDED);
}

static void expect_all(struct fixture *fixture)
{
    for (uint64_t i = 0; i < fixture->added; i++) {
        uint64_t word = word_at(i);

        cr_assert(key_segment_find(&fixture->segment, key_hash(&hashing, word), &word), "%d", (int)i);
    }
    cr_expect_eq(fixture->segment.count, fixture->added);
}

/* Each level is twice as large as the one before it, but for the last. */
Test(key_segment, sizes)
{
    static const uint64_t expected[] = {FIRST, 2 * FIRST, 4 * FIRST, 7 * FIRST};
    struct fixture fixture;
    size_t count = 0;

    start(&fixture, &four);
    add_up_to(&fixture, 6 * 7 * FIRST);
    expect_all(&fixture);
    for (struct key_level *level = fixture.segment.first; level; level = level->next, count++)
        cr_expect_eq(level->lines, expected[count], "level %zu: %d lines", count, (int)level->lines);
    cr_expect_eq(count, sizeof(expected) / sizeof(expected[0]));
    key_segment_free(&fixture.segment);
}

/* Where there is no larger level, the last one takes up to seven eighths, so that absent keys are found out. */
Test(key_segment, the_last_level_takes_a_few_more)
{
    const struct key_sizes one = {FIRST, FIRST, FIRST};
    struct fixture fixture;

    start(&fixture, &one);
    add_up_to(&fixture, 7 * FIRST);
    cr_expect_eq(add_one(&fixture), KEY_ABSENT);
    expect_all(&fixture);
    key_segment_free(&fixture.segment);
}

/* Some keys before it is needed the next level is there, with its memory, and is the one that is taken. */
Test(key_segment, the_next_level_is_prepared)
{
    struct fixture fixture;

    start(&fixture, &four);
    add_up_to(&fixture, ROOM * 3 / 4);
    key_segment_prepare(&fixture.segment);
    cr_expect_null(fixture.segment.spare, "not yet");
    add_up_to(&fixture, ROOM - 1);
    key_segment_prepare(&fixture.segment);
    struct key_level *spare = fixture.segment.spare;
    cr_assert_not_null(spare);
    key_segment_prepare(&fixture.segment);
    cr_expect_eq(fixture.segment.spare, spare, "one is enough");
    cr_expect_null(fixture.segment.first->next);
    add_up_to(&fixture, ROOM + 1);
    cr_expect_eq(fixture.segment.first->next, spare);
    cr_expect_null(fixture.segment.spare);
    expect_all(&fixture);
    key_segment_free(&fixture.segment);
}

/* The segment may have grown by itself while memory came. */
Test(key_segment, what_is_prepared_too_late_goes)
{
    struct fixture fixture;

    start(&fixture, &four);
    add_up_to(&fixture, ROOM - 1);
    key_segment_prepare(&fixture.segment);
    struct key_level *late = atomic_exchange(&fixture.segment.spare, NULL);
    cr_assert_not_null(late);
    add_up_to(&fixture, ROOM + 1);
    cr_assert_not_null(fixture.segment.first->next);
    atomic_store(&fixture.segment.spare, late);
    key_segment_prepare(&fixture.segment);
    cr_expect_null(fixture.segment.spare);
    key_segment_free(&fixture.segment);
}

/* Not beyond the last level; and what nobody has come to need goes with the segment. */
Test(key_segment, only_what_can_be_needed_is_prepared)
{
    struct fixture fixture;

    start(&fixture, &four);
    add_up_to(&fixture, 6 * 7 * FIRST);
    key_segment_prepare(&fixture.segment);
    cr_expect_null(fixture.segment.spare);
    key_segment_free(&fixture.segment);
    start(&fixture, &four);
    add_up_to(&fixture, ROOM - 1);
    key_segment_prepare(&fixture.segment);
    cr_expect_not_null(fixture.segment.spare);
    key_segment_free(&fixture.segment);
}

/* A level as full as it becomes: how many lines a look-up goes through, of keys that are like each other. */
Test(key_segment, lookups_stay_short)
{
    const struct key_sizes one = {2000, 2000, 2000};
    struct fixture fixture;
    uint64_t longest = 0, run = 0;

    start(&fixture, &one);
    for (uint64_t i = 0; i < key_segment_room(2000); i++) {
        uint64_t word = i + 1;

        cr_assert_eq(key_segment_add(&fixture.segment, key_hash(&hashing, word), &word), KEY_ADDED);
    }
    for (uint64_t i = 0; i < 2000 * KEY_LINE_WORDS; i++) {
        run = atomic_load(&fixture.segment.first->words[i]) ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    cr_expect_lt(longest, 40 * KEY_LINE_WORDS, "%d", (int)longest);
    key_segment_free(&fixture.segment);
}
