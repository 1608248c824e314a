// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A keyed bijection of 0 … size-1 onto itself: the order in which a survey visits its probes.
 *
 * Seekable: the element at any position is computed from the position alone. Sharding, checkpoints and the
 * proof that every probe is sent exactly once follow from that. The domain is sized to the range, not to a
 * power of two.
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
    uint64_t left_mask; /* the left half counts to a power of two, so that splitting is a shift and a mask */
    uint64_t right_size;
    unsigned left_bits;
    uint64_t round_keys[PERMUTATION_ROUNDS];
};

/* permutation_init() prepares a bijection of 0 … size-1; size from 1 to 2^62. */
void permutation_init(struct permutation *permutation, uint64_t size, struct siphash_key key);

/* permutation_at() is the element at `position`; both below size. */
uint64_t permutation_at(const struct permutation *permutation, uint64_t position);

/* permutation_range() writes the elements at `position`, `position` + `stride`, … to `out`, `count` of them,
 * all at positions below size: a fifth of the time where the processor computes on vectors. */
void permutation_range(const struct permutation *permutation, uint64_t position, uint64_t stride,
                       uint64_t *out, size_t count);

/* permutation_position() is the inverse: where in the order `element` stands. */
uint64_t permutation_position(const struct permutation *permutation, uint64_t element);
