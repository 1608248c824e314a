// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers for frequently repeated values: responders, flags, labels. Each distinct value is stored once.
 *
 *   slots    [hash | number + 1]…       open addressing, doubled when it is half full
 *   values   length, bytes, length, bytes…     in the order of their numbers
 *
 * Values come from strangers, so hashes are keyed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/bytes.h"
#include "siphash.h"

struct text_dictionary {
    struct siphash_key key;
    uint64_t *slots;
    uint32_t mask;
    uint32_t count;
    struct bytes values; /* in Parquet's PLAIN encoding: four bytes of length before each */
    struct bytes starts; /* where each value begins in `values`, four bytes each; empty if all have the same
                      length */
    size_t length;       /* of each value; 0: they differ */
};

enum {
    TEXT_DICTIONARY_FULL = 1 << 26, /* bytes of values above which a new dictionary should be begun */
    TEXT_DICTIONARY_BATCH = 64,     /* values that are looked up together */
};

/* text_dictionary_open() makes an empty dictionary for values of `length` bytes each; 0: of different
 * lengths. Returns 0 or a negative errno; text_dictionary_close() may be called after either. */
int text_dictionary_open(struct text_dictionary *dictionary, size_t length);
void text_dictionary_close(struct text_dictionary *dictionary);

/* text_dictionary_number() returns the number of a value, counted from 0; a new value gets the next number.
 * `values.failed` shows whether memory was short. */
uint32_t text_dictionary_number(struct text_dictionary *dictionary, const void *value, size_t length);

/* text_dictionary_numbers() writes the numbers of `n` values, at most TEXT_DICTIONARY_BATCH, each of the
 * dictionary's `length`, which are `stride` bytes apart from `first` on. In a large dictionary each look-up
 * misses the cache twice; here the misses overlap. */
void text_dictionary_numbers(struct text_dictionary *dictionary, const void *first, size_t stride, unsigned n,
                             uint32_t *numbers);

void text_dictionary_clear(struct text_dictionary *dictionary);
