// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growing set of 64-bit keys, such as millions of addresses or links, in the order in which they were first
 * added. Initialize with `struct u64_set set = {0}`. For one thread only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct u64_set {
    uint64_t *keys; /* the elements, 0 … count-1 */
    size_t count;
    uint32_t *slots; /* open addressing: 1 + index into keys, 0 where free */
    size_t slot_count;
};

/* u64_set_add() returns 1 if the key is new, 0 if it was in the set, and -ENOMEM when memory is short or the
 * set has 2^31 keys; the set is then unchanged. */
int u64_set_add(struct u64_set *set, uint64_t key);

bool u64_set_contains(const struct u64_set *set, uint64_t key);

/* u64_set_find() writes the index of the key in `keys`. Returns false, with `index` unchanged, if it is not in
 * the set. */
bool u64_set_find(const struct u64_set *set, uint64_t key, size_t *index);

/* u64_set_free() leaves an empty set that may be used again. */
void u64_set_free(struct u64_set *set);
