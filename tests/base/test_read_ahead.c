// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>

#include "base/read_ahead.h"

enum {
    END = 5000000, /* more than all parts hold */
};

struct counting {
    size_t position, step;
    int error; /* at the end; 0: none */
    unsigned calls_behind;
};

static uint8_t byte_at(size_t position)
{
    return (uint8_t)(position * 31 >> 3);
}

/* Bytes that follow from their position, in pieces of changing length. */
static ssize_t count_up(void *context, void *out, size_t size)
{
    struct counting *source = context;
    size_t length = 1 + source->step++ * 7919 % size;

    if (source->position == END) {
        source->calls_behind++;
        return source->error;
    }
    if (length > END - source->position)
        length = END - source->position;
    for (size_t i = 0; i < length; i++)
        ((uint8_t *)out)[i] = byte_at(source->position + i);
    source->position += length;
    return (ssize_t)length;
}

static void expect_all(int error)
{
    struct counting source = {.error = error};
    struct read_ahead *ahead = read_ahead_start(count_up, &source);
    static uint8_t bytes[100000];
    size_t position = 0;
    ssize_t length;

    cr_assert_not_null(ahead);
    while ((length = read_ahead_read(ahead, bytes, 1 + position % sizeof(bytes))) > 0)
        for (ssize_t i = 0; i < length; i++)
            cr_assert_eq(bytes[i], byte_at(position++));
    cr_expect_eq(length, error);
    cr_expect_eq(position, END);
    cr_expect_eq(read_ahead_read(ahead, bytes, 1), error, "the end stays the end");
    read_ahead_stop(ahead);
    cr_expect_eq(source.calls_behind, 1);
}

Test(read_ahead, bytes_come_in_their_order)
{
    expect_all(0);
}

Test(read_ahead, an_error_comes_behind_what_was_read)
{
    expect_all(-EIO);
}

Test(read_ahead, may_be_stopped_at_any_moment)
{
    for (int reads = 0; reads < 20; reads++) {
        struct counting source = {0};
        struct read_ahead *ahead = read_ahead_start(count_up, &source);
        uint8_t bytes[100000];

        for (int i = 0; i < reads; i++)
            cr_assert_gt(read_ahead_read(ahead, bytes, sizeof(bytes)), 0);
        read_ahead_stop(ahead);
    }
    read_ahead_stop(NULL);
}
