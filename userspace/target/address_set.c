// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/address_set.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "target/address_index.h"
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

/* Both ends are inclusive. */
struct range {
    uint32_t first, last;
};

struct address_set {
    uint64_t coverage[TOPS / TOPS_PER_WORD];
    struct range *ranges; /* of IPv4: sorted, with a gap between any two */
    size_t count;
    struct address_index firsts; /* of the ranges of IPv6, also sorted and with gaps */
    struct address *lasts;
};

/* Joins prefixes that touch into one range. */
static void add_ipv4(struct address_set *set, struct prefix prefix)
{
    struct ipv4_block block = ipv4_block_of(prefix);
    struct range *before = set->count > 0 ? &set->ranges[set->count - 1] : NULL;

    if (before && block.base == (uint64_t)before->last + 1)
        before->last = ipv4_block_last(block);
    else
        set->ranges[set->count++] = (struct range){block.base, ipv4_block_last(block)};
}

static int add_ipv6(struct address_set *set, struct prefix prefix)
{
    size_t count = set->firsts.count;
    int error = 0;

    if (count == 0 || !address_equal(prefix.base, address_next(set->lasts[count - 1])))
        error = address_index_add(&set->firsts, prefix.base);
    if (!error)
        set->lasts[set->firsts.count - 1] = prefix_last(prefix);
    return error;
}

static void mark_coverage(struct address_set *set, struct range range)
{
    for (uint32_t top = range.first >> 16; top <= range.last >> 16; top++) {
        uint32_t first = top << 16, last = first | 0xffff;
        uint64_t state = range.first <= first && last <= range.last ? COVERED_WHOLLY : COVERED_PARTLY;

        set->coverage[top / TOPS_PER_WORD] |= state << 2 * (top % TOPS_PER_WORD);
    }
}

/* `list` must be normalized: sorted, IPv4 first, and disjoint. */
static int fill(struct address_set *set, const struct prefix_list *list)
{
    size_t i = 0;
    int error = 0;

    set->ranges = calloc(list->count + 1, sizeof(*set->ranges));
    set->lasts = calloc(list->count + 1, sizeof(*set->lasts));
    if (!set->ranges || !set->lasts)
        return -ENOMEM;
    for (; i < list->count && address_is_ipv4(list->prefixes[i].base); i++)
        add_ipv4(set, list->prefixes[i]);
    for (; !error && i < list->count; i++)
        error = add_ipv6(set, list->prefixes[i]);
    for (i = 0; i < set->count; i++)
        mark_coverage(set, set->ranges[i]);
    return error ? error : address_index_finish(&set->firsts);
}

struct address_set *address_set_create(const struct prefix_list *prefixes)
{
    struct address_set *set = calloc(1, sizeof(*set));
    struct prefix_list list = {0};
    int error = set ? 0 : -ENOMEM;

    for (size_t i = 0; !error && i < prefixes->count; i++)
        error = prefix_list_add(&list, prefixes->prefixes[i]);
    prefix_list_normalize(&list, GRANULARITY_NONE);
    if (!error)
        error = fill(set, &list);
    prefix_list_free(&list);
    if (!error)
        return set;
    address_set_destroy(set);
    return NULL;
}

void address_set_destroy(struct address_set *set)
{
    if (!set)
        return;
    free(set->ranges);
    free(set->lasts);
    address_index_free(&set->firsts);
    free(set);
}

/* Returns the number of ranges that begin at or before `address`. Only the last of them can hold it. */
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

static bool holds_ipv4(const struct address_set *set, uint32_t address)
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

/* Not inlined: otherwise gcc 12 passes the address through memory, written in two halves and read as a
 * whole. The processor waits for that, and a look-up of IPv4 takes 3 ns longer, too. */
static __attribute__((noinline)) bool holds_ipv6(const struct address_set *set, struct address address)
{
    size_t count = address_index_up_to(&set->firsts, address);

    return count > 0 && address_compare(address, set->lasts[count - 1]) <= 0;
}

bool address_set_contains(const struct address_set *set, struct address address)
{
    if (!set)
        return false;
    return address_is_ipv4(address) ? holds_ipv4(set, address_ipv4(address)) : holds_ipv6(set, address);
}

static struct address alike_to_ipv4(const struct address_set *set, uint32_t address)
{
    size_t count = ranges_up_to(set, address);

    if (count > 0 && address <= set->ranges[count - 1].last)
        return address_of_ipv4(set->ranges[count - 1].last);
    return address_of_ipv4(count < set->count ? set->ranges[count].first - 1 : UINT32_MAX);
}

static struct address alike_to_ipv6(const struct address_set *set, struct address address)
{
    size_t count = address_index_up_to(&set->firsts, address);

    if (count > 0 && address_compare(address, set->lasts[count - 1]) <= 0)
        return set->lasts[count - 1];
    return count < set->firsts.count ? address_before(set->firsts.firsts[count]) : address_last(address, 0);
}

struct address address_set_alike_to(const struct address_set *set, struct address address)
{
    if (!set)
        return address_last(address, 0);
    return address_is_ipv4(address) ? alike_to_ipv4(set, address_ipv4(address)) : alike_to_ipv6(set, address);
}

bool address_set_covers(const struct address_set *set, struct prefix prefix)
{
    return address_set_contains(set, prefix.base) &&
           address_compare(address_set_alike_to(set, prefix.base), prefix_last(prefix)) >= 0;
}
