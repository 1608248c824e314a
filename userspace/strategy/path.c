// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/path.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe.h"
#include "reply_parse.h"

enum {
    /* However near a hop seems: routers answer late by as much now and then (traceroute has the same). */
    LEAST_WAIT_NS = 10000000,
    SMALLEST_MTU = 68, /* every link takes as much (RFC 791) */
};

/* A probe in flight, by its place in the path. */
struct flight {
    uint8_t ttl, query;
};

struct path {
    struct strategy base;
    struct path_config config;
    bool stopped, paused, reached;
    unsigned length; /* as far as is known */
    unsigned next_ttl, next_query;
    uint64_t round; /* rounds that have ended */
    uint64_t round_start_ns, last_sent_ns;
    uint16_t next_flow; /* classic */
    uint16_t size;
    uint16_t mtu_before[PROBE_MAX_TTL + 1];
    unsigned flights;
    struct flight *flight;      /* config.window */
    struct path_query *queries; /* by TTL, from config.first_ttl on, and query */
};

static size_t query_count(const struct path_config *config)
{
    return (size_t)(config->max_ttl - config->first_ttl + 1) * config->queries;
}

static struct path_query *query_at(const struct path *path, unsigned ttl, unsigned query)
{
    return &path->queries[(ttl - path->config.first_ttl) * path->config.queries + query];
}

const struct path_query *path_query(const struct path *path, unsigned ttl, unsigned query)
{
    return query_at(path, ttl, query);
}

const struct path_config *path_config(const struct path *path)
{
    return &path->config;
}

struct strategy *path_strategy(struct path *path)
{
    return &path->base;
}

unsigned path_length(const struct path *path)
{
    return path->length;
}

bool path_reached(const struct path *path)
{
    return path->reached;
}

unsigned path_mtu(const struct path *path)
{
    return path->size;
}

unsigned path_mtu_before(const struct path *path, unsigned ttl)
{
    return path->mtu_before[ttl];
}

uint64_t path_rounds(const struct path *path)
{
    return path->round;
}

void path_stop(struct path *path)
{
    path->stopped = true;
    path->flights = 0;
}

void path_pause(struct path *path, bool paused)
{
    path->paused = paused;
}

static bool is_settled(const struct path_query *query)
{
    return query->state == QUERY_ANSWERED || query->state == QUERY_LOST;
}

bool path_hop_settled(const struct path *path, unsigned ttl)
{
    for (unsigned i = 0; i < path->config.queries; i++)
        if (!is_settled(query_at(path, ttl, i)))
            return false;
    return true;
}

static bool hop_answered(const struct path *path, unsigned ttl)
{
    for (unsigned i = 0; i < path->config.queries; i++)
        if (query_at(path, ttl, i)->state == QUERY_ANSWERED)
            return true;
    return false;
}

/* The RTT of an answer at this hop, 0 where there is none yet: one of less than a microsecond counts as that.
 */
static uint64_t rtt_at(const struct path *path, unsigned ttl)
{
    for (unsigned i = 0; i < path->config.queries; i++) {
        const struct path_query *query = query_at(path, ttl, i);

        if (query->state == QUERY_ANSWERED)
            return (query->record.rtt_us ? query->record.rtt_us : 1) * NS_PER_US;
    }
    return 0;
}

static uint64_t rtt_beyond(const struct path *path, unsigned ttl)
{
    for (unsigned beyond = ttl + 1; beyond <= path->length; beyond++) {
        uint64_t rtt = rtt_at(path, beyond);

        if (rtt)
            return rtt;
    }
    return 0;
}

static uint64_t patience(const struct path *path, unsigned ttl)
{
    const struct path_patience *config = &path->config.patience;
    uint64_t rtt = config->here > 0 ? rtt_at(path, ttl) : 0;
    double times = config->here;

    if (!rtt && config->near > 0) {
        rtt = rtt_beyond(path, ttl);
        times = config->near;
    }
    if (!rtt)
        return config->wait_ns;

    uint64_t shorter = (uint64_t)((double)rtt * times);
    if (shorter < LEAST_WAIT_NS)
        shorter = LEAST_WAIT_NS;
    return shorter < config->wait_ns ? shorter : config->wait_ns;
}

static uint64_t deadline(const struct path *path, struct flight flight)
{
    return query_at(path, flight.ttl, flight.query)->sent_ns + patience(path, flight.ttl);
}

/* Nothing beyond is part of the path: what is in flight there is not waited for, and if the path should turn
 * out to be longer all the same, everything there begins anew. */
static void set_length(struct path *path, unsigned length)
{
    unsigned kept = 0;

    path->length = length;
    for (unsigned i = 0; i < path->flights; i++)
        if (path->flight[i].ttl <= length)
            path->flight[kept++] = path->flight[i];
    path->flights = kept;
    if (path->next_ttl <= length)
        return;
    for (unsigned ttl = length + 1; ttl <= path->config.max_ttl; ttl++)
        for (unsigned i = 0; i < path->config.queries; i++)
            *query_at(path, ttl, i) = (struct path_query){0};
    path->next_ttl = length + 1;
    path->next_query = 0;
}

/* The path ends where so many hops in a row have been given up and nothing beyond has answered. */
static void look_for_gap(struct path *path)
{
    unsigned begin = path->config.first_ttl;

    for (unsigned ttl = begin; ttl <= path->length; ttl++)
        if (hop_answered(path, ttl))
            begin = ttl + 1;
    if (!path->config.gap_limit)
        return;
    for (unsigned ttl = begin; ttl <= path->length && path_hop_settled(path, ttl); ttl++)
        if (ttl - begin + 1 == path->config.gap_limit) {
            set_length(path, ttl);
            return;
        }
}

static void tell_settled(struct path *path, unsigned ttl, unsigned query, const struct answer *answer)
{
    if (path->config.observer.settled)
        path->config.observer.settled(path->config.observer.context, path, ttl, query, answer);
}

static void land(struct path *path, unsigned index)
{
    path->flight[index] = path->flight[--path->flights];
}

static void expire(struct path *path, uint64_t now_ns)
{
    bool any = false;

    for (unsigned i = 0; i < path->flights;) {
        struct flight flight = path->flight[i];

        if (deadline(path, flight) > now_ns) {
            i++;
            continue;
        }
        query_at(path, flight.ttl, flight.query)->state = QUERY_LOST;
        land(path, i);
        tell_settled(path, flight.ttl, flight.query, NULL);
        any = true;
    }
    if (any)
        look_for_gap(path);
}

static bool all_sent(const struct path *path)
{
    return path->next_ttl > path->length;
}

static void begin_round(struct path *path, uint64_t now_ns)
{
    memset(path->queries, 0, query_count(&path->config) * sizeof(*path->queries));
    path->round_start_ns = now_ns;
    /* A distance that is known spares the probes beyond it; reply() notices a path that grew. */
    if (!path->reached)
        path->length = path->config.max_ttl;
    path->reached = false;
    path->next_ttl = path->config.first_ttl;
    path->next_query = 0;
    path->next_flow = path->config.flow;
    path->flights = 0;
}

static bool is_over(const struct path *path)
{
    return path->stopped || (path->config.rounds && path->round >= path->config.rounds);
}

static uint64_t next_round_ns(const struct path *path)
{
    if (path->paused)
        return UINT64_MAX;
    return path->round ? path->round_start_ns + path->config.period_ns : path->config.start_ns;
}

/* Between two rounds `next_ttl` is 0. */
static bool in_round(const struct path *path)
{
    return path->next_ttl != 0;
}

static void end_round(struct path *path, uint64_t now_ns)
{
    path->round++;
    path->next_ttl = 0;
    if (path->config.observer.round_ended)
        path->config.observer.round_ended(path->config.observer.context, path, now_ns);
}

/* Brings everything up to date that time alone changes. */
static void advance(struct path *path, uint64_t now_ns)
{
    if (in_round(path)) {
        expire(path, now_ns);
        if (all_sent(path) && !path->flights)
            end_round(path, now_ns);
    }
    if (!in_round(path) && !is_over(path) && now_ns >= next_round_ns(path))
        begin_round(path, now_ns);
}

static uint64_t pause_end_ns(const struct path *path)
{
    return path->last_sent_ns ? path->last_sent_ns + path->config.pause_ns : 0;
}

static bool may_send(const struct path *path)
{
    return in_round(path) && !all_sent(path) && path->flights < path->config.window;
}

static struct probe send_next(struct path *path, uint64_t now_ns)
{
    struct flight flight = {(uint8_t)path->next_ttl, (uint8_t)path->next_query};
    struct path_query *query = query_at(path, flight.ttl, flight.query);

    path->flight[path->flights++] = flight;
    *query = (struct path_query){.state = QUERY_WAITING, .sent_ns = now_ns};
    path->last_sent_ns = now_ns;
    if (++path->next_query == path->config.queries) {
        path->next_query = 0;
        path->next_ttl++;
    }
    return (struct probe){
        .target = path->config.target,
        .flow = path->config.classic ? path->next_flow++ : path->config.flow,
        .ttl = flight.ttl,
        .lane = path->config.lane,
        .owner = path->config.owner,
        .query = (uint16_t)(path->round * path->config.queries + flight.query),
        .size = path->size,
    };
}

static size_t path_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct path *path = (struct path *)strategy;
    size_t count = 0;

    if (path->stopped)
        return 0;
    advance(path, now_ns);
    while (count < n && may_send(path) && now_ns >= pause_end_ns(path))
        out[count++] = send_next(path, now_ns);
    return count;
}

static uint64_t path_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct path *path = (const struct path *)strategy;
    uint64_t due = UINT64_MAX;

    (void)now_ns;
    if (is_over(path))
        return due;
    if (!in_round(path))
        return next_round_ns(path);
    if (may_send(path))
        due = pause_end_ns(path);
    if (all_sent(path) && !path->flights)
        return 0;
    for (unsigned i = 0; i < path->flights; i++) {
        uint64_t end = deadline(path, path->flight[i]);

        due = end < due ? end : due;
    }
    return due;
}

static void take_off_flight(struct path *path, struct flight which)
{
    for (unsigned i = 0; i < path->flights; i++)
        if (path->flight[i].ttl == which.ttl && path->flight[i].query == which.query) {
            land(path, i);
            return;
        }
}

/* Any Destination Unreachable ends a path; that of a port or protocol comes from the target, whichever of its
 * addresses it answers from. Time Exceeded is no end, not even from the target's address: routers behind one
 * that forwards that address to elsewhere have it, too. */
static void learn_distance(struct path *path, unsigned ttl, const struct answer *answer)
{
    bool unreachable = !(answer->record.flags & (RECORD_SYN_ACK | RECORD_RST)) &&
                       answer->record.icmp_type == ICMP_DESTINATION_UNREACHABLE;
    bool refused = unreachable && (answer->record.icmp_code == ICMP_PORT_UNREACHABLE ||
                                   answer->record.icmp_code == ICMP_PROTOCOL_UNREACHABLE);

    bool arrived = answer->from_target && answer->record.icmp_type != ICMP_TIME_EXCEEDED_TYPE;

    if (arrived || refused)
        path->reached = true;
    if (arrived || unreachable)
        set_length(path, ttl);
    else if (ttl == path->length && !path->reached)
        path->length = path->config.max_ttl; /* the target is no longer where it was in the last round */
}

/* The next size worth trying where a router does not say which (RFC 1191, section 7). */
static unsigned plateau_below(unsigned size)
{
    static const unsigned plateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, SMALLEST_MTU};

    for (size_t i = 0; i < sizeof(plateaus) / sizeof(plateaus[0]); i++)
        if (plateaus[i] < size)
            return plateaus[i];
    return 0;
}

/* Takes a probe that was too large for a link as a lesson; false where there is nothing to learn. */
static bool shrink(struct path *path, struct flight flight, const struct record *record)
{
    bool too_large = path->config.find_mtu && record->icmp_type == ICMP_DESTINATION_UNREACHABLE &&
                     record->icmp_code == ICMP_FRAGMENTATION_NEEDED;
    unsigned told = record->next_hop_mtu;
    unsigned size = told >= SMALLEST_MTU && told < path->size ? told : plateau_below(path->size);

    if (!too_large || !size)
        return false;
    path->size = (uint16_t)size;
    path->mtu_before[flight.ttl] = (uint16_t)size;
    *query_at(path, flight.ttl, flight.query) = (struct path_query){.state = QUERY_UNSENT};
    take_off_flight(path, flight);
    path->next_ttl = flight.ttl;
    path->next_query = flight.query;
    return true;
}

static void path_reply(struct strategy *strategy, const struct answer *answer)
{
    struct path *path = (struct path *)strategy;
    unsigned queries = path->config.queries, ttl = answer->probe.ttl;
    uint16_t first = (uint16_t)(path->round * queries);
    unsigned index = (uint16_t)(answer->probe.query - first);

    /* Answers to an earlier round come too late, as do those from beyond the end. */
    if (path->stopped || !in_round(path) || index >= queries || ttl < path->config.first_ttl ||
        ttl > path->length)
        return;

    struct path_query *query = query_at(path, ttl, index);
    if (query->state != QUERY_WAITING && query->state != QUERY_LOST)
        return;
    if (query->state == QUERY_WAITING &&
        shrink(path, (struct flight){(uint8_t)ttl, (uint8_t)index}, &answer->record))
        return;
    query->state = QUERY_ANSWERED;
    query->record = answer->record;
    query->from_target = answer->from_target;
    take_off_flight(path, (struct flight){(uint8_t)ttl, (uint8_t)index});
    learn_distance(path, ttl, answer);
    tell_settled(path, ttl, index, answer);
}

static bool path_done(const struct strategy *strategy)
{
    return is_over((const struct path *)strategy);
}

static void path_destroy(struct strategy *strategy)
{
    struct path *path = (struct path *)strategy;

    free(path->flight);
    free(path->queries);
    free(path);
}

static const struct strategy_ops path_ops = {
    .name = "path",
    .help = "one path, outward until the target answers",
    .destroy = path_destroy,
    .next = path_next,
    .next_due = path_next_due,
    .reply = path_reply,
    .done = path_done,
};

struct path *path_create(const struct path_config *config)
{
    struct path *path = calloc(1, sizeof(*path));

    if (!path)
        return NULL;
    path->base.ops = &path_ops;
    path->config = *config;
    path->length = config->max_ttl;
    path->size = config->size;
    path->flight = calloc(config->window, sizeof(*path->flight));
    path->queries = calloc(query_count(config), sizeof(*path->queries));
    if (!path->flight || !path->queries) {
        path_destroy(&path->base);
        return NULL;
    }
    return path;
}
