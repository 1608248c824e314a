// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <criterion/criterion.h>

#include "output/bytes.h"

/* Asserts what a buffer holds, and frees it. */
static inline void expect_bytes(struct bytes *bytes, const char *expected, size_t length)
{
    cr_expect_not(bytes->failed);
    cr_expect_eq(bytes->length, length);
    if (bytes->length == length)
        cr_expect_arr_eq(bytes->data, expected, length);
    bytes_free(bytes);
}
