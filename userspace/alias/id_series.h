// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IP IDs of one address in the order of their probes, and what they say: whether a counter made them, how fast
 * it runs, and whether the counter of another address can be the same.
 *
 * The last is the monotonic bounds test of MIDAR (Keys, Hyun, Luckie, claffy, "Internet-Scale IPv4 Alias Resolution
 * With MIDAR", IEEE/ACM ToN 21, 2013). A router writes an ID somewhen between the probe's departure and the answer's
 * arrival. So of two answers the order is certain only where one arrived before the probe of the other left:
 *
 *   a     |---- x1 ----|                      |---- x2 ----|
 *   b                     |---- y ----|                             one counter: x1 < y < x2
 *
 * The counter has 16 bits and comes round: all is compared modulo 2^16, between samples that are less than a third of
 * that apart.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    ID_SAMPLES =
        8, /* of a round; more make a round longer, fewer leave too few checks where answers get lost */
    ID_NEEDED =
        4, /* of them, to say anything: that four random ones look like a counter's has a chance of 3 % */
    /* The farthest that a counter may go between two samples: a third, as in MIDAR. More, and a counter that has come
     * round is taken for one that has not; less, and fast ones are lost. */
    ID_FARTHEST = 65536 * 3 / 10,
    ID_CHECKS_NEEDED = 4, /* of a round, for a verdict on two counters */
};

struct id_sample {
    uint64_t sent_us; /* CLOCK_MONOTONIC: a round of a million addresses at 1,000 a second takes two hours */
    uint32_t took_us; /* to the arrival of the answer */
    uint16_t id;
    bool copied; /* it is the ID of the probe */
};

struct id_series {
    uint8_t count;
    struct id_sample samples[ID_SAMPLES]; /* by the time when their probes left */
};

enum id_kind {
    ID_UNKNOWN,  /* fewer answers than ID_NEEDED */
    ID_COUNTER,  /* goes up, by less than ID_FARTHEST between two answers */
    ID_ZERO,     /* always 0 */
    ID_CONSTANT, /* always the same */
    ID_COPIED,   /* that of the probe */
    ID_RANDOM,   /* or a counter that is too fast for the rate */
    ID_KINDS,
};

extern const char *const id_kind_names[ID_KINDS];

/* id_series_add() puts a sample in its place; where there are ID_SAMPLES already it is left out. */
void id_series_add(struct id_series *series, struct id_sample sample);

/* id_series_middle_us() is the time of the sample in the middle, from which none is far; of a series with any. */
static inline uint64_t id_series_middle_us(const struct id_series *series)
{
    return series->samples[series->count / 2].sent_us;
}

enum id_kind id_series_kind(const struct id_series *series);

/* id_series_velocity() is by how much a counter goes up a second; id_series_at() where it stands at `at_us`, modulo
 * 2^16, by its last sample before, or its first, and that velocity. */
double id_series_velocity(const struct id_series *series);
uint16_t id_series_at(const struct id_series *series, uint64_t at_us);

struct id_bounds {
    unsigned checks; /* samples of one between two of the other */
    bool broken;     /* these are two counters */
    /* The share of 2^16 in which one may stand as seen from the other: the chance that counters which have nothing to do with
     * each other pass. 1 where there were fewer than ID_CHECKS_NEEDED, or it is broken. */
    double share;
};

/*
 * id_bounds_test() holds two counters against each other: each sample against its bounds, and all together against the
 * line between these, from which one counter's samples are not off on the average, but for what is not known of when
 * they were made. The former finds what never goes together, the latter what goes at one speed, a little ahead.
 */
struct id_bounds id_bounds_test(const struct id_series *a, const struct id_series *b);
