// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_watch.h"

#include "output/json_value.h"

static void count_round(struct path_counters *counters, const struct path_round *round)
{
    counters->rounds++;
    counters->rounds_reached += round->target_ttl != 0;
    counters->probes += round->queries;
    counters->lost += round->queries - round->target_answers;
    counters->timed += round->rtt_us != 0;
    counters->rtt_sum_us += round->rtt_us;
    counters->rtt_us = round->rtt_us;
    counters->distance = round->target_ttl;
}

static void describe(const struct path_watch *watch, const struct path_round *round,
                     struct path_change *change)
{
    *change = (struct path_change){
        .first_ttl = round->first_ttl,
        .previous_length = watch->length,
        .length = round->length,
    };
    for (unsigned ttl = round->first_ttl; ttl <= watch->length; ttl++)
        change->previous[ttl] = (struct told_hop){watch->hops[ttl].rounds != 0, watch->hops[ttl].told};
    for (unsigned ttl = round->first_ttl; ttl <= round->length; ttl++)
        if (round->hops[ttl].count)
            change->path[ttl] = (struct told_hop){true, round->hops[ttl].responders[0]};
}

/* Returns the first hop that differs; 0: none does. Every hop must be given the round. */
static unsigned compare_hops(struct path_watch *watch, const struct path_round *round)
{
    unsigned first = 0;

    for (unsigned ttl = round->first_ttl; ttl <= round->length; ttl++) {
        const struct round_hop *hop = &round->hops[ttl];

        if (watched_hop_round(&watch->hops[ttl], hop->responders, hop->count) && !first)
            first = ttl;
    }
    return first;
}

/* Returns the nearer of both distances of a target that moved; 0: it did not. watched_hop_round() gets the
 * distance in place of an address. At the nearer distance the path has another hop now, silent or not. */
static unsigned compare_distance(struct watched_hop *watched, unsigned distance)
{
    const struct address value = {0, distance};
    uint64_t before = watched->told.low;

    if (!watched_hop_round(watched, &value, distance ? 1 : 0))
        return 0;
    return before < distance ? (unsigned)before : distance;
}

static unsigned compare(struct path_watch *watch, const struct path_round *round)
{
    unsigned hop = compare_hops(watch, round);
    unsigned distance = compare_distance(&watch->distance, round->target_ttl);

    return hop && distance ? (hop < distance ? hop : distance) : hop + distance;
}

static void reopen_silent(struct path_watch *watch, const struct path_round *round, unsigned changed_ttl)
{
    for (unsigned ttl = changed_ttl; ttl <= PROBE_MAX_TTL; ttl++)
        if (!round->hops[ttl].count)
            watched_hop_reopen(&watch->hops[ttl]);
    if (!round->target_ttl)
        watched_hop_reopen(&watch->distance);
}

enum path_verdict path_watch_round(struct path_watch *watch, const struct path_round *round,
                                   struct path_change *change)
{
    bool first = watch->counters.rounds == 0;

    describe(watch, round, change);
    change->ttl = compare(watch, round);
    /* A round that ended in silence does not show where the path ends. */
    if (round->target_ttl || change->ttl || round->length > watch->length)
        watch->length = round->length;
    count_round(&watch->counters, round);
    if (first)
        return PATH_FIRST;
    if (!change->ttl)
        return PATH_SAME;
    watch->counters.changes++;
    reopen_silent(watch, round, change->ttl);
    return PATH_CHANGED;
}

static json_t *hops_json(const struct told_hop *hops, unsigned first_ttl, unsigned length)
{
    json_t *array = json_array();

    for (unsigned ttl = first_ttl; array && ttl <= length; ttl++)
        json_array_append_new(array, hops[ttl].answered ? json_address(hops[ttl].responder) : json_null());
    return array;
}

static json_t *ttl_json(unsigned ttl)
{
    return ttl ? json_integer(ttl) : json_null();
}

static json_t *rtt_json(uint32_t rtt_us)
{
    return rtt_us ? json_ms(rtt_us) : json_null();
}

json_t *path_change_json(const struct path_watch *watch, const struct path_change *change,
                         const struct watched_target *target, uint64_t time_ms)
{
    const struct path_counters *counters = &watch->counters;
    json_t *previous =
        change->ttl ? hops_json(change->previous, change->first_ttl, change->previous_length) : json_null();

    return json_pack("{s:I, s:o, s:o, s:i, s:I, s:o, s:i, s:o, s:o, s:b, s:o}", "time_ms",
                     (json_int_t)time_ms, "target", json_address(target->address), "name",
                     json_text(target->name), "flow", (int)target->flow, "round",
                     (json_int_t)counters->rounds, "changed_ttl", ttl_json(change->ttl), "first_ttl",
                     (int)change->first_ttl, "previous", previous, "path",
                     hops_json(change->path, change->first_ttl, change->length), "reached",
                     counters->distance != 0, "rtt_ms", rtt_json(counters->rtt_us));
}
