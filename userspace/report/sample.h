// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Distinct things of any number in bounded memory: those whose hash begins with so many zero bits, at first none, one
 * more whenever there is no more room. As many as there is room for are exact; beyond, what is kept stands for 2^zeros times
 * as many, each as likely as any other, and sums are off by one in the square root of what is kept: a million, 0.1 or
 * 0.2 %.
 *
 * Source: Gibbons, "Distinct sampling for highly-accurate answers to distinct values queries", VLDB 2001.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sample_entry {
    uint64_t hash; /* 0: free */
    uint64_t value;
};

struct sample {
    struct sample_entry *slots;
    size_t slot_count, count, most;
    unsigned zeros; /* bits that the hashes begin with */
};

/* sample_open() makes a sample of `most`, a power of 2 and at least 512, which takes 32 bytes of each in the end: 0 or
 * -ENOMEM; sample_close() is right after both. */
int sample_open(struct sample *sample, size_t most);
void sample_close(struct sample *sample);

/* sample_find() is the entry of `hash`, which nobody may foresee, a new one having `fresh` as its value. NULL where it
 * is not in the sample, or, with `*error` set to -ENOMEM, where memory is short. Right until the next call. */
struct sample_entry *sample_find(struct sample *sample, uint64_t hash, uint64_t fresh, int *error);

/* sample_weight() is how many things each entry stands for. */
static inline uint64_t sample_weight(const struct sample *sample)
{
    return 1ULL << sample->zeros;
}

/* sample_count() is how many there were, about. */
static inline uint64_t sample_count(const struct sample *sample)
{
    return sample->count * sample_weight(sample);
}
