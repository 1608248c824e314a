// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_pairs.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/growing.h"

enum {
    OCTAVES = 24, /* velocities up to 2^23 a second, far more than can be followed */
    SLACK = 32,   /* IDs: what a burst adds to a counter that hardly moves */
};

/* A counter as it stands at the moment of comparison. */
struct standing {
    uint32_t number;
    uint16_t place;  /* where it stands */
    uint16_t window; /* how far it goes between two samples */
    uint8_t octave;
};

/* The counters, by octave and place; where each octave begins; the widest window in it. */
struct standings {
    struct standing *list;
    size_t begin[OCTAVES + 2];
    uint32_t widest[OCTAVES + 1];
};

/* The middle of a series: no sample is far from there. */
static uint32_t middle_us(const struct id_series *series)
{
    return series->samples[series->count / 2].sent_us;
}

static struct standing stand(const struct id_series *series, uint32_t number, uint32_t at_us)
{
    double velocity = id_series_velocity(series);
    uint32_t took_us = series->samples[series->count - 1].sent_us - series->samples[0].sent_us;
    double window = velocity * took_us / 1e6 / (series->count - 1) + SLACK;
    int octave = velocity < 1 ? 0 : ilogb(velocity);

    return (struct standing){
        .number = number,
        .place = id_series_at(series, at_us),
        .window = (uint16_t)(window < ID_FARTHEST ? window : ID_FARTHEST),
        .octave = (uint8_t)(octave < OCTAVES ? octave : OCTAVES - 1),
    };
}

static int compare(const void *left, const void *right)
{
    const struct standing *a = left, *b = right;

    if (a->octave != b->octave)
        return a->octave < b->octave ? -1 : 1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static int order(struct standings *standings, const struct id_series *series, uint32_t *members, size_t count)
{
    uint32_t at_us = middle_us(&series[members[count / 2]]);

    *standings = (struct standings){.list = calloc(count, sizeof(*standings->list))};
    if (!standings->list)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        struct standing *standing = &standings->list[i];

        *standing = stand(&series[members[i]], members[i], at_us);
        standings->begin[standing->octave + 1]++;
        if (standing->window > standings->widest[standing->octave])
            standings->widest[standing->octave] = standing->window;
    }
    for (int octave = 0; octave <= OCTAVES; octave++)
        standings->begin[octave + 1] += standings->begin[octave];
    qsort(standings->list, count, sizeof(*standings->list), compare);
    for (size_t i = 0; i < count; i++)
        members[i] = standings->list[i].number;
    return 0;
}

static int add(struct id_pairs *pairs, uint32_t a, uint32_t b, double chance)
{
    if (pairs->count == ID_PAIRS_MOST) {
        pairs->left_out++;
        return 0;
    }
    struct id_pair *list = growing_room(pairs->list, pairs->count, &pairs->capacity, sizeof(*list));
    if (!list)
        return -ENOMEM;
    pairs->list = list;
    pairs->list[pairs->count++] = (struct id_pair){a, b, chance};
    return 0;
}

static int compare_series(struct id_pairs *pairs, const struct id_series *series, uint32_t a, uint32_t b)
{
    struct id_bounds bounds = id_bounds_test(&series[a], &series[b]);

    return bounds.broken ? 0 : add(pairs, a, b, bounds.chance);
}

/* The first of an octave that stands at `place` or beyond. */
static size_t first_at(const struct standings *standings, int octave, uint16_t place)
{
    size_t low = standings->begin[octave], high = standings->begin[octave + 1];

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (standings->list[middle].place < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Compares one counter with those of an octave within its window. In its own octave each pair is met twice, and taken
 * where it is the one with the lower number. */
static int slide(struct id_pairs *pairs, const struct id_series *series, const struct standings *standings,
                 const struct standing *one, int octave)
{
    size_t begin = standings->begin[octave], size = standings->begin[octave + 1] - begin;
    uint32_t reach = one->window + standings->widest[octave];
    uint16_t start = (uint16_t)(one->place - reach);
    size_t first = first_at(standings, octave, start) - begin;
    int error = 0;

    for (size_t i = 0; i < size && !error; i++) {
        const struct standing *other = &standings->list[begin + (first + i) % size];

        if ((uint16_t)(other->place - start) > 2 * reach)
            break;
        if (octave != one->octave || one->number < other->number)
            error = compare_series(pairs, series, one->number, other->number);
    }
    return error;
}

int id_pairs_find(struct id_pairs *pairs, const struct id_series *series, uint32_t *members, size_t count)
{
    struct standings standings;
    int error = count ? order(&standings, series, members, count) : 0;

    for (size_t i = 0; i < count && !error; i++) {
        const struct standing *one = &standings.list[i];

        error = slide(pairs, series, &standings, one, one->octave);
        if (!error)
            error = slide(pairs, series, &standings, one, one->octave + 1);
    }
    if (count)
        free(standings.list);
    return error;
}

void id_pairs_judge(struct id_pairs *pairs, const struct id_series *series)
{
    size_t kept = 0;

    for (size_t i = 0; i < pairs->count; i++) {
        struct id_pair pair = pairs->list[i];
        struct id_bounds bounds = id_bounds_test(&series[pair.a], &series[pair.b]);

        pair.chance *= bounds.chance;
        if (!bounds.broken)
            pairs->list[kept++] = pair;
    }
    pairs->count = kept;
}

void id_pairs_free(struct id_pairs *pairs)
{
    free(pairs->list);
    *pairs = (struct id_pairs){0};
}
