// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/prefix_ways.h"

enum {
    BEFORE_ALL = 0, /* TTLs that stand for an interface before all hops, or behind all */
    BEHIND_ALL = WAYS_TTL_MOST + 1,
};

/* An interface that all walks meet, and the lowest and highest TTL at which they do. */
struct meeting {
    uint32_t interface;
    uint8_t low, high;
};

struct search {
    struct ways_hop *hops; /* the hops that count, by interface and walk */
    size_t count;
    uint32_t walks;
    uint64_t *answered; /* by walk: answered TTLs as bits */
    struct meeting *meetings;
    size_t meeting_count;
    struct ways_member *members;
};

static void close_search(struct search *search)
{
    free(search->hops);
    free(search->answered);
    free(search->meetings);
    free(search->members);
}

static int compare_hops(const void *left, const void *right)
{
    const struct ways_hop *a = left, *b = right;

    if (a->interface != b->interface)
        return a->interface < b->interface ? -1 : 1;
    return (a->walk > b->walk) - (a->walk < b->walk);
}

/* If there are several targets, each is an end, and no way leads through it. */
static bool is_looked_at(const struct prefix_ways *ways, const struct ways_hop *hop)
{
    return !hop->is_target || ways->targets == 1;
}

static int open_search(struct search *search, const struct prefix_ways *ways)
{
    *search = (struct search){
        .walks = ways->walks,
        .hops = malloc((ways->count + 1) * sizeof(*search->hops)),
        .answered = calloc(ways->walks + 1, sizeof(*search->answered)),
        .meetings = malloc((ways->count + 2) * sizeof(*search->meetings)),
        .members = malloc((ways->count + ways->walks + 1) * sizeof(*search->members)),
    };
    if (!search->hops || !search->answered || !search->meetings || !search->members)
        return -ENOMEM;
    for (size_t i = 0; i < ways->count; i++) {
        const struct ways_hop *hop = &ways->hops[i];

        if (!is_looked_at(ways, hop))
            continue;
        search->answered[hop->walk] |= 1ULL << hop->ttl;
        search->hops[search->count++] = *hop;
    }
    qsort(search->hops, search->count, sizeof(search->hops[0]), compare_hops);
    return 0;
}

/* Counts the hops from `first` on that have the same interface. */
static size_t count_same(const struct search *search, size_t first)
{
    size_t end = first + 1;

    while (end < search->count && search->hops[end].interface == search->hops[first].interface)
        end++;
    return end - first;
}

static uint64_t bits_between(unsigned low, unsigned high)
{
    return (2ULL << high) - (1ULL << low);
}

/* Whether a walk that is not among these `count` hops met other interfaces at all TTLs of the meeting. */
static bool is_contradicted(const struct search *search, const struct ways_hop *hops, size_t count,
                            const struct meeting *meeting)
{
    uint64_t bits = bits_between(meeting->low, meeting->high);

    for (uint32_t walk = 0, i = 0; walk < search->walks; walk++) {
        if (i < count && hops[i].walk == walk)
            i++;
        else if ((search->answered[walk] & bits) == bits)
            return true;
    }
    return false;
}

static int compare_meetings(const void *left, const void *right)
{
    const struct meeting *a = left, *b = right;

    return a->low != b->low ? a->low - b->low : a->high - b->high;
}

static void add_meeting(struct search *search, struct meeting meeting)
{
    search->meetings[search->meeting_count++] = meeting;
}

/* Sorts the meetings, and drops each one that some walks meet before the previous one. */
static void order_meetings(struct search *search)
{
    struct meeting *all = search->meetings;
    size_t kept = 1;

    qsort(all, search->meeting_count, sizeof(*all), compare_meetings);
    for (size_t i = 1; i < search->meeting_count; i++)
        if (all[i].low > all[kept - 1].low && all[i].high > all[kept - 1].high)
            all[kept++] = all[i];
    search->meeting_count = kept;
}

static void find_meetings(struct search *search)
{
    add_meeting(search, (struct meeting){0, BEFORE_ALL, BEFORE_ALL});
    for (size_t i = 0, same; i < search->count; i += same) {
        const struct ways_hop *hops = &search->hops[i];
        struct meeting meeting = {hops->interface, hops->ttl, hops->ttl};

        same = count_same(search, i);
        for (size_t k = 1; k < same; k++) {
            meeting.low = hops[k].ttl < meeting.low ? hops[k].ttl : meeting.low;
            meeting.high = hops[k].ttl > meeting.high ? hops[k].ttl : meeting.high;
        }
        if (!is_contradicted(search, hops, same, &meeting))
            add_meeting(search, meeting);
    }
    order_meetings(search);
    add_meeting(search, (struct meeting){0, BEHIND_ALL, BEHIND_ALL});
}

/* Returns the TTL at which the walk with these hops meets all others; -1: unknown. */
static int place_of(const struct meeting *meeting, const struct ways_hop *hops, size_t count)
{
    if (meeting->low == meeting->high)
        return meeting->low;
    for (size_t i = 0; i < count; i++)
        if (hops[i].interface == meeting->interface)
            return hops[i].ttl;
    return -1;
}

/* Adds the hops of a walk between two meetings, and the second meeting. */
static void add_walk(struct search *search, const struct prefix_ways *ways, const struct meeting *meeting,
                     const struct ways_hop *hops, size_t count, struct ways_diamond *diamond)
{
    int from = place_of(&meeting[0], hops, count), to = place_of(&meeting[1], hops, count);

    if (from < 0 || to <= from)
        return;
    if (to - from > diamond->length)
        diamond->length = (uint8_t)(to - from);
    if (to - from < diamond->shortest)
        diamond->shortest = (uint8_t)(to - from);
    for (size_t i = 0; i < count; i++)
        if (hops[i].ttl > from && hops[i].ttl < to && is_looked_at(ways, &hops[i]))
            search->members[diamond->count++] =
                (struct ways_member){(uint8_t)(hops[i].ttl - from), hops[i].interface};
    if (to < BEHIND_ALL)
        search->members[diamond->count++] = (struct ways_member){(uint8_t)(to - from), meeting[1].interface};
}

static int compare_members(const void *left, const void *right)
{
    const struct ways_member *a = left, *b = right;

    if (a->depth != b->depth)
        return a->depth - b->depth;
    return (a->interface > b->interface) - (a->interface < b->interface);
}

/* Keeps each member once, and none at the depth of the end. Returns whether two are at one depth. */
static bool order_members(struct search *search, struct ways_diamond *diamond)
{
    struct ways_member *all = search->members;
    size_t kept = 0;
    bool is_wide = false;

    qsort(all, diamond->count, sizeof(*all), compare_members);
    for (size_t i = 0; i < diamond->count && all[i].depth < diamond->length; i++) {
        if (kept && !compare_members(&all[i], &all[kept - 1]))
            continue;
        is_wide |= kept && all[i].depth == all[kept - 1].depth;
        all[kept++] = all[i];
    }
    diamond->count = kept;
    return is_wide;
}

/* Finds the diamond between a meeting and the next one. */
static bool find_between(struct search *search, const struct prefix_ways *ways, const struct meeting *meeting,
                         struct ways_diamond *out)
{
    *out = (struct ways_diamond){
        .is_open = meeting[0].low == BEFORE_ALL || meeting[1].low == BEHIND_ALL,
        .from = meeting[0].interface,
        .to = meeting[1].interface,
        .shortest = UINT8_MAX,
        .members = search->members,
    };
    if (meeting[1].high - meeting[0].low < 2)
        return false;
    for (size_t i = 0, count; i < ways->count; i += count) {
        const struct ways_hop *hops = &ways->hops[i];

        for (count = 1; i + count < ways->count && hops[count].walk == hops->walk; count++)
            continue;
        add_walk(search, ways, meeting, hops, count, out);
    }
    return order_members(search, out);
}

int prefix_ways_find_diamonds(const struct prefix_ways *ways, ways_visitor *visit, void *context)
{
    struct search search;
    int error = ways->walks > 1 ? open_search(&search, ways) : 0;

    if (ways->walks < 2)
        return 0;
    if (!error)
        find_meetings(&search);
    for (size_t i = 0; !error && i + 1 < search.meeting_count; i++) {
        struct ways_diamond diamond;

        if (find_between(&search, ways, &search.meetings[i], &diamond))
            error = visit(context, &diamond);
    }
    close_search(&search);
    return error;
}
