// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "target/permutation.h"

static const struct siphash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

/* Every element once, each found again at its position. */
static void check_bijection(uint64_t size)
{
    struct permutation permutation;
    bool *seen = calloc(size, sizeof(*seen));

    permutation_init(&permutation, size, key);
    for (uint64_t position = 0; position < size; position++) {
        uint64_t element = permutation_at(&permutation, position);

        cr_assert_lt(element, size);
        cr_assert_not(seen[element], "element %lu of %lu comes twice", element, size);
        seen[element] = true;
        cr_assert_eq(permutation_position(&permutation, element), position, "size %lu", size);
    }
    free(seen);
}

Test(permutation, is_a_bijection_for_every_small_size)
{
    for (uint64_t size = 1; size <= 300; size++)
        check_bijection(size);
}

Test(permutation, is_a_bijection_for_medium_sizes)
{
    static const uint64_t sizes[] = {4095, 4096, 4097, 65535, 65536, 65537, 254 * 32, 1000003};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        check_bijection(sizes[i]);
}

Test(permutation, position_inverts_at_for_large_sizes)
{
    static const uint64_t sizes[] = {
        (1ULL << 32) - 5,       1ULL << 32,       (1ULL << 38) - 1, 1ULL << 38, (1ULL << 38) + 1, 1ULL << 46,
        11962709ULL * 32 * 256, (1ULL << 62) - 1, 1ULL << 62,
    };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct permutation permutation;

        permutation_init(&permutation, sizes[i], key);
        for (uint64_t n = 0; n < 20000; n++) {
            uint64_t position = n < 10 ? n : siphash_u64(key, n) % sizes[i];
            uint64_t element = permutation_at(&permutation, position);

            cr_assert_lt(element, sizes[i]);
            cr_assert_eq(permutation_position(&permutation, element), position, "size %lu", sizes[i]);
        }
    }
}

/* The share of elements that need a second walk is what the domain exceeds the size by. */
Test(permutation, domain_exceeds_the_size_by_less_than_its_root)
{
    for (uint64_t size = 1; size <= 1ULL << 62; size += size / 7 + 1) {
        struct permutation permutation;
        uint64_t left, excess;

        permutation_init(&permutation, size, key);
        left = permutation.left_mask + 1;
        excess = left * permutation.right_size - size;
        cr_assert_lt(excess, left, "size %lu", size);
        cr_assert_leq(left, 2 * permutation.right_size, "the halves are balanced, size %lu", size);
        cr_assert_leq(permutation.right_size, 2 * left, "the halves are balanced, size %lu", size);
    }
}

static unsigned count_equal(const struct permutation *a, const struct permutation *b, uint64_t positions)
{
    unsigned equal = 0;

    for (uint64_t position = 0; position < positions; position++)
        equal += permutation_at(a, position) == permutation_at(b, position);
    return equal;
}

Test(permutation, depends_on_the_key_alone)
{
    struct permutation one, again, others[2];

    permutation_init(&one, 1000003, key);
    permutation_init(&again, 1000003, key);
    permutation_init(&others[0], 1000003, (struct siphash_key){key.k0 ^ 1, key.k1});
    permutation_init(&others[1], 1000003, (struct siphash_key){key.k0, key.k1 ^ 1ULL << 63});
    cr_assert_eq(count_equal(&one, &again, 10000), 10000);
    cr_assert_lt(count_equal(&one, &others[0], 10000), 5);
    cr_assert_lt(count_equal(&one, &others[1], 10000), 5);
}

/* All /24 at 32 TTLs: the /8 of 65,536 consecutive probes, which is what routers near the source and networks
 * far from it see. Bounds: five standard deviations and more of what chance would give. */
Test(permutation, consecutive_positions_scatter_over_all_slash_8)
{
    enum {
        PROBES = 65536,
        SLASH_8 = 256,
        PER_SLASH_8 = PROBES / SLASH_8,
    };
    const uint64_t size = (1ULL << 24) * 32;
    struct permutation permutation;

    permutation_init(&permutation, size, key);
    for (uint64_t start = 0; start < size; start += size / 8) {
        unsigned seen[SLASH_8] = {0}, repeats = 0;
        uint64_t before = SLASH_8;
        double statistic = 0;

        for (uint64_t i = 0; i < PROBES; i++) {
            uint64_t slash_8 = permutation_at(&permutation, start + i) / (size / SLASH_8);

            seen[slash_8]++;
            repeats += slash_8 == before;
            before = slash_8;
        }
        for (unsigned i = 0; i < SLASH_8; i++)
            statistic += ((double)seen[i] - PER_SLASH_8) * ((double)seen[i] - PER_SLASH_8) / PER_SLASH_8;
        cr_expect(statistic > 150 && statistic < 375, "Pearson's statistic %.1f, expected about 255",
                  statistic);
        cr_expect(repeats > 170 && repeats < 340, "%u neighbours in the same /8, expected about 256",
                  repeats);
    }
}

/* A router is one TTL of many targets, a path many TTLs of one target: neither comes in a burst. */
Test(permutation, remainders_scatter_too)
{
    enum {
        PROBES = 32000,
        TTLS = 32,
    };
    struct permutation permutation;
    unsigned seen[TTLS] = {0};

    permutation_init(&permutation, 11962709ULL * TTLS, key);
    for (uint64_t i = 0; i < PROBES; i++)
        seen[permutation_at(&permutation, i) % TTLS]++;
    for (unsigned ttl = 0; ttl < TTLS; ttl++)
        cr_expect(seen[ttl] > 840 && seen[ttl] < 1160, "TTL %u: %u probes, expected about 1000", ttl,
                  seen[ttl]);
}

/* Small sizes need second walks; the counts leave remainders behind whole vectors. */
Test(permutation, range_is_at_for_every_position)
{
    static const uint64_t sizes[] = {1, 2, 5, 97, 4097, 1000003, (1ULL << 46) + 1, 1ULL << 62};
    static const uint64_t strides[] = {1, 2, 7};
    enum {
        LONGEST = 65,
    };

    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
        for (size_t i = 0; i < sizeof(strides) / sizeof(strides[0]); i++) {
            uint64_t fitting = (sizes[s] - 1) / strides[i] + 1, elements[LONGEST + 1];
            size_t count = fitting < LONGEST ? fitting : LONGEST;
            uint64_t position = sizes[s] - 1 - (count - 1) * strides[i];
            struct permutation permutation;

            permutation_init(&permutation, sizes[s], key);
            elements[count] = UINT64_MAX;
            permutation_range(&permutation, position, strides[i], elements, count);
            for (size_t k = 0; k < count; k++)
                cr_expect_eq(elements[k], permutation_at(&permutation, position + k * strides[i]),
                             "size %lu, stride %lu, element %zu", sizes[s], strides[i], k);
            cr_expect_eq(elements[count], UINT64_MAX, "writes no further than asked");
        }
}
