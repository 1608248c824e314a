// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A radix sort in place, from the first byte on (McIlroy, Bostic and McIlroy, "Engineering Radix Sort", 1993:
 * American flag sort). It needs no second array. It reads most lists a few times, because addresses differ in
 * their first bytes, and a sorted list, which is frequent, only once.
 */
#include "target/prefix_sort.h"

#include <stdbool.h>

#include "base/address_order.h"

enum {
    FEW = 32, /* at most this many are sorted by insertion */
    BUCKETS = 256,
    KEY_BYTES = ADDRESS_BYTES + 1, /* and the length */
};

int prefix_compare(const struct prefix *a, const struct prefix *b)
{
    int order = address_order(a->base, b->base);

    return order ? order : a->length - b->length;
}

static uint8_t key_byte(struct prefix prefix, unsigned byte)
{
    if (byte == ADDRESS_BYTES)
        return prefix.length;
    return (uint8_t)((byte < 8 ? prefix.base.high : prefix.base.low) >> (56 - byte % 8 * 8));
}

static bool is_sorted(const struct prefix *prefixes, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (prefix_compare(&prefixes[i - 1], &prefixes[i]) > 0)
            return false;
    return true;
}

static void swap(struct prefix *a, struct prefix *b)
{
    struct prefix held = *a;

    *a = *b;
    *b = held;
}

static void sort_few(struct prefix *prefixes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct prefix held = prefixes[i];
        size_t k = i;

        for (; k > 0 && prefix_compare(&prefixes[k - 1], &held) > 0; k--)
            prefixes[k] = prefixes[k - 1];
        prefixes[k] = held;
    }
}

/* Moves each prefix into the bucket of its byte. Afterwards `ends` has the ends of the buckets. */
static void distribute(struct prefix *prefixes, size_t count, unsigned byte, size_t ends[BUCKETS])
{
    size_t next[BUCKETS], begin = 0;

    for (size_t i = 0; i < BUCKETS; i++)
        ends[i] = 0;
    for (size_t i = 0; i < count; i++)
        ends[key_byte(prefixes[i], byte)]++;
    for (size_t i = 0; i < BUCKETS; i++) {
        next[i] = begin;
        ends[i] = begin += ends[i];
    }
    for (unsigned bucket = 0; bucket < BUCKETS; bucket++)
        while (next[bucket] < ends[bucket]) {
            unsigned home = key_byte(prefixes[next[bucket]], byte);

            if (home == bucket)
                next[bucket]++;
            else
                swap(&prefixes[next[bucket]], &prefixes[next[home]++]);
        }
}

/* Each recursion handles the next byte of the key. */
// NOLINTNEXTLINE(misc-no-recursion)
static void sort_from(struct prefix *prefixes, size_t count, unsigned byte)
{
    size_t ends[BUCKETS], begin = 0;

    if (count <= FEW) {
        sort_few(prefixes, count);
        return;
    }
    if (byte == KEY_BYTES)
        return;
    distribute(prefixes, count, byte, ends);
    for (size_t i = 0; i < BUCKETS; i++) {
        if (ends[i] - begin > 1)
            sort_from(prefixes + begin, ends[i] - begin, byte + 1);
        begin = ends[i];
    }
}

/* Moves IPv4 prefixes to the front. Returns how many there are. */
static size_t part_families(struct prefix *prefixes, size_t count)
{
    size_t ipv4 = 0;

    for (size_t i = 0; i < count; i++)
        if (address_is_ipv4(prefixes[i].base))
            swap(&prefixes[i], &prefixes[ipv4++]);
    return ipv4;
}

void prefix_sort(struct prefix *prefixes, size_t count)
{
    size_t ipv4;

    if (is_sorted(prefixes, count))
        return;
    ipv4 = part_families(prefixes, count);
    sort_from(prefixes, ipv4, 0);
    sort_from(prefixes + ipv4, count - ipv4, 0);
}
