// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers for values that come again and again: responders, flags, labels. Each different value stands once.
 *
 *   slots    [hash | number + 1]…       open addressing, doubled when it is half full
 *   values   length, bytes, length, bytes…     in the order of their numbers
 *
 * Values come from strangers, so hashes have a key.
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
    struct bytes values; /* as Parquet's PLAIN encoding has them: four bytes of length before each */
    struct bytes
        starts;    /* where each value begins in `values`, four bytes each; empty where all are as long */
    size_t length; /* of each value; 0: they differ */
};

enum {
    TEXT_DICTIONARY_FULL = 1 << 26, /* bytes of values from which on it should be begun anew */
    TEXT_DICTIONARY_BATCH = 64,     /* values that are looked up together */
};

/* text_dictionary_open() makes an empty one, of values that have `length` bytes each, or differ in length where
 * that is 0. 0 or a negative errno; text_dictionary_close() is right after both. */
int text_dictionary_open(struct text_dictionary *dictionary, size_t length);
void text_dictionary_close(struct text_dictionary *dictionary);

/* text_dictionary_number() is the number of a value, from 0 on, and the next one where it is new. When memory
 * is short, `values.failed` says so. */
uint32_t text_dictionary_number(struct text_dictionary *dictionary, const void *value, size_t length);

/* text_dictionary_numbers() are the numbers of `n` values, at most TEXT_DICTIONARY_BATCH, each as long as all are,
 * that stand `stride` bytes apart from `first` on. In a large dictionary each look-up misses the cache twice;
 * here they wait together. */
void text_dictionary_numbers(struct text_dictionary *dictionary, const void *first, size_t stride, unsigned n,
                             uint32_t *numbers);

void text_dictionary_clear(struct text_dictionary *dictionary);
