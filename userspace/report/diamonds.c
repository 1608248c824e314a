// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/diamonds.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "base/growing.h"

enum {
    /* A member is a 64-bit number: place of the diamond, depth, interface. */
    INTERFACE_BITS = 32,
    DEPTH_BITS = 6,
    DIAMONDS_MOST = 1 << (64 - DEPTH_BITS - INTERFACE_BITS),
};

_Static_assert(WAYS_TTL_MOST < 1 << DEPTH_BITS, "a depth has six bits");

/* The state while the ways to one prefix are added. */
struct addition {
    struct diamonds *diamonds;
    bool crosses, is_open;
};

static int find(struct diamonds *diamonds, const struct ways_diamond *diamond, size_t *place)
{
    uint64_t key = (uint64_t)diamond->from << 32 | diamond->to;
    int added = u64_set_add(&diamonds->ends, key);

    if (added < 0 || !u64_set_find(&diamonds->ends, key, place))
        return -ENOMEM;
    if (*place >= DIAMONDS_MOST)
        return -EFBIG;
    if (!added)
        return 0;
    struct diamond_facts *facts =
        growing_room(diamonds->facts, *place, &diamonds->capacity, sizeof(*diamonds->facts));

    if (!facts)
        return -ENOMEM;
    diamonds->facts = facts;
    facts[*place] = (struct diamond_facts){.shortest = UINT8_MAX};
    return 0;
}

static int add_members(struct diamonds *diamonds, size_t place, const struct ways_diamond *diamond)
{
    int added = 0;

    for (size_t i = 0; i < diamond->count && added >= 0; i++) {
        uint64_t where = (uint64_t)place << DEPTH_BITS | diamond->members[i].depth;

        added = u64_set_add(&diamonds->members, where << INTERFACE_BITS | diamond->members[i].interface);
    }
    return added < 0 ? added : 0;
}

static int add(void *context, const struct ways_diamond *diamond)
{
    struct addition *addition = context;
    size_t place;

    if (diamond->is_open) {
        addition->is_open = true;
        return 0;
    }
    addition->crosses = true;
    int error = find(addition->diamonds, diamond, &place);

    if (error)
        return error;
    struct diamond_facts *facts = &addition->diamonds->facts[place];

    facts->prefixes++;
    facts->length = diamond->length > facts->length ? diamond->length : facts->length;
    facts->shortest = diamond->shortest < facts->shortest ? diamond->shortest : facts->shortest;
    return add_members(addition->diamonds, place, diamond);
}

int diamonds_add(struct diamonds *diamonds, struct prefix_ways *ways)
{
    struct addition addition = {diamonds, false, false};
    int error = prefix_ways_find_diamonds(ways, add, &addition);

    diamonds->prefixes += ways->walks > 1;
    diamonds->crossing += addition.crosses;
    diamonds->open += addition.is_open;
    prefix_ways_clear(ways);
    return error;
}

static int compare_numbers(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* Members are not looked up any more, so they are sorted in place: those of one diamond and depth become
 * adjacent. */
void diamonds_end(struct diamonds *diamonds)
{
    uint64_t *keys = diamonds->members.keys;
    uint32_t width = 0;

    if (diamonds->members.count)
        qsort(keys, diamonds->members.count, sizeof(*keys), compare_numbers);
    for (size_t i = 0; i < diamonds->members.count; i++) {
        struct diamond_facts *facts = &diamonds->facts[keys[i] >> (INTERFACE_BITS + DEPTH_BITS)];

        width = i && keys[i] >> INTERFACE_BITS == keys[i - 1] >> INTERFACE_BITS ? width + 1 : 1;
        facts->width = width > facts->width ? width : facts->width;
    }
}

void diamonds_free(struct diamonds *diamonds)
{
    u64_set_free(&diamonds->ends);
    u64_set_free(&diamonds->members);
    free(diamonds->facts);
    *diamonds = (struct diamonds){0};
}

static uint32_t from_of(const struct diamonds *diamonds, size_t diamond)
{
    return (uint32_t)(diamonds->ends.keys[diamond] >> 32);
}

static uint32_t to_of(const struct diamonds *diamonds, size_t diamond)
{
    return (uint32_t)diamonds->ends.keys[diamond];
}

struct named_diamond diamonds_named(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                                    size_t diamond)
{
    return (struct named_diamond){
        .from = interfaces->addresses[from_of(diamonds, diamond)],
        .to = interfaces->addresses[to_of(diamonds, diamond)],
        .facts = diamonds->facts[diamond],
    };
}

/* The context of a comparison. */
struct ranking {
    const struct diamonds *diamonds;
    const struct address_numbers *interfaces;
};

static int compare_ends(const struct ranking *ranking, uint32_t a, uint32_t b)
{
    return address_order(ranking->interfaces->addresses[a], ranking->interfaces->addresses[b]);
}

static int compare_diamonds(const void *left, const void *right, void *context)
{
    const struct ranking *ranking = context;
    const struct diamonds *diamonds = ranking->diamonds;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    uint64_t mine = diamonds->facts[a].prefixes, other = diamonds->facts[b].prefixes;

    if (mine != other)
        return mine > other ? -1 : 1;
    int order = compare_ends(ranking, from_of(diamonds, a), from_of(diamonds, b));

    return order ? order : compare_ends(ranking, to_of(diamonds, a), to_of(diamonds, b));
}

uint32_t *diamonds_order(const struct diamonds *diamonds, const struct address_numbers *interfaces)
{
    struct ranking ranking = {diamonds, interfaces};
    uint32_t *order = malloc((diamonds->ends.count + 1) * sizeof(*order));

    for (size_t i = 0; order && i < diamonds->ends.count; i++)
        order[i] = (uint32_t)i;
    if (order)
        qsort_r(order, diamonds->ends.count, sizeof(*order), compare_diamonds, &ranking);
    return order;
}
