// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/rounds.h"

/* Addresses without a counter, because a round had losses, are left out from here on. */
static int begin_search(struct resolver *resolver)
{
    size_t kept = 0;

    for (size_t i = 0; i < resolver->order_count; i++)
        if (id_series_kind(&resolver->series[resolver->order[i]]) == ID_COUNTER)
            resolver->order[kept++] = resolver->order[i];
    return id_search_begin(&resolver->search, resolver->series, resolver->order, kept);
}

static void end_search(struct resolver *resolver)
{
    resolver->figures.pairs = resolver->pairs.count;
    resolver->figures.left_out = resolver->pairs.left_out;
    resolver->figures.uncompared = resolver->search.left_out;
    id_search_free(&resolver->search);
}

/* Removes proven pairs from the list, and adds links for them. */
static int take_proven(struct resolver *resolver)
{
    struct id_pairs *pairs = &resolver->pairs;
    size_t kept = 0;
    int error = 0;

    for (size_t i = 0; i < pairs->count && !error; i++) {
        struct id_pair pair = pairs->list[i];

        if (resolver->figures.rounds >= ID_ROUNDS_LEAST && pair.shares <= ID_SHARES_MOST)
            error = alias_links_add(&resolver->counts,
                                    (struct alias_link){pair.a, pair.b, ALIAS_BY_IP_ID, pair.chance});
        else
            pairs->list[kept++] = pair;
    }
    pairs->count = kept;
    return error;
}

int rounds_begin_to_end(struct resolver *resolver)
{
    if (++resolver->figures.rounds == 1)
        return begin_search(resolver);
    id_pairs_judge_begin(&resolver->pairs);
    return 0;
}

int rounds_end(struct resolver *resolver)
{
    bool searches = resolver->figures.rounds == 1;
    int left = searches ? id_search_go_on(&resolver->search, &resolver->pairs)
                        : id_pairs_judge_more(&resolver->pairs, resolver->series);

    if (left)
        return left;
    if (searches)
        end_search(resolver);
    return take_proven(resolver);
}

void rounds_choose(struct resolver *resolver)
{
    const struct id_pairs *pairs = &resolver->pairs;

    resolver->order_count = 0;
    for (size_t i = 0; i < resolver->asked; i++)
        resolver->series[i].count = UINT8_MAX;
    for (size_t i = 0; i < pairs->count; i++) {
        const uint32_t ends[] = {pairs->list[i].a, pairs->list[i].b};

        for (int end = 0; end < 2; end++) {
            if (resolver->series[ends[end]].count != UINT8_MAX)
                continue;
            resolver->series[ends[end]].count = 0;
            resolver->order[resolver->order_count++] = ends[end];
        }
    }
    for (size_t i = 0; i < resolver->asked; i++)
        if (resolver->series[i].count == UINT8_MAX)
            resolver->series[i].count = 0;
}

int rounds_corroborate(struct resolver *resolver)
{
    int error = 0;

    if (corroboration_more(&resolver->corroboration))
        return 1;
    corroboration_drop(&resolver->corroboration, &resolver->counts);
    for (size_t i = 0; i < resolver->counts.count && !error; i++)
        error = alias_links_add(&resolver->links, resolver->counts.list[i]);
    resolver->figures.contradicted = resolver->corroboration.contradicted;
    corroboration_free(&resolver->corroboration);
    return error;
}
