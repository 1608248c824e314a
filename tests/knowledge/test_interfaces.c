// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/interfaces.h"

#include <criterion/criterion.h>
#include <pthread.h>

#include "table.h"

enum {
    MANY = 100000, /* the table grows several times */
    THREADS = 4,
};

struct fixture {
    struct readers readers;
    struct interfaces interfaces;
};

static void start(struct fixture *fixture, uint64_t memory)
{
    fixture->readers = (struct readers){0};
    cr_assert_eq(interfaces_init(&fixture->interfaces, memory, 42, &fixture->readers), 0);
}

static void answer(struct interfaces *interfaces, interface_spare *spare, interface_id id)
{
    struct interface_entry *entry = interfaces_meet(interfaces, spare, id);

    if (entry)
        interface_count_answer(entry);
}

/* How often an interface answered, and how many others there are. */
static uint64_t answers_of(const struct interfaces *interfaces, interface_id id, uint64_t *others)
{
    uint64_t answers = 0;

    *others = 0;
    for (uint64_t place = 0; place < interfaces_end(interfaces); place++) {
        const struct interface_entry *entry = interfaces_at(interfaces, place);

        if (entry && entry->id == id)
            answers += entry->answers;
        else
            *others += entry != NULL;
    }
    return answers;
}

Test(interfaces, counts_answers_of_each)
{
    static const interface_id ids[] = {5, 0, UINT32_MAX, 5, 1, 0, 5};
    static const struct {
        interface_id id;
        uint64_t answers, others;
    } expected[] = {{5, 3, 3}, {0, 2, 3}, {UINT32_MAX, 1, 3}, {1, 1, 3}, {7, 0, 4}};
    struct fixture fixture;
    interface_spare spare = NULL;
    uint64_t others;

    start(&fixture, 1 << 20);
    for (size_t i = 0; i < COUNT(ids); i++)
        answer(&fixture.interfaces, &spare, ids[i]);
    cr_expect_eq(fixture.interfaces.table.count, 4);
    for (size_t i = 0; i < COUNT(expected); i++) {
        cr_expect_eq(answers_of(&fixture.interfaces, expected[i].id, &others), expected[i].answers, "%zu", i);
        cr_expect_eq(others, expected[i].others, "%zu", i);
    }
    interfaces_free(&fixture.interfaces);
}

/* Beyond the memory there is a sample, those that are known go on counting, and it is told. */
Test(interfaces, within_memory)
{
    for (uint64_t memory = 0; memory <= 1 << 20; memory = memory * 2 + 100) {
        struct fixture fixture;
        interface_spare spare = NULL;
        uint64_t others;

        start(&fixture, memory);
        for (interface_id id = 0; id < MANY; id++)
            answer(&fixture.interfaces, &spare, id);
        for (interface_id id = 0; id < MANY; id++)
            answer(&fixture.interfaces, &spare, id);
        uint64_t count = fixture.interfaces.table.count, first = answers_of(&fixture.interfaces, 0, &others);
        cr_expect_leq(count * (sizeof(struct interface_entry) + sizeof(uint64_t)), memory);
        cr_expect_eq(others + (first > 0), count, "%d bytes", (int)memory);
        cr_expect(first == 2 || count == 0, "%d bytes", (int)memory);
        cr_expect(fixture.interfaces.table.full, "%d bytes", (int)memory);
        interfaces_free(&fixture.interfaces);
    }
}

struct answering_thread {
    struct interfaces *interfaces;
    struct readers *readers;
    struct reader reader;
    pthread_t thread;
};

static void *answer_all(void *argument)
{
    struct answering_thread *self = argument;
    interface_spare spare = NULL;

    for (interface_id id = 0; id < MANY; id++) {
        answer(self->interfaces, &spare, id);
        if (id % 64)
            continue;
        reader_holds_nothing(self->readers, &self->reader);
        key_table_tidy(&self->interfaces->table);
    }
    reader_leave(&self->reader);
    return NULL;
}

/* All threads meet the same interfaces at the same time: each is there once, and
 * each answer counts for it. */
Test(interfaces, threads_meet_the_same)
{
    struct answering_thread threads[THREADS];
    struct fixture fixture;
    uint64_t others;

    start(&fixture, 16 << 20);
    for (size_t i = 0; i < THREADS; i++) {
        threads[i] =
            (struct answering_thread){.interfaces = &fixture.interfaces, .readers = &fixture.readers};
        readers_join(&fixture.readers, &threads[i].reader);
    }
    for (size_t i = 0; i < THREADS; i++)
        cr_assert_eq(pthread_create(&threads[i].thread, NULL, answer_all, &threads[i]), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i].thread, NULL);
    cr_expect_eq(fixture.interfaces.table.count, MANY);
    cr_expect_leq(interfaces_end(&fixture.interfaces), MANY + THREADS);
    for (uint64_t place = 0; place < interfaces_end(&fixture.interfaces); place++) {
        const struct interface_entry *entry = interfaces_at(&fixture.interfaces, place);

        cr_assert(!entry || entry->answers == THREADS, "place %d", (int)place);
    }
    cr_expect_eq(answers_of(&fixture.interfaces, 77, &others), THREADS);
    cr_expect_eq(others, MANY - 1);
    interfaces_free(&fixture.interfaces);
}
