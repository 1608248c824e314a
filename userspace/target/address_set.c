// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/address_set.h"

#include <stdlib.h>

#include "target/ipv4_block.h"

enum {
    TOPS = 1 << 16, /* a top is the upper half of an address, a /16 */
    TOPS_PER_WORD = 32,
};

enum coverage {
    COVERED_NOT,
    COVERED_PARTLY,
    COVERED_WHOLLY,
    COVERAGE_MASK = 3,
};

/* Both ends inclusive. */
struct range {
    uint32_t first, last;
};

struct address_set {
    uint64_t coverage[TOPS / TOPS_PER_WORD];
    size_t count;
    struct range ranges[]; /* sorted, with a gap between any two */
};

static int compare_ranges(const void *left, const void *right)
{
    const struct range *a = left, *b = right;

    return (a->first > b->first) - (a->first < b->first);
}

static struct range range_of(struct prefix prefix)
{
    struct ipv4_block block = ipv4_block_of(prefix);

    return (struct range){block.base, ipv4_block_last(block)};
}

static void join_ranges(struct address_set *set)
{
    size_t count = 0;

    for (size_t i = 0; i < set->count; i++) {
        struct range *range = &set->ranges[i];
        struct range *before = count > 0 ? &set->ranges[count - 1] : NULL;

        if (!before || range->first > (uint64_t)before->last + 1)
            set->ranges[count++] = *range;
        else if (range->last > before->last)
            before->last = range->last;
    }
    set->count = count;
}

static void mark_coverage(struct address_set *set, struct range range)
{
    for (uint32_t top = range.first >> 16; top <= range.last >> 16; top++) {
        uint32_t first = top << 16, last = first | 0xffff;
        uint64_t state = range.first <= first && last <= range.last ? COVERED_WHOLLY : COVERED_PARTLY;

        set->coverage[top / TOPS_PER_WORD] |= state << 2 * (top % TOPS_PER_WORD);
    }
}

struct address_set *address_set_create(const struct prefix_list *prefixes)
{
    size_t size = sizeof(struct address_set) + prefixes->count * sizeof(struct range);
    struct address_set *set = calloc(1, size);

    if (!set)
        return NULL;
    set->count = prefixes->count;
    for (size_t i = 0; i < prefixes->count; i++)
        set->ranges[i] = range_of(prefixes->prefixes[i]);
    qsort(set->ranges, set->count, sizeof(*set->ranges), compare_ranges);
    join_ranges(set);
    for (size_t i = 0; i < set->count; i++)
        mark_coverage(set, set->ranges[i]);
    return set;
}

void address_set_destroy(struct address_set *set)
{
    free(set);
}

/* The number of ranges that begin at or before `address`; only the last of them can hold it. */
static size_t ranges_up_to(const struct address_set *set, uint32_t address)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (set->ranges[middle].first <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool holds(const struct address_set *set, uint32_t address)
{
    uint32_t top = address >> 16;
    size_t count;

    switch (set->coverage[top / TOPS_PER_WORD] >> 2 * (top % TOPS_PER_WORD) & COVERAGE_MASK) {
    case COVERED_NOT:
        return false;
    case COVERED_WHOLLY:
        return true;
    default:
        count = ranges_up_to(set, address);
        return count > 0 && address <= set->ranges[count - 1].last;
    }
}

bool address_set_contains(const struct address_set *set, struct address address)
{
    return set && address_is_ipv4(address) && holds(set, address_ipv4(address));
}

uint64_t address_set_next_change(const struct address_set *set, uint32_t address)
{
    size_t count = set ? ranges_up_to(set, address) : 0;

    if (count > 0 && address <= set->ranges[count - 1].last)
        return (uint64_t)set->ranges[count - 1].last + 1;
    return set && count < set->count ? set->ranges[count].first : ADDRESS_SPACE;
}

bool address_set_covers(const struct address_set *set, struct prefix prefix)
{
    struct range range = range_of(prefix);

    return address_set_contains(set, prefix.base) && address_set_next_change(set, range.first) > range.last;
}
