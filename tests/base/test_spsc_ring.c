// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "base/spsc_ring.h"
#include "table.h"

static bool put(struct spsc_ring *ring, uint64_t value)
{
    void *slot = spsc_ring_reserve(ring);

    if (!slot)
        return false;
    memcpy(slot, &value, sizeof(value));
    spsc_ring_publish(ring);
    return true;
}

static bool take(struct spsc_ring *ring, uint64_t *value)
{
    const void *slot = spsc_ring_peek(ring);

    if (!slot)
        return false;
    memcpy(value, slot, sizeof(*value));
    spsc_ring_release(ring);
    return true;
}

Test(spsc_ring, a_capacity_is_a_power_of_two)
{
    static const struct {
        uint64_t capacity;
        int result;
    } cases[] = {{0, -EINVAL}, {1, 0}, {2, 0}, {3, -EINVAL}, {1000, -EINVAL}, {1024, 0}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct spsc_ring ring;

        cr_expect_eq(spsc_ring_init(&ring, cases[i].capacity, 8), cases[i].result, "%lu", cases[i].capacity);
        spsc_ring_destroy(&ring);
    }
}

Test(spsc_ring, too_much_memory_is_refused)
{
    struct spsc_ring ring;

    cr_assert_eq(spsc_ring_init(&ring, 1ULL << 62, 64), -ENOMEM);
}

Test(spsc_ring, takes_as_many_as_its_capacity)
{
    for (uint64_t capacity = 1; capacity <= 16; capacity *= 2) {
        struct spsc_ring ring;
        uint64_t value;

        cr_assert_eq(spsc_ring_init(&ring, capacity, sizeof(value)), 0);
        cr_assert_null(spsc_ring_peek(&ring), "empty at first");
        for (uint64_t i = 0; i < capacity; i++)
            cr_assert(put(&ring, i));
        cr_assert_not(put(&ring, capacity), "full at %lu", capacity);
        for (uint64_t i = 0; i < capacity; i++)
            cr_assert(take(&ring, &value) && value == i);
        cr_assert_not(take(&ring, &value), "empty again");
        spsc_ring_destroy(&ring);
    }
}

Test(spsc_ring, goes_round_in_order)
{
    struct spsc_ring ring;
    uint64_t value, next = 0;

    cr_assert_eq(spsc_ring_init(&ring, 4, sizeof(value)), 0);
    for (uint64_t i = 0; i < 1000; i += 3) {
        for (uint64_t j = 0; j < 3; j++)
            cr_assert(put(&ring, i + j));
        for (uint64_t j = 0; j < 3; j++)
            cr_assert(take(&ring, &value) && value == next++);
    }
    spsc_ring_destroy(&ring);
}

Test(spsc_ring, a_peek_or_a_reserve_takes_nothing)
{
    struct spsc_ring ring;
    uint64_t value;

    cr_assert_eq(spsc_ring_init(&ring, 2, sizeof(value)), 0);
    cr_assert_eq(spsc_ring_reserve(&ring), spsc_ring_reserve(&ring));
    cr_assert_null(spsc_ring_peek(&ring), "reserved is not published");
    cr_assert(put(&ring, 7));
    cr_assert_eq(spsc_ring_peek(&ring), spsc_ring_peek(&ring));
    cr_assert(take(&ring, &value) && value == 7);
    spsc_ring_destroy(&ring);
}

/* As far as the last peek has seen, and never what was taken or is not published. */
Test(spsc_ring, a_look_ahead)
{
    struct spsc_ring ring;
    uint64_t value;

    cr_assert_eq(spsc_ring_init(&ring, 4, sizeof(value)), 0);
    cr_expect_null(spsc_ring_peek_ahead(&ring, 0), "empty");
    for (uint64_t i = 0; i < 9; i++) {
        cr_assert(put(&ring, i) && put(&ring, i + 100));
        cr_assert_not_null(spsc_ring_peek(&ring));
        cr_expect_eq(*(const uint64_t *)spsc_ring_peek_ahead(&ring, 0), i);
        cr_expect_eq(*(const uint64_t *)spsc_ring_peek_ahead(&ring, 1), i + 100);
        cr_expect_null(spsc_ring_peek_ahead(&ring, 2));
        cr_assert(take(&ring, &value) && take(&ring, &value) && value == i + 100);
        cr_expect_null(spsc_ring_peek_ahead(&ring, 0));
    }
    spsc_ring_destroy(&ring);
}

/* An element of several words, so that one read before it was whole shows. */
struct element {
    uint64_t number, inverse, padding[2];
};

enum {
    ELEMENTS = 1000000,
};

static void *produce(void *argument)
{
    struct spsc_ring *ring = argument;

    for (uint64_t i = 0; i < ELEMENTS; i++) {
        struct element *slot;

        while (!(slot = spsc_ring_reserve(ring)))
            sched_yield();
        *slot = (struct element){.number = i, .inverse = ~i};
        spsc_ring_publish(ring);
    }
    return NULL;
}

Test(spsc_ring, two_threads_hand_over_a_million_in_order)
{
    struct spsc_ring ring;
    pthread_t producer;

    /* Small, so that it is often full and often empty. */
    cr_assert_eq(spsc_ring_init(&ring, 64, sizeof(struct element)), 0);
    cr_assert_eq(pthread_create(&producer, NULL, produce, &ring), 0);
    for (uint64_t i = 0; i < ELEMENTS; i++) {
        const struct element *element;

        while (!(element = spsc_ring_peek(&ring)))
            sched_yield();
        cr_assert(element->number == i && element->inverse == ~i, "element %lu", i);
        spsc_ring_release(&ring);
    }
    cr_assert_eq(pthread_join(producer, NULL), 0);
    cr_assert_null(spsc_ring_peek(&ring));
    spsc_ring_destroy(&ring);
}
