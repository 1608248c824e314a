// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/byte_ring.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

enum {
    CAPACITY = 4096,
    LONGEST = 700,
    PIECES = 100000,
};

Test(byte_ring, capacities)
{
    struct byte_ring ring;

    cr_expect_eq(byte_ring_init(&ring, 0), -EINVAL);
    cr_expect_eq(byte_ring_init(&ring, 4), -EINVAL);
    cr_expect_eq(byte_ring_init(&ring, 4095), -EINVAL);
    cr_assert_eq(byte_ring_init(&ring, 16), 0);
    byte_ring_destroy(&ring);
}

/* A piece of as much as fits, none of more, and none beside it. */
Test(byte_ring, full_and_empty)
{
    struct byte_ring ring;
    uint32_t length;

    cr_assert_eq(byte_ring_init(&ring, CAPACITY), 0);
    cr_expect_null(byte_ring_peek(&ring, &length));
    cr_expect_null(byte_ring_reserve(&ring, CAPACITY));
    cr_expect_null(byte_ring_reserve(&ring, UINT32_MAX));
    for (int round = 0; round < 3; round++) {
        cr_assert_not_null(byte_ring_reserve(&ring, CAPACITY - 8));
        byte_ring_publish(&ring);
        cr_expect_null(byte_ring_reserve(&ring, 0));
        cr_assert_not_null(byte_ring_peek(&ring, &length));
        cr_expect_eq(length, CAPACITY - 8);
        byte_ring_release(&ring);
        cr_expect_null(byte_ring_peek(&ring, &length));
    }
    byte_ring_destroy(&ring);
}

/* What was reserved and not published is not there. */
Test(byte_ring, reserved_only)
{
    struct byte_ring ring;
    uint32_t length;

    cr_assert_eq(byte_ring_init(&ring, CAPACITY), 0);
    cr_assert_not_null(byte_ring_reserve(&ring, 100));
    cr_expect_null(byte_ring_peek(&ring, &length));
    memset(byte_ring_reserve(&ring, 3), 'x', 3);
    byte_ring_publish(&ring);
    cr_assert_not_null(byte_ring_peek(&ring, &length));
    cr_expect_eq(length, 3);
    byte_ring_destroy(&ring);
}

/* Piece i has so many bytes, all of them its number. */
static uint32_t length_of(uint32_t i)
{
    return (i * 2654435761U >> 16) % LONGEST;
}

static void *produce(void *argument)
{
    struct byte_ring *ring = argument;

    for (uint32_t i = 0; i < PIECES; i++) {
        uint8_t *piece;

        while (!(piece = byte_ring_reserve(ring, length_of(i))))
            sched_yield();
        memset(piece, (uint8_t)i, length_of(i));
        byte_ring_publish(ring);
    }
    return NULL;
}

Test(byte_ring, every_piece_once_and_in_order)
{
    struct byte_ring ring;
    pthread_t producer;
    uint8_t expected[LONGEST];

    cr_assert_eq(byte_ring_init(&ring, CAPACITY), 0);
    cr_assert_eq(pthread_create(&producer, NULL, produce, &ring), 0);
    for (uint32_t i = 0; i < PIECES; i++) {
        const uint8_t *piece;
        uint32_t length;

        while (!(piece = byte_ring_peek(&ring, &length)))
            sched_yield();
        memset(expected, (uint8_t)i, sizeof(expected));
        cr_assert_eq(length, length_of(i), "piece %u", i);
        cr_assert_eq(memcmp(piece, expected, length), 0, "piece %u", i);
        cr_assert_eq((uintptr_t)piece % 8, 0);
        byte_ring_release(&ring);
    }
    pthread_join(producer, NULL);
    byte_ring_destroy(&ring);
}
