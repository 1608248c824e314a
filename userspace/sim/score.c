// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/score.h"

#include <errno.h>
#include <stdlib.h>

#include "base/growing.h"
#include "output/map_part.h"

/* As u64_set_add(), but does not return whether the key was new. */
static int add(struct u64_set *set, uint64_t key)
{
    int added = u64_set_add(set, key);

    return added < 0 ? added : 0;
}

static uint64_t link_key(uint32_t from, uint32_t to)
{
    return (uint64_t)from << 32 | to;
}

static int key_of(struct score *score, enum score_kind kind, struct score_thing thing, uint64_t *key)
{
    bool is_pair = kind == SCORE_LINK || kind == SCORE_ALIAS;
    uint32_t from = 0, number;
    int error = is_pair ? address_numbers_get(&score->numbers, thing.from, &from) : 0;

    error = error ? error : address_numbers_get(&score->numbers, thing.address, &number);
    *key = error ? 0 : link_key(from, number);
    return error;
}

static int add_reply(struct score *score, const struct record *record, uint32_t responder)
{
    struct score_reply *replies =
        growing_room(score->replies, score->reply_count, &score->reply_capacity, sizeof(*replies));
    uint32_t target;

    if (!replies)
        return -ENOMEM;
    score->replies = replies;
    if (address_numbers_get(&score->numbers, record->target_address, &target))
        return -ENOMEM;
    uint64_t place = (uint64_t)target << 32 | (uint32_t)record->flow << 16 | record->probe_ttl;
    score->replies[score->reply_count++] = (struct score_reply){place, responder};
    return 0;
}

int score_add_record(struct score *score, const struct record *record)
{
    enum map_part part = map_part_of(record);
    enum score_kind kind = part == MAP_INTERFACE ? SCORE_INTERFACE : SCORE_TARGET;
    uint32_t responder;

    if (part == MAP_NO_PART)
        return 0;
    if (address_numbers_get(&score->numbers, record->responder, &responder) ||
        add(&score->things[kind].found, responder))
        return -ENOMEM;
    return add_reply(score, record, responder);
}

int score_add_truth(struct score *score, enum score_kind kind, struct score_thing thing, bool visible)
{
    struct score_things *things = &score->things[kind];
    uint64_t key;
    int error = key_of(score, kind, thing, &key);

    error = error ? error : add(&things->real, key);
    return error || !visible ? error : add(&things->visible, key);
}

/* Sorts a pair, which has no order of its own. */
static struct score_thing ordered(struct score_thing pair)
{
    if (address_compare(pair.from, pair.address) < 0)
        return pair;
    return (struct score_thing){.from = pair.address, .address = pair.from};
}

int score_add_router(struct score *score, struct score_thing pair)
{
    const struct u64_set *visible = &score->things[SCORE_INTERFACE].visible;
    uint64_t key;
    int error = key_of(score, SCORE_ALIAS, ordered(pair), &key);

    if (error || add(&score->routed, key >> 32) || add(&score->routed, (uint32_t)key))
        return -ENOMEM;
    return score_add_truth(score, SCORE_ALIAS, ordered(pair),
                           u64_set_contains(visible, key >> 32) && u64_set_contains(visible, (uint32_t)key));
}

static bool is_known(const struct score *score, uint64_t number)
{
    return u64_set_contains(&score->routed, number) ||
           u64_set_contains(&score->things[SCORE_INTERFACE].real, number);
}

int score_add_alias(struct score *score, struct score_thing pair)
{
    uint64_t key;
    int error = key_of(score, SCORE_ALIAS, ordered(pair), &key);

    if (error)
        return error;
    if (is_known(score, key >> 32) && is_known(score, (uint32_t)key))
        return add(&score->things[SCORE_ALIAS].found, key);
    score->unjudged++;
    return 0;
}

static int compare_replies(const void *left, const void *right)
{
    const struct score_reply *a = left, *b = right;

    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Returns the end of the replies from one place that start at `first`. */
static size_t end_of_place(const struct score *score, size_t first)
{
    size_t end = first;

    while (end < score->reply_count && score->replies[end].place == score->replies[first].place)
        end++;
    return end;
}

/* Several responders may have answered at one place, because a path changed or packets alternate: each of
 * them counts. */
static int add_links(struct score *score, size_t near, size_t far, size_t end)
{
    struct u64_set *links = &score->things[SCORE_LINK].found;
    int error = 0;

    for (size_t from = near; from < far; from++)
        for (size_t to = far; to < end && !error; to++)
            if (score->replies[from].number != score->replies[to].number)
                error = add(links, link_key(score->replies[from].number, score->replies[to].number));
    return error;
}

int score_find_links(struct score *score)
{
    size_t near = 0;
    int error = 0;

    if (score->reply_count)
        qsort(score->replies, score->reply_count, sizeof(*score->replies), compare_replies);
    while (near < score->reply_count && !error) {
        size_t far = end_of_place(score, near);

        if (far < score->reply_count && score->replies[far].place == score->replies[near].place + 1)
            error = add_links(score, near, far, end_of_place(score, far));
        near = far;
    }
    return error;
}

static size_t count_common(const struct u64_set *a, const struct u64_set *b)
{
    size_t common = 0;

    for (size_t i = 0; i < a->count; i++)
        common += u64_set_contains(b, a->keys[i]);
    return common;
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 1.0;
}

struct score_result score_result(const struct score *score, enum score_kind kind)
{
    const struct score_things *things = &score->things[kind];

    return (struct score_result){
        .visible = things->visible.count,
        .found = things->found.count,
        .recall = share(count_common(&things->visible, &things->found), things->visible.count),
        .precision = share(count_common(&things->found, &things->real), things->found.count),
    };
}

static struct score_thing thing_of(const struct score *score, uint64_t key)
{
    const struct address *addresses = score->numbers.addresses;

    return (struct score_thing){.address = addresses[(uint32_t)key], .from = addresses[key >> 32]};
}

/* In the order of the truth, which is also that of a file with it. */
size_t score_missed(const struct score *score, enum score_kind kind, struct score_thing *things, size_t n)
{
    const struct score_things *all = &score->things[kind];
    size_t count = 0;

    for (size_t i = 0; i < all->real.count && count < n; i++) {
        uint64_t key = all->real.keys[i];

        if (u64_set_contains(&all->visible, key) && !u64_set_contains(&all->found, key))
            things[count++] = thing_of(score, key);
    }
    return count;
}

size_t score_false(const struct score *score, enum score_kind kind, struct score_thing *things, size_t n)
{
    const struct score_things *all = &score->things[kind];
    size_t count = 0;

    for (size_t i = 0; i < all->found.count && count < n; i++)
        if (!u64_set_contains(&all->real, all->found.keys[i]))
            things[count++] = thing_of(score, all->found.keys[i]);
    return count;
}

void score_free(struct score *score)
{
    for (int kind = 0; kind < SCORE_KINDS; kind++) {
        u64_set_free(&score->things[kind].found);
        u64_set_free(&score->things[kind].real);
        u64_set_free(&score->things[kind].visible);
    }
    address_numbers_free(&score->numbers);
    u64_set_free(&score->routed);
    free(score->replies);
    *score = (struct score){0};
}
