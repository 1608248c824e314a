// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/diamond_sample.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "base/growing.h"

enum {
    HOPS_MOST = 1 << 19, /* 24 bytes each, and as many for the interface of each if all differ */
    ZEROS_MOST = 63,
};

static bool is_in(const struct diamond_sample *sample, struct address target)
{
    struct address first = address_first(target, prefix_ways_length(target));

    return !sample->zeros || address_hash(first, sample->secret) >> (64 - sample->zeros) == 0;
}

/* Renumbers the interfaces of the hops that stay: otherwise the table would keep all that ever occurred. */
static int keep(struct diamond_sample *sample, struct address_numbers *numbers)
{
    size_t kept = 0;
    int error = 0;

    for (size_t i = 0; i < sample->count && !error; i++) {
        struct sampled_hop hop = sample->hops[i];

        if (!is_in(sample, hop.target))
            continue;
        error = address_numbers_get(numbers, sample->interfaces.addresses[hop.interface], &hop.interface);
        sample->hops[kept++] = hop;
    }
    sample->count = kept;
    return error;
}

static int halve(struct diamond_sample *sample)
{
    struct address_numbers numbers = {0};

    sample->zeros++;
    int error = keep(sample, &numbers);

    address_numbers_free(&sample->interfaces);
    sample->interfaces = numbers;
    return error;
}

int diamond_sample_add(struct diamond_sample *sample, const struct record *record)
{
    struct sampled_hop hop = {
        .target = record->target_address,
        .flow = record->flow,
        .ttl = record->probe_ttl,
        .is_target = !record_is_of_hop(record),
    };
    int error = 0;

    while (sample->count == HOPS_MOST && sample->zeros < ZEROS_MOST && !error)
        error = halve(sample);
    if (error || record->round || sample->count == HOPS_MOST || !is_in(sample, hop.target))
        return error;
    struct sampled_hop *hops = growing_room(sample->hops, sample->count, &sample->capacity, sizeof(*hops));

    if (!hops)
        return -ENOMEM;
    sample->hops = hops;
    error = address_numbers_get(&sample->interfaces, record->responder, &hop.interface);
    hops[sample->count++] = hop;
    return error;
}

void diamond_sample_close(struct diamond_sample *sample)
{
    free(sample->hops);
    address_numbers_free(&sample->interfaces);
    *sample = (struct diamond_sample){0};
}

static int compare_hops(const void *left, const void *right)
{
    const struct sampled_hop *a = left, *b = right;
    int order = address_order(a->target, b->target);

    if (order)
        return order;
    return a->flow != b->flow ? a->flow - b->flow : a->ttl - b->ttl;
}

static int find(struct diamond_sample *sample, struct diamonds *diamonds)
{
    struct prefix_ways ways = {0};
    int error = 0;

    if (sample->count)
        qsort(sample->hops, sample->count, sizeof(*sample->hops), compare_hops);
    for (size_t i = 0; i < sample->count && !error; i++) {
        const struct sampled_hop *hop = &sample->hops[i];

        if (!prefix_ways_take(&ways, hop->target))
            error = diamonds_add(diamonds, &ways);
        prefix_ways_begin(&ways, hop->target, hop->flow);
        if (!error)
            error = prefix_ways_add(&ways, (struct ways_hop){.interface = hop->interface,
                                                             .rtt_us = RECORD_NO_RTT,
                                                             .ttl = hop->ttl,
                                                             .is_target = hop->is_target});
    }
    if (!error)
        error = diamonds_add(diamonds, &ways);
    diamonds_end(diamonds);
    prefix_ways_free(&ways);
    return error;
}

static uint32_t place_of(uint32_t width)
{
    return width < DIAMONDS_WIDTHS ? width : DIAMONDS_WIDTHS - 1;
}

static int tell(const struct diamond_sample *sample, const struct diamonds *diamonds,
                struct diamond_numbers *out)
{
    uint64_t weight = 1ULL << sample->zeros;
    uint32_t *order = diamonds_order(diamonds, &sample->interfaces);

    if (!order)
        return -ENOMEM;
    *out = (struct diamond_numbers){
        .one_in = weight,
        .prefixes = diamonds->prefixes * weight,
        .crossing = diamonds->crossing * weight,
        .open = diamonds->open * weight,
        .count = diamonds->ends.count,
    };
    for (size_t i = 0; i < diamonds->ends.count; i++) {
        out->by_width[place_of(diamonds->facts[i].width)]++;
        out->by_length[place_of(diamonds->facts[i].length)]++;
        if (i < DIAMONDS_NAMED)
            out->named[out->named_count++] = diamonds_named(diamonds, &sample->interfaces, order[i]);
    }
    free(order);
    return 0;
}

int diamond_sample_end(struct diamond_sample *sample, struct diamond_numbers *out)
{
    struct diamonds diamonds = {0};
    int error = find(sample, &diamonds);

    if (!error)
        error = tell(sample, &diamonds, out);
    diamonds_free(&diamonds);
    return error;
}
