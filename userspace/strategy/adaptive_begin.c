// SPDX-License-Identifier: GPL-2.0-or-later
/* The beginning of a walk: the next path of the order, and the TTL at which it is expected to end. */
#include "strategy/adaptive.h"

enum {
    /* As far as a neighbour's distance is looked for, in places of the list to both sides. */
    NEIGHBOURS = 16,
    /* Where paths are guessed to end while nothing is known: in the middle of what is measured on the Internet. */
    FIRST_GUESS = 16,
    /* Paths that must have ended before their mean distance is a better guess. */
    MEAN_FROM = 20,
    /* Walks that may be active for each one that has ended, while they are no more than a hundredth of all. Early walks are
     * long, so with 1 it takes half a minute to reach a rate of 500,000 probes a second. Without the second bound small sets
     * cost up to 5 % more probes, because many of their walks begin before others are over. */
    GROWTH = 4,
    GROWTH_SHARE = 100,
    /* Networks are neighbours within a /16 of IPv4 and within a /32 of IPv6, the size of what is allocated to
     * one operator. */
    COMMON_IPV4 = 112,
    COMMON_IPV6 = 32,
};

static bool are_neighbours(struct address a, struct address b)
{
    unsigned bits = address_is_ipv4(a) ? COMMON_IPV4 : COMMON_IPV6;
    uint64_t low = bits > 64 ? (a.low ^ b.low) >> (128 - bits) : 0;

    return (bits > 64 ? a.high ^ b.high : (a.high ^ b.high) >> (64 - bits)) == 0 && low == 0;
}

static struct address address_of(const struct adaptive *self, uint64_t common)
{
    return targets_address(self->config.targets, common / self->paths.flows);
}

/* Returns the distance of the nearest path to one side whose distance is known, of any sender; 0 if there is none, or
 * it is no neighbour. If the survey goes flow by flow, it is a path of the first flow. */
static unsigned neighbours_distance(const struct adaptive *self, uint64_t path, int direction)
{
    int step = self->options.by_flow ? (int)self->paths.flows : 1;

    for (int i = 1; i <= NEIGHBOURS; i++) {
        uint64_t other = path + (uint64_t)(direction * step * i);
        unsigned distance = other < self->commons->paths ? walk_commons_end(self->commons, other) : 0;

        if (distance)
            return are_neighbours(address_of(self, path), address_of(self, other)) ? distance : 0;
    }
    return 0;
}

static unsigned mean_distance(struct walk_commons *commons)
{
    uint64_t count = atomic_load_explicit(&commons->distance_count, memory_order_relaxed);
    uint64_t sum = atomic_load_explicit(&commons->distances, memory_order_relaxed);

    return count <= MEAN_FROM ? FIRST_GUESS : (unsigned)((sum + count / 2) / count);
}

/* A guess too far costs one or two silent probes, a guess too near costs the hops behind it. So the farther of two
 * neighbours is taken. */
static unsigned guess(const struct adaptive *self, uint64_t path)
{
    uint64_t common = slice_paths_common(&self->paths, path);
    uint64_t first = self->options.by_flow ? common - common % self->paths.flows : common;
    unsigned own = first < common ? walk_commons_end(self->commons, first) : 0;

    if (own)
        return own;

    unsigned left = neighbours_distance(self, first, -1), right = neighbours_distance(self, first, 1);

    if (left || right)
        return left > right ? left : right;
    return mean_distance(self->commons);
}

/* While nothing is known, few walks are active at once, because the next ones use what these learn. */
static uint64_t most_active(const struct adaptive *self)
{
    uint64_t ended = self->knowledge.spending.ended, share = self->paths.count / GROWTH_SHARE;
    uint64_t grown = GROWTH * ended < share ? GROWTH * ended : share;
    uint64_t most = grown > ended ? grown : ended;

    return most > self->start ? most : self->start;
}

/* Walks that are put off learn nothing meanwhile, and do not count. */
bool adaptive_may_begin(const struct adaptive *self)
{
    uint64_t put_off = self->walks.lists[WALK_LATER].count + self->walks.lists[WALK_NEAR].count;

    return self->position < self->end && self->walks.active < self->walks.room &&
           self->walks.active - put_off < most_active(self);
}

/* Called before another flow of all targets begins. Probes still on their way count for the new flow. */
static void consider_flow(struct adaptive *self)
{
    struct flow_yield *yield = &self->yield;
    const struct spending *spending = &self->knowledge.spending;
    double all = spending->sent ? (double)spending->found / (double)spending->sent : 0;

    yield->last_sent = spending->sent - yield->sent;
    yield->last_found = spending->found - yield->found;
    yield->sent = spending->sent;
    yield->found = spending->found;
    if ((double)yield->last_found < self->options.epsilon * all * (double)yield->last_sent)
        self->end = self->position;
}

/* Paths are chosen in groups, so that the cache misses of their words and targets overlap. */
static void choose_group(struct adaptive *self)
{
    self->group_place = 0;
    self->group_count = path_order_range(&self->order, self->position, self->group,
                                         ADAPTIVE_LOOKAHEAD - (size_t)(self->position % ADAPTIVE_LOOKAHEAD));
    for (size_t i = 0; i < self->group_count; i++) {
        walk_table_prefetch(&self->walks, self->group[i]);
        walk_commons_prefetch(self->commons, slice_paths_common(&self->paths, self->group[i]));
        targets_prefetch(self->config.targets, slice_paths_target(&self->paths, self->group[i]));
    }
}

static uint64_t next_path(struct adaptive *self)
{
    if (self->group_place == self->group_count)
        choose_group(self);
    self->position++;

    uint64_t path = self->group[self->group_place++];
    if (path_order_begins_flow(&self->order, self->position))
        consider_flow(self);
    return path;
}

struct walk *adaptive_begin(struct adaptive *self)
{
    uint64_t path = next_path(self);
    struct walk *walk = walk_table_add(&self->walks, path);

    walk_begin(&self->knowledge, walk, (uint32_t)path, guess(self, path));
    self->knowledge.spending.begun++;
    adaptive_spend(self);
    return walk;
}
