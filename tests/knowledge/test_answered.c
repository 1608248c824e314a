// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/answered.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "table.h"

enum {
    TARGETS = 1000,
    FLOWS = 2,
    PATHS = TARGETS * FLOWS,
    TTLS = 64,
    FEW_TTLS = 8, /* so few that the table has room for all of them */
};

static struct answered make_answered(uint64_t memory)
{
    struct answered answered;

    cr_assert_eq(answered_init(&answered, TARGETS, FLOWS, TTLS, memory), 0);
    return answered;
}

Test(answered, each_probe_is_new_once)
{
    struct answered answered = make_answered(1 << 20);

    cr_assert(answered_tells_duplicates(&answered));
    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = TTLS; ttl > 0; ttl--)
            cr_assert_eq(answered_mark(&answered, path, ttl), ANSWER_FIRST, "path %d, TTL %u", (int)path,
                         ttl);
    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = 1; ttl <= TTLS; ttl++)
            cr_assert_neq(answered_mark(&answered, path, ttl), ANSWER_FIRST, "path %d, TTL %u", (int)path,
                          ttl);
    answered_free(&answered);
}

/* Four answers to each of many probes count, and no fifth: rewritten ones among them, which take at most
 * three places and never that of the first. */
Test(answered, four_answers_count)
{
    static const struct {
        bool rewritten;
        enum answer_rank rank;
    } answers[] = {
        {true, ANSWER_AGAIN},     {false, ANSWER_FIRST},   {false, ANSWER_AGAIN},    {true, ANSWER_AGAIN},
        {false, ANSWER_TOO_MANY}, {true, ANSWER_TOO_MANY}, {false, ANSWER_TOO_MANY},
    };
    struct answered answered = make_answered(1 << 20);

    for (size_t i = 0; i < COUNT(answers); i++)
        for (uint64_t path = 0; path < PATHS; path++) {
            enum answer_rank rank = answers[i].rewritten ? answered_mark_rewritten(&answered, path, 7)
                                                         : answered_mark(&answered, path, 7);

            cr_assert_eq(rank, answers[i].rank, "answer %zu to path %d", i, (int)path);
        }
    for (int i = 0; i < 10; i++)
        cr_expect_eq(answered_mark_rewritten(&answered, 1, 8), i < 3 ? ANSWER_AGAIN : ANSWER_TOO_MANY);
    cr_expect_eq(answered_mark(&answered, 1, 8), ANSWER_FIRST, "whatever came before");
    cr_expect_eq(answered_mark(&answered, 1, 8), ANSWER_TOO_MANY);
    answered_free(&answered);
}

/* With the memory that is asked for, all duplicates are told, even where a network doubles everything. */
Test(answered, every_probe_answered_twice)
{
    struct answered answered = make_answered(1 << 30);

    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = 1; ttl <= 32; ttl++) {
            cr_assert_eq(answered_mark(&answered, path, ttl), ANSWER_FIRST);
            cr_assert_eq(answered_mark(&answered, path, ttl), ANSWER_AGAIN, "path %d, TTL %u", (int)path,
                         ttl);
        }
    answered_free(&answered);
}

/* Every probe answered ten times in too small a table: never more than four count, the first always. */
Test(answered, a_full_table_errs_to_the_safe_side)
{
    struct answered answered = make_answered(PATHS * sizeof(uint64_t) + 4096);
    unsigned counted = 0;

    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = 1; ttl <= TTLS; ttl++) {
            unsigned further = 0;

            cr_assert_eq(answered_mark(&answered, path, ttl), ANSWER_FIRST);
            for (int i = 0; i < 9; i++)
                further += answered_mark(&answered, path, ttl) == ANSWER_AGAIN;
            cr_assert_leq(further, ANSWERS_MOST - 1);
            counted += further;
        }
    cr_expect_eq(counted, 4096 / sizeof(uint64_t) * (ANSWERS_MOST - 1));
    answered_free(&answered);
}

/* Without memory for all paths: what is remembered is bounded exactly, and the rest is new. */
Test(answered, recent_answers)
{
    struct answered answered = make_answered(4096);

    cr_assert_not(answered_tells_duplicates(&answered));
    for (int i = 0; i < 10; i++) {
        enum answer_rank expected = i == 0 ? ANSWER_FIRST : i < ANSWERS_MOST ? ANSWER_AGAIN : ANSWER_TOO_MANY;

        cr_expect_eq(answered_mark(&answered, 5, 9), expected, "answer %d", i);
        cr_expect_eq(answered_mark_rewritten(&answered, 6, 9), i < 3 ? ANSWER_AGAIN : ANSWER_TOO_MANY);
    }
    for (uint64_t path = 100; path < PATHS; path++)
        cr_assert_eq(answered_mark(&answered, path, 9), ANSWER_FIRST, "however full it is");
    answered_free(&answered);
}

Test(answered, each_target_is_new_once)
{
    struct answered answered = make_answered(1 << 20);

    for (uint64_t target = 0; target < TARGETS; target++) {
        cr_assert_not(answered_reach(&answered, target), "target %d", (int)target);
        cr_assert(answered_reach(&answered, target), "target %d", (int)target);
    }
    cr_expect_not(answered_mark(&answered, PATHS - 1, TTLS), "another matter");
    answered_free(&answered);
}

/* Duplicates are told for all paths or for none; targets reached, a bit each, are always known. */
Test(answered, memory)
{
    const uint64_t needed = PATHS * sizeof(uint64_t);
    static const struct {
        int more_than_needed;
        bool tells;
    } cases[] = {{0, true}, {1, true}, {-1, false}, {-PATHS, false}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct answered answered = make_answered(needed + (uint64_t)(int64_t)cases[i].more_than_needed);

        cr_expect_eq(answered_tells_duplicates(&answered), cases[i].tells, "%d", cases[i].more_than_needed);
        cr_expect_eq(answered_mark(&answered, PATHS - 1, 7), ANSWER_FIRST);
        cr_expect_eq(answered_mark(&answered, PATHS - 1, 7), ANSWER_AGAIN, "recent ones are known anyway");
        cr_expect_not(answered_reach(&answered, TARGETS - 1));
        cr_expect(answered_reach(&answered, TARGETS - 1));
        answered_free(&answered);
        cr_expect_null(answered.memory);
        answered_free(&answered); /* a second time: nothing */
    }
}

/* More flows than there is memory for: told without an attempt to get it. */
Test(answered, more_paths_than_any_memory)
{
    struct answered answered;

    cr_assert_eq(answered_init(&answered, 1ULL << 26, 256, TTLS, 1 << 30), 0);
    cr_expect_not(answered_tells_duplicates(&answered));
    cr_expect_not(answered_reach(&answered, (1ULL << 26) - 1));
    cr_expect(answered_reach(&answered, (1ULL << 26) - 1));
    answered_free(&answered);
}

static struct answered shared;
static _Atomic unsigned ranks[ANSWER_TOO_MANY + 1], first_reaches;

static void *mark_all(void *start)
{
    pthread_barrier_wait(start);
    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = 1; ttl <= FEW_TTLS; ttl++)
            for (int i = 0; i < 2; i++)
                atomic_fetch_add(&ranks[answered_mark(&shared, path, ttl)], 1);
    for (uint64_t target = 0; target < TARGETS; target++)
        if (!answered_reach(&shared, target))
            atomic_fetch_add(&first_reaches, 1);
    return NULL;
}

/* Of several receivers that get the same replies at once, one takes each for the
 * first, and three more count. */
Test(answered, one_thread_is_first)
{
    pthread_barrier_t start;
    pthread_t threads[4];

    shared = make_answered(4 << 20);
    pthread_barrier_init(&start, NULL, COUNT(threads));
    for (size_t i = 0; i < COUNT(threads); i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, mark_all, &start), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(ranks[ANSWER_FIRST], PATHS * FEW_TTLS);
    cr_expect_eq(ranks[ANSWER_AGAIN], PATHS * FEW_TTLS * (ANSWERS_MOST - 1));
    cr_expect_eq(ranks[ANSWER_TOO_MANY], PATHS * FEW_TTLS * ANSWERS_MOST);
    cr_expect_eq(first_reaches, TARGETS);
    answered_free(&shared);
}
