// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/text_dictionary.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"

enum {
    FIRST_SLOTS = 1 << 10,
    LENGTH_BYTES = sizeof(uint32_t),
};

int text_dictionary_open(struct text_dictionary *dictionary, size_t length)
{
    *dictionary = (struct text_dictionary){.mask = FIRST_SLOTS - 1, .length = length};
    dictionary->slots = calloc(FIRST_SLOTS, sizeof(*dictionary->slots));
    return dictionary->slots ? key_draw(&dictionary->key) : -ENOMEM;
}

void text_dictionary_close(struct text_dictionary *dictionary)
{
    free(dictionary->slots);
    bytes_free(&dictionary->values);
    bytes_free(&dictionary->starts);
    *dictionary = (struct text_dictionary){0};
}

void text_dictionary_clear(struct text_dictionary *dictionary)
{
    memset(dictionary->slots, 0, (dictionary->mask + 1UL) * sizeof(*dictionary->slots));
    dictionary->count = 0;
    bytes_clear(&dictionary->values);
    bytes_clear(&dictionary->starts);
}

static inline uint32_t hash(struct siphash_key key, const uint8_t *value, size_t length)
{
    struct siphash_state state = siphash_start(key);
    uint64_t word, tail = 0;
    size_t whole = length & ~(sizeof(word) - 1);

    for (size_t i = 0; i < whole; i += sizeof(word)) {
        memcpy(&word, value + i, sizeof(word));
        siphash_absorb(&state, word);
    }
    for (size_t i = whole; i < length; i++)
        tail |= (uint64_t)value[i] << 8 * (i - whole);
    return (uint32_t)siphash_finish(state, tail, length);
}

static inline const uint8_t *value_at(const struct text_dictionary *dictionary, uint32_t number)
{
    uint32_t start;

    if (dictionary->length)
        return dictionary->values.data + number * (LENGTH_BYTES + dictionary->length);
    memcpy(&start, dictionary->starts.data + number * sizeof(start), sizeof(start));
    return dictionary->values.data + start;
}

static inline bool is_value(const struct text_dictionary *dictionary, uint32_t number, const void *value,
                            size_t length)
{
    const uint8_t *at = value_at(dictionary, number);
    uint32_t there;

    memcpy(&there, at, sizeof(there));
    return there == length && memcmp(at + LENGTH_BYTES, value, length) == 0;
}

static uint64_t *free_slot(uint64_t *slots, uint32_t mask, uint32_t value_hash)
{
    uint32_t at = value_hash & mask;

    while (slots[at])
        at = (at + 1) & mask;
    return &slots[at];
}

/* Without more memory it only gets slower, until it is full. */
static void enlarge(struct text_dictionary *dictionary)
{
    uint32_t mask = 2 * dictionary->mask + 1;
    uint64_t *slots = calloc(mask + 1UL, sizeof(*slots));

    if (!slots) {
        dictionary->values.failed = dictionary->count == dictionary->mask;
        return;
    }
    for (uint32_t i = 0; i <= dictionary->mask; i++)
        if (dictionary->slots[i])
            *free_slot(slots, mask, (uint32_t)(dictionary->slots[i] >> 32)) = dictionary->slots[i];
    free(dictionary->slots);
    dictionary->slots = slots;
    dictionary->mask = mask;
}

static uint32_t add(struct text_dictionary *dictionary, const void *value, size_t length)
{
    if (!dictionary->length)
        bytes_put_u32(&dictionary->starts, (uint32_t)dictionary->values.length);
    bytes_put_u32(&dictionary->values, (uint32_t)length);
    bytes_put(&dictionary->values, value, length);
    dictionary->values.failed |= dictionary->starts.failed;
    return dictionary->count++;
}

static inline uint32_t number_of(struct text_dictionary *dictionary, uint32_t value_hash, const void *value,
                                 size_t length)
{
    uint32_t at = value_hash & dictionary->mask;

    if (dictionary->values.failed)
        return 0;
    for (; dictionary->slots[at]; at = (at + 1) & dictionary->mask) {
        uint32_t number = (uint32_t)dictionary->slots[at] - 1;

        if ((uint32_t)(dictionary->slots[at] >> 32) == value_hash &&
            is_value(dictionary, number, value, length))
            return number;
    }
    uint32_t number = add(dictionary, value, length);

    dictionary->slots[at] = (uint64_t)value_hash << 32 | (number + 1);
    if (dictionary->count > dictionary->mask / 2)
        enlarge(dictionary);
    return number;
}

uint32_t text_dictionary_number(struct text_dictionary *dictionary, const void *value, size_t length)
{
    return number_of(dictionary, hash(dictionary->key, value, length), value, length);
}

void text_dictionary_numbers(struct text_dictionary *dictionary, const void *first, size_t stride, unsigned n,
                             uint32_t *numbers)
{
    uint32_t hashes[TEXT_DICTIONARY_BATCH];
    const uint8_t *values = first;

    for (unsigned i = 0; i < n; i++) {
        hashes[i] = hash(dictionary->key, values + i * stride, dictionary->length);
        __builtin_prefetch(&dictionary->slots[hashes[i] & dictionary->mask]);
    }
    for (unsigned i = 0; i < n; i++) {
        uint32_t number = (uint32_t)dictionary->slots[hashes[i] & dictionary->mask];

        if (number)
            __builtin_prefetch(value_at(dictionary, number - 1));
    }
    for (unsigned i = 0; i < n; i++)
        numbers[i] = number_of(dictionary, hashes[i], values + i * stride, dictionary->length);
}
