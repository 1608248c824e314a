// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_search.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/lower_bound.h"

enum {
    SLACK = 32, /* IDs: what a burst adds to a counter that hardly moves */
};

static struct id_standing stand(const struct id_series *series, uint32_t number, uint64_t at_us)
{
    double velocity = id_series_velocity(series);
    uint64_t lasted_us = series->samples[series->count - 1].sent_us - series->samples[0].sent_us;
    double window = velocity * (double)lasted_us / 1e6 / (series->count - 1) + SLACK;
    int octave = velocity < 1 ? 0 : ilogb(velocity);

    return (struct id_standing){
        .number = number,
        .place = id_series_at(series, at_us),
        .window = (uint16_t)(window < ID_FARTHEST ? window : ID_FARTHEST),
        .octave = (uint8_t)(octave < ID_OCTAVES ? octave : ID_OCTAVES - 1),
    };
}

static int compare(const void *left, const void *right)
{
    const struct id_standing *a = left, *b = right;

    if (a->octave != b->octave)
        return a->octave < b->octave ? -1 : 1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

int id_search_begin(struct id_search *search, const struct id_series *series, const uint32_t *members,
                    size_t count)
{
    *search = (struct id_search){.series = series, .count = count, .most = ID_COMPARED_MOST};
    if (!count)
        return 0;
    uint64_t at_us = id_series_middle_us(&series[members[count / 2]]);

    search->list = calloc(count, sizeof(*search->list));
    if (!search->list)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        struct id_standing *standing = &search->list[i];

        *standing = stand(&series[members[i]], members[i], at_us);
        search->begin[standing->octave + 1]++;
        if (standing->window > search->widest[standing->octave])
            search->widest[standing->octave] = standing->window;
    }
    for (int octave = 0; octave <= ID_OCTAVES; octave++)
        search->begin[octave + 1] += search->begin[octave];
    qsort(search->list, count, sizeof(*search->list), compare);
    return 0;
}

static int compare_series(struct id_search *search, struct id_pairs *pairs, uint32_t a, uint32_t b)
{
    struct id_bounds bounds = id_bounds_test(&search->series[a], &search->series[b]);

    search->compared++;
    return bounds.broken ? 0 : id_pairs_add(pairs, search->series, a, b, bounds.share);
}

static bool stands_before(const void *standing, const void *place)
{
    return ((const struct id_standing *)standing)->place < *(const uint16_t *)place;
}

/* Compares one counter with those of an octave within its window. In its own octave each pair is met twice,
 * and compared only when `one` has the lower number. */
static int slide(struct id_search *search, struct id_pairs *pairs, const struct id_standing *one, int octave)
{
    size_t begin = search->begin[octave], size = search->begin[octave + 1] - begin;
    uint32_t reach = one->window + search->widest[octave];
    uint16_t start = (uint16_t)(one->place - reach);
    size_t first = lower_bound(&search->list[begin], size, sizeof(*search->list), stands_before, &start);
    int error = 0;

    for (size_t i = 0; i < size && !error; i++) {
        const struct id_standing *other = &search->list[begin + (first + i) % size];

        if ((uint16_t)(other->place - start) > 2 * reach)
            break;
        if (octave != one->octave || one->number < other->number)
            error = compare_series(search, pairs, one->number, other->number);
    }
    return error;
}

int id_search_go_on(struct id_search *search, struct id_pairs *pairs)
{
    uint64_t until = search->compared + ID_COMPARED_AT_ONCE;
    int error = 0;

    while (!error && search->next < search->count && search->compared < until) {
        const struct id_standing *one = &search->list[search->next++];

        error = slide(search, pairs, one, one->octave);
        if (!error)
            error = slide(search, pairs, one, one->octave + 1);
        if (search->compared >= search->most) {
            search->left_out = search->count - search->next;
            search->next = search->count;
        }
    }
    return error ? error : search->next < search->count;
}

void id_search_free(struct id_search *search)
{
    free(search->list);
    *search = (struct id_search){0};
}
