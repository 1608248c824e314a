// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "bytes.h"
#include "checksum.h"
#include "reference.h"
#include "table.h"

static uint32_t sum_of(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < length; i += 2)
        sum += load_be16(bytes + i);
    return sum;
}

Test(checksum, matches_the_example_of_rfc_1071)
{
    /* Section 3: the sum of these bytes is ddf2. */
    static const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

    cr_assert_eq(checksum_fold(sum_of(example, sizeof(example))), 0xddf2);
    cr_assert_eq(checksum_finish(sum_of(example, sizeof(example))), 0x220d);
}

Test(checksum, folds_the_extremes)
{
    static const struct {
        uint32_t sum;
        uint16_t folded;
    } cases[] = {
        {0, 0},
        {0xffff, 0xffff}, /* the other zero of one's complement stays what it is */
        {0x10000, 1},
        {0x1fffe, 0xffff},
        {0x1ffff, 1}, /* the fold itself carries once more */
        {0xffff0000, 0xffff},
        {0xffffffff, 0xffff},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(checksum_fold(cases[i].sum), cases[i].folded, "%#x", cases[i].sum);
        cr_expect_eq(checksum_finish(cases[i].sum), (uint16_t)~cases[i].folded, "%#x", cases[i].sum);
    }
}

Test(checksum, agrees_with_the_reference)
{
    uint64_t random = 1;
    uint8_t bytes[128];

    for (unsigned round = 0; round < 10000; round++) {
        size_t length = 2 * (reference_random(&random) % (sizeof(bytes) / 2 + 1));

        reference_random_bytes(&random, bytes, length);
        cr_assert_eq(checksum_fold(sum_of(bytes, length)), reference_sum(0, bytes, length));
    }
}

Test(checksum, holds_the_most_words_it_promises)
{
    /* 65,536 words of all ones: the largest sum that the header allows. */
    cr_assert_eq(checksum_fold(65536U * 0xffffU), 0xffff);
}

Test(checksum, an_address_is_two_words)
{
    cr_assert_eq(checksum_u32(0x12345678), 0x1234 + 0x5678);
    cr_assert_eq(checksum_u32(0xffffffff), 2 * 0xffff);
}
