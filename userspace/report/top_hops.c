// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/top_hops.h"

#include <stdlib.h>
#include <string.h>

static unsigned home_of(const struct top_hops *hops, struct address address)
{
    return (unsigned)(address_hash(address, hops->secret) % TOP_HOPS_SLOTS);
}

/* Returns the slot of `address`, or the free one where it belongs. */
static unsigned slot_of(const struct top_hops *hops, struct address address)
{
    unsigned slot = home_of(hops, address);

    while (hops->slots[slot] && !address_equal(hops->hops[hops->slots[slot] - 1].address, address))
        slot = (slot + 1) % TOP_HOPS_SLOTS;
    return slot;
}

/* Frees a slot, and moves the entries behind it closer to their places, so that searches still find them. */
static void free_slot(struct top_hops *hops, unsigned slot)
{
    unsigned next = slot;

    while (hops->slots[next = (next + 1) % TOP_HOPS_SLOTS]) {
        unsigned home = home_of(hops, hops->hops[hops->slots[next] - 1].address);

        if ((next - home + TOP_HOPS_SLOTS) % TOP_HOPS_SLOTS < (next - slot + TOP_HOPS_SLOTS) % TOP_HOPS_SLOTS)
            continue;
        hops->slots[slot] = hops->slots[next];
        slot = next;
    }
    hops->slots[slot] = 0;
}

static void swap(struct top_hops *hops, unsigned a, unsigned b)
{
    uint16_t number = hops->heap[a];

    hops->heap[a] = hops->heap[b];
    hops->heap[b] = number;
    hops->places[hops->heap[a]] = (uint16_t)a;
    hops->places[hops->heap[b]] = (uint16_t)b;
}

static uint64_t count_at(const struct top_hops *hops, unsigned place)
{
    return hops->hops[hops->heap[place]].count;
}

/* A count has grown: moves it down in the heap. */
static void sink(struct top_hops *hops, unsigned place)
{
    for (;;) {
        unsigned child = 2 * place + 1;

        if (child + 1 < hops->count && count_at(hops, child + 1) < count_at(hops, child))
            child++;
        if (child >= hops->count || count_at(hops, child) >= count_at(hops, place))
            return;
        swap(hops, place, child);
        place = child;
    }
}

/* A new hop has few answers: moves it up until no parent has more. */
static void rise(struct top_hops *hops, unsigned place)
{
    for (; place && count_at(hops, (place - 1) / 2) > count_at(hops, place); place = (place - 1) / 2)
        swap(hops, place, (place - 1) / 2);
}

/* Returns the number for a new hop: a free one, or that of the hop with the fewest answers. */
static unsigned take_place(struct top_hops *hops, struct address address)
{
    unsigned number = hops->count < TOP_HOPS_KEPT ? hops->count : hops->heap[0];
    struct top_hop *hop = &hops->hops[number];
    uint64_t over = 0;

    if (hops->count == TOP_HOPS_KEPT) {
        free_slot(hops, slot_of(hops, hop->address));
        over = hop->count;
    }
    *hop = (struct top_hop){address, over, over, RECORD_NO_RTT, UINT8_MAX, 0};
    hops->slots[slot_of(hops, address)] = (uint16_t)(number + 1);
    if (number == hops->count) {
        hops->heap[number] = hops->places[number] = (uint16_t)number;
        hops->count++;
        rise(hops, number);
    }
    return number;
}

void top_hops_add(struct top_hops *hops, const struct record *record)
{
    unsigned slot = slot_of(hops, record->responder);
    unsigned number = hops->slots[slot] ? hops->slots[slot] - 1U : take_place(hops, record->responder);
    struct top_hop *hop = &hops->hops[number];

    hop->count++;
    if (record_has_rtt(record) && record->rtt_us < hop->min_rtt_us)
        hop->min_rtt_us = record->rtt_us;
    if (record->probe_ttl < hop->min_ttl)
        hop->min_ttl = record->probe_ttl;
    if (record->probe_ttl > hop->max_ttl)
        hop->max_ttl = record->probe_ttl;
    sink(hops, hops->places[number]);
}

static bool is_before(const struct top_hop *a, const struct top_hop *b)
{
    return a->count != b->count ? a->count > b->count : address_compare(a->address, b->address) < 0;
}

unsigned top_hops_best(const struct top_hops *hops, struct top_hop *out, unsigned most)
{
    unsigned count = 0;

    for (unsigned i = 0; i < hops->count; i++) {
        unsigned at = count;

        while (at && is_before(&hops->hops[i], &out[at - 1]))
            at--;
        if (at == most)
            continue;
        count += count < most;
        memmove(&out[at + 1], &out[at], (count - at - 1) * sizeof(*out));
        out[at] = hops->hops[i];
    }
    return count;
}
