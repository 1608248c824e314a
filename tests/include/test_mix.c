// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "mix.h"

Test(mix, draws_below_the_range)
{
    static const uint64_t ranges[] = {1, 2, 3, 254, 65537, 1ULL << 31, 1ULL << 32};

    for (size_t r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++)
        for (uint64_t value = 0; value < 10000; value++)
            cr_assert_lt(keyed_draw(value, 7, ranges[r]), ranges[r]);
}

/* Consecutive values, as bases of blocks and halves of positions are, under each of several keys: Pearson's
 * statistic with 255 degrees of freedom is between 170 and 360 but for one key in 100,000. */
Test(mix, spreads_consecutive_values_evenly)
{
    enum {
        CELLS = 256,
        PER_CELL = 256,
    };

    for (uint64_t key = 1; key <= 64; key++) {
        unsigned seen[CELLS] = {0};
        double statistic = 0;

        for (uint64_t value = 0; value < CELLS * PER_CELL; value++)
            seen[keyed_draw(value << 8, key * 0x0123456789abcdefULL, CELLS)]++;
        for (unsigned i = 0; i < CELLS; i++)
            statistic += ((double)seen[i] - PER_CELL) * ((double)seen[i] - PER_CELL) / PER_CELL;
        cr_assert_gt(statistic, 170, "%.1f for key %lu", statistic, key);
        cr_assert_lt(statistic, 360, "%.1f for key %lu", statistic, key);
    }
}

/* The bits that blocks and positions use; those of the key act in the same way. */
Test(mix, every_bit_changes_half_of_the_result)
{
    for (unsigned bit = 0; bit < 48; bit++) {
        unsigned changed = 0;

        for (uint64_t value = 0; value < 1000; value++)
            changed +=
                (unsigned)__builtin_popcountll(keyed_mix(value, 7) ^ keyed_mix(value ^ 1ULL << bit, 7));
        cr_expect(changed > 15000 && changed < 17000, "bit %u changes %u of 32000", bit, changed);
    }
}

Test(mix, numbers_of_24_bits_come_back)
{
    for (uint64_t key = 0; key < 64; key++)
        for (uint64_t i = 0; i < 1000; i++) {
            uint64_t random = mix64(key << 32 | i);
            uint32_t number = (uint32_t)mix64(random) & 0xffffff;

            cr_assert_eq(unmix24(random, mix24(random, number)), number);
            cr_assert_eq(unmix24(key, 0xff000000 | mix24(key, number)), number);
        }
}
