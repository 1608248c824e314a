// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "output/text_dictionary.h"
#include "reference.h"

enum {
    VALUES = 5000,
    LONG = 16,
};

Test(text_dictionary, numbers_values_in_the_order_of_their_coming)
{
    struct text_dictionary dictionary;
    char text[LONG];

    cr_assert_eq(text_dictionary_open(&dictionary, 0), 0);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < VALUES; i++) {
            size_t length = (size_t)snprintf(text, sizeof(text), "%x", i * i);

            cr_assert_eq(text_dictionary_number(&dictionary, text, length), i);
        }
    cr_expect_eq(dictionary.count, VALUES);
    cr_expect_eq(text_dictionary_number(&dictionary, "", 0), VALUES);
    cr_expect_eq(text_dictionary_number(&dictionary, "", 0), VALUES);
    text_dictionary_clear(&dictionary);
    cr_expect_eq(text_dictionary_number(&dictionary, "", 0), 0);
    text_dictionary_close(&dictionary);
}

Test(text_dictionary, looks_up_many_as_one)
{
    struct text_dictionary single, batch;
    uint8_t values[TEXT_DICTIONARY_BATCH][2 * LONG];
    uint32_t numbers[TEXT_DICTIONARY_BATCH];
    uint64_t random = 3;

    memset(values, 0, sizeof(values));
    cr_assert_eq(text_dictionary_open(&single, 0), 0);
    cr_assert_eq(text_dictionary_open(&batch, LONG), 0);
    for (int round = 0; round < 100; round++) {
        for (unsigned i = 0; i < TEXT_DICTIONARY_BATCH; i++)
            values[i][round % LONG] = (uint8_t)(reference_random(&random) % 3);
        text_dictionary_numbers(&batch, values, sizeof(values[0]), TEXT_DICTIONARY_BATCH, numbers);
        for (unsigned i = 0; i < TEXT_DICTIONARY_BATCH; i++)
            cr_assert_eq(numbers[i], text_dictionary_number(&single, values[i], LONG));
    }
    cr_expect_eq(batch.count, single.count);
    cr_expect_gt(batch.count, 100);
    text_dictionary_close(&single);
    text_dictionary_close(&batch);
}
