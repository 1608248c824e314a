// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/growing.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

Test(growing, keeps_what_is_there)
{
    uint32_t *numbers = NULL;
    size_t capacity = 0;

    for (uint32_t count = 0; count < 1000; count++) {
        numbers = growing_room(numbers, count, &capacity, sizeof(*numbers));
        cr_assert_not_null(numbers);
        cr_assert_lt(count, capacity);
        numbers[count] = count;
    }
    for (uint32_t i = 0; i < 1000; i++)
        cr_assert_eq(numbers[i], i);
    free(numbers);
}

Test(growing, leaves_an_array_alone_that_cannot_grow)
{
    size_t capacity = SIZE_MAX / 4;
    char array[1];

    cr_expect_null(growing_room(array, capacity, &capacity, 4));
    cr_expect_eq(capacity, SIZE_MAX / 4);
    cr_expect_eq(growing_room(array, capacity - 1, &capacity, 4), array);
}
