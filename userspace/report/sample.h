// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts any number of distinct things in bounded memory, by a sample: the things whose hash begins with
 * `zeros` zero bits. At first that is all of them; whenever room runs out, one more bit must be zero. Counts
 * up to the size of the sample are exact. Beyond it, each kept thing stands for 2^zeros things, each as
 * likely as any other, and sums have a relative error of 1/√(number kept): with a million, 0.1 or 0.2 %.
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
    unsigned zeros; /* number of zero bits with which the hashes begin */
};

/* sample_open() makes a sample of up to `most` entries, a power of 2 and at least 512; it may grow to 32
 * bytes per entry. Returns 0 or -ENOMEM; sample_close() may be called after either. */
int sample_open(struct sample *sample, size_t most);
void sample_close(struct sample *sample);

/* sample_find() returns the entry of `hash`, which must be unpredictable; a new entry gets the value `fresh`.
 * Returns NULL if it is not in the sample, or if memory is short: then `*error` is set to -ENOMEM. The
 * pointer is valid until the next call. */
struct sample_entry *sample_find(struct sample *sample, uint64_t hash, uint64_t fresh, int *error);

/* sample_weight() returns how many things each entry stands for. */
static inline uint64_t sample_weight(const struct sample *sample)
{
    return 1ULL << sample->zeros;
}

/* sample_count() returns approximately how many distinct things there were. */
static inline uint64_t sample_count(const struct sample *sample)
{
    return sample->count * sample_weight(sample);
}
