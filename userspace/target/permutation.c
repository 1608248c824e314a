// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/permutation.h"

#include "base/vectorize.h"
#include "mix.h"

/* Names the purpose of the derived keys, so that they have nothing in common with other keys of the same
 * survey. */
#define KEY_DOMAIN 0x6f72646572000000ULL /* "order" */

_Static_assert(PERMUTATION_ROUNDS % 2 == 0, "the rounds go in pairs, one for each half");

static unsigned bits_to_count(uint64_t size)
{
    return size > 1 ? 64 - (unsigned)__builtin_clzll(size - 1) : 0;
}

void permutation_init(struct permutation *permutation, uint64_t size, struct siphash_key key)
{
    /* Halves of nearly the same size mix best. The domain, left × right, exceeds the size by less than the
     * left half: about one element in sqrt(size) needs a second walk. */
    unsigned left_bits = bits_to_count(size) / 2;
    uint64_t left_mask = (1ULL << left_bits) - 1;

    *permutation = (struct permutation){
        .size = size,
        .left_mask = left_mask,
        .right_size = (size + left_mask) >> left_bits,
        .left_bits = left_bits,
    };
    for (unsigned i = 0; i < PERMUTATION_ROUNDS; i++)
        permutation->round_keys[i] = siphash_u64(key, KEY_DOMAIN | i);
}

/* Both summands must be below `modulus`. */
static uint64_t add_modulo(uint64_t a, uint64_t b, uint64_t modulus)
{
    uint64_t sum = a + b;

    return sum >= modulus ? sum - modulus : sum;
}

/* Inlined into each version of one_walk(), which the compiler would not do by itself. */
static inline __attribute__((always_inline)) uint64_t feistel_forward(const struct permutation *p,
                                                                      uint64_t element)
{
    uint64_t left = element & p->left_mask;
    uint64_t right = element >> p->left_bits;

    for (unsigned i = 0; i < PERMUTATION_ROUNDS; i += 2) {
        left = (left + keyed_mix(right, p->round_keys[i])) & p->left_mask;
        right = add_modulo(right, keyed_draw(left, p->round_keys[i + 1], p->right_size), p->right_size);
    }
    return right << p->left_bits | left;
}

static uint64_t feistel_backward(const struct permutation *p, uint64_t element)
{
    uint64_t left = element & p->left_mask;
    uint64_t right = element >> p->left_bits;

    for (unsigned i = PERMUTATION_ROUNDS; i > 0; i -= 2) {
        uint64_t drawn = keyed_draw(left, p->round_keys[i - 1], p->right_size);

        right = add_modulo(right, p->right_size - drawn, p->right_size);
        left = (left - keyed_mix(right, p->round_keys[i - 2])) & p->left_mask;
    }
    return right << p->left_bits | left;
}

uint64_t permutation_at(const struct permutation *permutation, uint64_t position)
{
    do
        position = feistel_forward(permutation, position);
    while (position >= permutation->size);
    return position;
}

VECTORIZED static void one_walk(const struct permutation *permutation, uint64_t position, uint64_t stride,
                                uint64_t *restrict out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = feistel_forward(permutation, position + i * stride);
}

void permutation_range(const struct permutation *permutation, uint64_t position, uint64_t stride,
                       uint64_t *out, size_t count)
{
    one_walk(permutation, position, stride, out, count);
    for (size_t i = 0; i < count; i++)
        if (out[i] >= permutation->size)
            out[i] = permutation_at(permutation, out[i]);
}

uint64_t permutation_position(const struct permutation *permutation, uint64_t element)
{
    do
        element = feistel_backward(permutation, element);
    while (element >= permutation->size);
    return element;
}
