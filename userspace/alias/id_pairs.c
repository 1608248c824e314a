// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_pairs.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/growing.h"

static uint32_t middle_ms(const struct id_series *series)
{
    return (uint32_t)(id_series_middle_us(series) / 1000);
}

/* Returns the chance that unrelated counters have speeds so similar that no round since the first separates
 * them. */
static double chance_of_speeds(const struct id_pair *pair, const struct id_series *series, double share)
{
    double since_s = (uint32_t)(middle_ms(series) - pair->first_ms) / 1e3;
    double gone = id_series_velocity(series) * since_s, room = 65536 * (pair->first_share + share);

    return room < gone ? room / gone : 1;
}

static void note_round(struct id_pair *pair, const struct id_series *series, double share)
{
    if (share >= 1)
        return;
    if (pair->first_share >= 1) {
        pair->first_share = (float)share;
        pair->first_ms = middle_ms(series);
    }
    double chance = fmin(share, pair->first_share) * chance_of_speeds(pair, series, share);

    pair->shares *= (float)share;
    pair->chance = fminf(pair->chance, (float)chance);
}

int id_pairs_add(struct id_pairs *pairs, const struct id_series *series, uint32_t a, uint32_t b, double share)
{
    if (pairs->count == ID_PAIRS_MOST) {
        pairs->left_out++;
        return 0;
    }
    struct id_pair *list = growing_room(pairs->list, pairs->count, &pairs->capacity, sizeof(*list));
    if (!list)
        return -ENOMEM;
    pairs->list = list;
    list[pairs->count] = (struct id_pair){.a = a, .b = b, .shares = 1, .chance = 1, .first_share = 1};
    note_round(&list[pairs->count++], &series[a], share);
    return 0;
}

void id_pairs_judge_begin(struct id_pairs *pairs)
{
    pairs->judged = pairs->kept = 0;
}

/* Updates the pair by another round; returns false if it is broken. */
static bool passes(struct id_pair *pair, const struct id_series *series)
{
    struct id_bounds bounds = id_bounds_test(&series[pair->a], &series[pair->b]);

    if (!bounds.broken)
        note_round(pair, &series[pair->a], bounds.share);
    return !bounds.broken;
}

bool id_pairs_judge_more(struct id_pairs *pairs, const struct id_series *series)
{
    size_t end = pairs->judged + ID_JUDGED_AT_ONCE;

    for (; pairs->judged < pairs->count && pairs->judged < end; pairs->judged++) {
        struct id_pair pair = pairs->list[pairs->judged];

        if (passes(&pair, series))
            pairs->list[pairs->kept++] = pair;
    }
    if (pairs->judged < pairs->count)
        return true;
    pairs->count = pairs->judged = pairs->kept;
    return false;
}

void id_pairs_free(struct id_pairs *pairs)
{
    free(pairs->list);
    *pairs = (struct id_pairs){0};
}
