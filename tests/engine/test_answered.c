// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/answered.h"

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
};

static struct answered make_answered(uint64_t memory)
{
    struct answered answered;

    cr_assert_eq(answered_init(&answered, TARGETS, FLOWS, memory), 0);
    return answered;
}

Test(answered, each_probe_is_new_once)
{
    struct answered answered = make_answered(1 << 20);

    cr_assert(answered_tells_duplicates(&answered));
    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = TTLS; ttl > 0; ttl--)
            cr_assert_not(answered_mark(&answered, path, ttl), "path %d, TTL %u", (int)path, ttl);
    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = 1; ttl <= TTLS; ttl++)
            cr_assert(answered_mark(&answered, path, ttl), "path %d, TTL %u", (int)path, ttl);
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
        cr_expect_not(answered_mark(&answered, PATHS - 1, 7));
        cr_expect_eq(answered_mark(&answered, PATHS - 1, 7), cases[i].tells);
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

    cr_assert_eq(answered_init(&answered, 1ULL << 26, 256, 1 << 30), 0);
    cr_expect_not(answered_tells_duplicates(&answered));
    cr_expect_not(answered_reach(&answered, (1ULL << 26) - 1));
    cr_expect(answered_reach(&answered, (1ULL << 26) - 1));
    answered_free(&answered);
}

static struct answered shared;
static _Atomic unsigned firsts, first_reaches;

static void *mark_all(void *start)
{
    pthread_barrier_wait(start);
    for (uint64_t path = 0; path < PATHS; path++)
        for (unsigned ttl = 1; ttl <= TTLS; ttl++)
            if (!answered_mark(&shared, path, ttl))
                atomic_fetch_add(&firsts, 1);
    for (uint64_t target = 0; target < TARGETS; target++)
        if (!answered_reach(&shared, target))
            atomic_fetch_add(&first_reaches, 1);
    return NULL;
}

/* Of several receivers that get the same replies at once, one takes each for the first. */
Test(answered, one_thread_is_first)
{
    pthread_barrier_t start;
    pthread_t threads[4];

    shared = make_answered(1 << 20);
    pthread_barrier_init(&start, NULL, COUNT(threads));
    for (size_t i = 0; i < COUNT(threads); i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, mark_all, &start), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(firsts, PATHS * TTLS);
    cr_expect_eq(first_reaches, TARGETS);
    answered_free(&shared);
}
