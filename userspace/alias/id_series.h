// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IP IDs of one address in the order of its probes, and what follows from them: whether a counter made
 * them, how fast it runs, and whether the counter of another address can be the same one.
 *
 * The last of these is the monotonic bounds test of MIDAR (Keys, Hyun, Luckie, claffy, "Internet-Scale IPv4
 * Alias Resolution With MIDAR", IEEE/ACM ToN 21, 2013). A router writes an ID at some time between the
 * probe's departure and the answer's arrival. So the order of two answers is certain only if one arrived
 * before the probe of the other left:
 *
 *   a     |---- x1 ----|                      |---- x2 ----|
 *   b                     |---- y ----|                             one counter: x1 < y < x2
 *
 * The counter has 16 bits and wraps around: everything is compared modulo 2^16, between samples that differ
 * by less than a third of that.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    ID_SAMPLES =
        8,         /* per round; if more, a round takes longer; if fewer, lost answers leave too few checks */
    ID_NEEDED = 4, /* for any verdict: four random IDs look like a counter's with a chance of 3 % */
    /* The farthest that a counter may run between two samples: about a third, as in MIDAR. If higher, a
     * counter that has wrapped around is taken for one that has not; if lower, fast counters are not
     * recognized. */
    ID_FARTHEST = 65536 * 3 / 10,
    ID_CHECKS_NEEDED = 4, /* per round, for a verdict on two counters */
};

struct id_sample {
    uint64_t sent_us; /* CLOCK_MONOTONIC: a round of a million addresses at 1,000 a second takes two hours */
    uint32_t took_us; /* until the arrival of the answer */
    uint16_t id;
    bool copied; /* the ID is that of the probe */
};

struct id_series {
    uint8_t count;
    struct id_sample samples[ID_SAMPLES]; /* ordered by the time when their probes left */
};

enum id_kind {
    ID_UNKNOWN,  /* fewer answers than ID_NEEDED */
    ID_COUNTER,  /* goes up by less than ID_FARTHEST between two answers */
    ID_ZERO,     /* always 0 */
    ID_CONSTANT, /* always the same */
    ID_COPIED,   /* always that of the probe */
    ID_RANDOM,   /* or a counter that is too fast for the probing rate */
    ID_KINDS,
};

extern const char *const id_kind_names[ID_KINDS];

/* id_series_add() inserts a sample at its place; if there are ID_SAMPLES already, it is ignored. */
void id_series_add(struct id_series *series, struct id_sample sample);

/* id_series_middle_us() returns the time of the sample in the middle, which is near all samples. The series
 * must not be empty. */
static inline uint64_t id_series_middle_us(const struct id_series *series)
{
    return series->samples[series->count / 2].sent_us;
}

enum id_kind id_series_kind(const struct id_series *series);

/* id_series_velocity() returns by how much a counter goes up per second. id_series_at() returns its value at
 * `at_us`, modulo 2^16, from that velocity and its last sample before `at_us`, or else its first sample. */
double id_series_velocity(const struct id_series *series);
uint16_t id_series_at(const struct id_series *series, uint64_t at_us);

struct id_bounds {
    unsigned checks; /* samples of one between two samples of the other */
    bool broken;     /* these are certainly two counters */
    /* The share of 2^16 in which one counter must be, as seen from the other: the chance that unrelated
     * counters pass. 1 if there were fewer than ID_CHECKS_NEEDED checks, or the pair is broken. */
    double share;
};

/*
 * id_bounds_test() compares two counters: each sample with its bounds, and all samples together with the
 * straight line between the bounds. If both are one counter, the samples are on average on that line, except
 * for the uncertainty of when the IDs were written. The first test finds counters that do not run together;
 * the second finds counters of the same speed of which one is slightly ahead.
 */
struct id_bounds id_bounds_test(const struct id_series *a, const struct id_series *b);
