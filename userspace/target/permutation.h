// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A keyed bijection of 0 … size-1 onto itself: the order in which a survey visits its probes.
 *
 * It is seekable: the element at any position is computed from the position alone. That makes sharding and
 * checkpoints possible, and the proof that every probe is sent exactly once. The domain has the size of the
 * range, which need not be a power of two.
 *
 * Source: the generalized Feistel construction of Black and Rogaway, "Ciphers with Arbitrary Finite Domains",
 * CT-RSA 2002 (method FE2), with cycle walking.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "siphash.h"

enum {
    PERMUTATION_ROUNDS = 6,
};

struct permutation {
    uint64_t size;
    uint64_t left_mask; /* the left half has a power of two values, so a shift and a mask split */
    uint64_t right_size;
    unsigned left_bits;
    uint64_t round_keys[PERMUTATION_ROUNDS];
};

/* permutation_init() prepares a bijection of 0 … size-1; size from 1 to 2^62. */
void permutation_init(struct permutation *permutation, uint64_t size, struct siphash_key key);

/* permutation_at() returns the element at `position`. Both are below size. */
uint64_t permutation_at(const struct permutation *permutation, uint64_t position);

/* permutation_range() writes the `count` elements at `position`, `position` + `stride`, … to `out`. All
 * positions must be below size. Where the processor computes on vectors, it takes a fifth of the time of
 * permutation_at(). */
void permutation_range(const struct permutation *permutation, uint64_t position, uint64_t stride,
                       uint64_t *out, size_t count);

/* permutation_position() is the inverse: it returns the position of `element` in the order. */
uint64_t permutation_position(const struct permutation *permutation, uint64_t element);
