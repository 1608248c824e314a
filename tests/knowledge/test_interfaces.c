// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/interfaces.h"

#include <criterion/criterion.h>
#include <pthread.h>

#include "addresses.h"
#include "base/u64_set.h"
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

static void answer(struct interfaces *interfaces, interface_spare *spare, struct address address)
{
    struct interface_entry *met = interfaces_meet(interfaces, spare, address);
    struct interface_entry *entry = interfaces_confirm(interfaces, spare, met, address);

    if (entry)
        interfaces_count_answer(interfaces, entry);
}

/* Every second one is of IPv6, and so many that some ask for the number of another. */
static struct address nth_address(uint32_t n)
{
    return n % 2 ? IPV6(0x20010db800000000 + n, n * MIX_GOLDEN) : IPV4(n);
}

/* How often an interface answered, and how many others there are. */
static uint64_t answers_of(const struct interfaces *interfaces, struct address address, uint64_t *others)
{
    uint64_t answers = 0;

    *others = 0;
    for (uint64_t place = 0; place < interfaces_end(interfaces); place++) {
        const struct interface_entry *entry = interfaces_at(interfaces, place);

        if (entry && address_equal(interfaces_address(interfaces, entry), address))
            answers += entry->answers;
        else
            *others += entry != NULL;
    }
    return answers;
}

Test(interfaces, counts_answers_of_each)
{
    static const struct address answering[] = {
        IPV4(5),          IPV4(0), IPV4(UINT32_MAX), IPV4(5),    IPV6(1, 5), IPV4(1),
        IPV4(0xe0000005), IPV4(0), IPV4(5),          IPV6(1, 5), IPV6(5, 1),
    };
    static const struct {
        struct address address;
        uint64_t answers, others;
    } expected[] = {
        {IPV4(5), 3, 6},    {IPV4(0), 2, 6},          {IPV4(UINT32_MAX), 1, 6},
        {IPV4(1), 1, 6},    {IPV4(0xe0000005), 1, 6}, {IPV6(1, 5), 2, 6},
        {IPV6(5, 1), 1, 6}, {IPV4(7), 0, 7},          {IPV6(0, 5), 0, 7},
    };
    struct fixture fixture;
    interface_spare spare = NULL;
    uint64_t others;

    start(&fixture, 1 << 20);
    for (size_t i = 0; i < COUNT(answering); i++)
        answer(&fixture.interfaces, &spare, answering[i]);
    cr_expect_eq(fixture.interfaces.ipv4_count, 5);
    cr_expect_eq(fixture.interfaces.ipv6_count, 2);
    for (size_t i = 0; i < COUNT(expected); i++) {
        cr_expect_eq(answers_of(&fixture.interfaces, expected[i].address, &others), expected[i].answers,
                     "%zu", i);
        cr_expect_eq(others, expected[i].others, "%zu", i);
    }
    interfaces_free(&fixture.interfaces);
}

/* An IPv4 address is its own number, but for those of groups, whatever asked for a number before. */
Test(interfaces, own_numbers)
{
    static const struct {
        uint32_t address;
        bool own;
    } cases[] = {{0, true},           {0xdfffffff, true}, {0xe0000000, false},
                 {0xefffffff, false}, {0xf0000000, true}, {UINT32_MAX, true}};
    struct fixture fixture;
    interface_spare spare = NULL;

    start(&fixture, 1 << 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct address address = IPV4(cases[i].address);
        struct interface_entry *entry = interfaces_meet(&fixture.interfaces, &spare, address);

        cr_assert_eq(interfaces_confirm(&fixture.interfaces, &spare, entry, address), entry);
        cr_expect_eq(interfaces_id(&fixture.interfaces, entry) == cases[i].address, cases[i].own, "%zu", i);
        cr_expect_eq(interface_id_is_given(interfaces_id(&fixture.interfaces, entry)), !cases[i].own, "%zu",
                     i);
    }
    interfaces_free(&fixture.interfaces);
}

/* Where two addresses ask for the same number, each gets one of its own, and keeps it. */
Test(interfaces, no_two_have_the_same_number)
{
    static interface_id given[MANY];
    struct u64_set numbers = {0};
    struct fixture fixture;
    interface_spare spare = NULL;
    unsigned others_number = 0;

    start(&fixture, 64 << 20);
    for (unsigned round = 0; round < 2; round++)
        for (uint32_t n = 0; n < MANY; n++) {
            struct address address = IPV6(n, 2 * n);
            struct interface_entry *met = interfaces_meet(&fixture.interfaces, &spare, address);
            struct interface_entry *entry = interfaces_confirm(&fixture.interfaces, &spare, met, address);

            cr_assert_not_null(entry);
            cr_assert(address_equal(interfaces_address(&fixture.interfaces, entry), address));
            cr_assert(round == 0 || given[n] == interfaces_id(&fixture.interfaces, entry));
            given[n] = interfaces_id(&fixture.interfaces, entry);
            u64_set_add(&numbers, interfaces_id(&fixture.interfaces, entry));
            others_number += entry != met;
        }
    cr_expect_eq(numbers.count, MANY);
    cr_expect_gt(others_number, 10, "MANY²/2²⁹ are expected each round");
    cr_expect_lt(others_number, 100);
    u64_set_free(&numbers);
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
        for (uint32_t n = 0; n < 2 * MANY; n++)
            answer(&fixture.interfaces, &spare, nth_address(n % MANY));
        uint64_t count = fixture.interfaces.table.count;
        uint64_t first = answers_of(&fixture.interfaces, nth_address(0), &others);
        cr_expect_leq(count * (sizeof(struct interface_entry) + sizeof(interface_id) +
                               sizeof(struct address) + sizeof(uint64_t)),
                      memory);
        cr_expect_eq(fixture.interfaces.ipv4_count + fixture.interfaces.ipv6_count, count);
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

    for (uint32_t n = 0; n < MANY; n++) {
        answer(self->interfaces, &spare, nth_address(n));
        if (n % 64)
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
    cr_expect_eq(answers_of(&fixture.interfaces, nth_address(77), &others), THREADS);
    cr_expect_eq(others, MANY - 1);
    interfaces_free(&fixture.interfaces);
}
