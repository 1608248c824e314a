// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/gather.h"

#include <errno.h>
#include <stdlib.h>

#include "base/key.h"
#include "report/sample.h"

enum {
    THINGS_EXACT = 1 << 20,   /* interfaces and paths; larger counts are off by 0.1 or 0.2 % */
    PREFIXES_EXACT = 1 << 13, /* of one length; larger counts are off by 1 or 2 % */
    TTL_MASK = 0xff,
    /* Value of a path in its sample: the largest TTL of a hop; above it the least TTL at which the target
     * answered, and whether it did. */
    PATH_LENGTH_SHIFT = 8,
    PATH_REACHED = 1 << 16,
    /* Value of an interface in its sample: the time when it was first seen, above the TTL. 56 bits of
     * microseconds are 2,283 years. */
    INTERFACE_TIME_SHIFT = 8,
};

/* IPv6 prefixes of one length. */
struct length_samples {
    struct sample targets, reached, hops;
};

struct gather {
    struct numbers *numbers;
    uint64_t secret; /* for all hashes: responders must not be able to predict them */
    struct sample interfaces, paths;
    struct top_hops hops;
    struct length_samples lengths[NUMBERS_LENGTHS];
    struct diamond_sample diamonds;
};

static int open_samples(struct gather *gather)
{
    int error = sample_open(&gather->interfaces, THINGS_EXACT);

    if (!error)
        error = sample_open(&gather->paths, THINGS_EXACT);
    for (unsigned i = 0; i < NUMBERS_LENGTHS && !error; i++) {
        struct length_samples *samples = &gather->lengths[i];

        error = sample_open(&samples->targets, PREFIXES_EXACT);
        if (!error)
            error = sample_open(&samples->reached, PREFIXES_EXACT);
        if (!error)
            error = sample_open(&samples->hops, PREFIXES_EXACT);
    }
    return error;
}

int gather_open(struct gather **out, struct numbers *numbers)
{
    struct gather *gather = calloc(1, sizeof(*gather));
    struct siphash_key key;
    int error = gather ? key_draw(&key) : -ENOMEM;

    if (!error)
        error = open_samples(gather);
    if (error) {
        gather_close(gather);
        return error;
    }
    gather->numbers = numbers;
    gather->secret = key.k0;
    gather->hops.secret = key.k1;
    gather->diamonds.secret = key.k0;
    *out = gather;
    return 0;
}

void gather_close(struct gather *gather)
{
    if (!gather)
        return;
    for (unsigned i = 0; i < NUMBERS_LENGTHS; i++) {
        sample_close(&gather->lengths[i].targets);
        sample_close(&gather->lengths[i].reached);
        sample_close(&gather->lengths[i].hops);
    }
    sample_close(&gather->interfaces);
    sample_close(&gather->paths);
    diamond_sample_close(&gather->diamonds);
    free(gather);
}

static void count_record(struct numbers *numbers, const struct record *record)
{
    numbers->records++;
    numbers->ipv6 += !address_is_ipv4(record->target_address);
    numbers->duplicates += (record->flags & RECORD_DUPLICATE) != 0;
    numbers->late += (record->flags & RECORD_LATE) != 0;
    numbers->rewritten += (record->flags & RECORD_REWRITTEN) != 0;
    numbers->truncated += (record->flags & RECORD_TRUNCATED) != 0;
    numbers->ttls[record->reply_ttl].replies++;
    if (record->time_us != RECORD_NO_TIME)
        time_bins_add(&numbers->times, record->time_us, (struct time_bin){1, 0});
}

static void count_rtt(struct numbers *numbers, const struct record *record)
{
    if (!record_has_rtt(record))
        return;
    histogram_add(&numbers->rtts, record->rtt_us);
    histogram_add(&numbers->rtts_by_ttl[record->probe_ttl], record->rtt_us);
}

static int add_interface(struct gather *gather, const struct record *record)
{
    uint64_t hash = address_hash(record->responder, gather->secret);
    uint64_t first = record->time_us << INTERFACE_TIME_SHIFT | record->probe_ttl;
    int error = 0;

    sample_find(&gather->interfaces, hash, first, &error);
    return error;
}

static uint64_t with_hop(uint64_t path, uint64_t ttl)
{
    return ttl > (path & TTL_MASK) ? (path & ~(uint64_t)TTL_MASK) | ttl : path;
}

static uint64_t with_target(uint64_t path, uint64_t ttl)
{
    if (path & PATH_REACHED && (path >> PATH_LENGTH_SHIFT & TTL_MASK) <= ttl)
        return path;
    return PATH_REACHED | ttl << PATH_LENGTH_SHIFT | (path & TTL_MASK);
}

static int add_to_path(struct gather *gather, const struct record *record, bool hop)
{
    uint64_t target = address_hash(record->target_address, gather->secret);
    int error = 0;
    struct sample_entry *entry = sample_find(&gather->paths, mix64(target + record->flow), 0, &error);

    if (!entry)
        return error;
    entry->value =
        hop ? with_hop(entry->value, record->probe_ttl) : with_target(entry->value, record->probe_ttl);
    return 0;
}

static int add_prefix(const struct gather *gather, struct sample *sample, struct address address,
                      unsigned length)
{
    uint64_t hash = address_hash(address_first(address, length), gather->secret ^ length);
    int error = 0;

    sample_find(sample, hash, 0, &error);
    return error;
}

static int add_prefixes(struct gather *gather, const struct record *record, bool hop)
{
    int error = 0;

    for (unsigned i = 0; i < NUMBERS_LENGTHS && !address_is_ipv4(record->target_address) && !error; i++) {
        struct length_samples *samples = &gather->lengths[i];
        unsigned length = numbers_length(i);

        error = add_prefix(gather, &samples->targets, record->target_address, length);
        if (!error)
            error = add_prefix(gather, hop ? &samples->hops : &samples->reached, record->responder, length);
    }
    return error;
}

int gather_add(struct gather *gather, const struct record *record)
{
    struct numbers *numbers = gather->numbers;
    enum map_part part = map_part_of(record);
    bool hop = part == MAP_INTERFACE;

    count_record(numbers, record);
    if (part == MAP_NO_PART)
        return 0;
    numbers->answers++;
    numbers->ttls[record->probe_ttl].answers++;
    count_rtt(numbers, record);
    address_map_add(&numbers->targets, record->target_address);
    address_map_add(&numbers->responders, record->responder);
    if (hop)
        top_hops_add(&gather->hops, record);
    int error = hop ? add_interface(gather, record) : 0;

    if (!error)
        error = add_to_path(gather, record, hop);
    if (!error)
        error = diamond_sample_add(&gather->diamonds, record);
    return error ? error : add_prefixes(gather, record, hop);
}

static void end_interfaces(struct gather *gather)
{
    const struct sample *sample = &gather->interfaces;
    uint64_t weight = sample_weight(sample);
    struct numbers *numbers = gather->numbers;

    numbers->interfaces = (struct numbers_count){sample_count(sample), weight};
    for (size_t i = 0; i < sample->slot_count; i++) {
        uint64_t value = sample->slots[i].value;

        if (!sample->slots[i].hash)
            continue;
        numbers->ttls[value & TTL_MASK].interfaces += weight;
        if (value >> INTERFACE_TIME_SHIFT != RECORD_NO_TIME)
            time_bins_add(&numbers->times, value >> INTERFACE_TIME_SHIFT, (struct time_bin){0, weight});
    }
}

static void end_paths(struct gather *gather)
{
    const struct sample *sample = &gather->paths;
    uint64_t weight = sample_weight(sample);
    struct numbers *numbers = gather->numbers;

    numbers->paths = (struct numbers_count){sample_count(sample), weight};
    numbers->paths_reached = (struct numbers_count){0, weight};
    for (size_t i = 0; i < sample->slot_count; i++) {
        uint64_t path = sample->slots[i].value;

        if (!sample->slots[i].hash)
            continue;
        if (path & PATH_REACHED) {
            numbers->ttls[path >> PATH_LENGTH_SHIFT & TTL_MASK].reached += weight;
            numbers->paths_reached.value += weight;
        } else {
            numbers->ttls[path & TTL_MASK].ended += weight;
        }
    }
}

int gather_end(struct gather *gather)
{
    struct numbers *numbers = gather->numbers;

    end_interfaces(gather);
    end_paths(gather);
    numbers->hop_count = top_hops_best(&gather->hops, numbers->hops, NUMBERS_HOPS);
    for (unsigned i = 0; i < NUMBERS_LENGTHS; i++)
        numbers->lengths[i] = (struct numbers_length){
            sample_count(&gather->lengths[i].targets),
            sample_count(&gather->lengths[i].reached),
            sample_count(&gather->lengths[i].hops),
        };
    return diamond_sample_end(&gather->diamonds, &numbers->diamonds);
}
