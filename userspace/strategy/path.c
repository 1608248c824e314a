// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/path.h"

#include <stdlib.h>

#include "base/clock.h"

enum {
    /* However near a hop seems: routers answer late by as much now and then (traceroute has the same). */
    LEAST_WAIT_NS = 10000000,
};

/* A probe in flight, by its place in the path. */
struct flight {
    uint8_t ttl, query;
};

struct path {
    struct strategy base;
    struct path_config config;
    bool paused, reached;
    unsigned length; /* as far as is known */
    unsigned next_ttl, next_query;
    uint64_t round; /* rounds that have ended */
    uint64_t round_start_ns, last_sent_ns;
    uint16_t next_flow; /* classic */
    struct mtu_search mtu;
    uint64_t slowest_ns;    /* RTT of any hop, in any round */
    uint64_t silent_before; /* a bit per TTL: nothing came from it in the round before */
    unsigned flights;
    struct flight *flight; /* config.window */
    struct path_queries queries;
};

const struct path_query *path_query(const struct path *path, unsigned ttl, unsigned query)
{
    return path_queries_at(&path->queries, ttl, query);
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

/* Whether who sent this has answered as a router of the path, too. */
static bool is_router(const struct path *path, struct address address)
{
    for (unsigned ttl = path->config.first_ttl; ttl <= path->length; ttl++)
        for (unsigned i = 0; i < path->config.queries; i++) {
            const struct path_query *query = path_query(path, ttl, i);

            if (query->state == QUERY_ANSWERED && query->meaning == ANSWER_ON_THE_WAY &&
                address_equal(query->record.responder, address))
                return true;
        }
    return false;
}

bool path_reached(const struct path *path)
{
    for (unsigned i = 0; i < path->config.queries && path->reached; i++) {
        const struct path_query *query = path_query(path, path->length, i);

        if (query->state == QUERY_ANSWERED && answer_reached(query->meaning) &&
            (query->from_target || !is_router(path, query->record.responder)))
            return true;
    }
    return false;
}

struct mtu path_mtu(const struct path *path)
{
    return path->mtu.next;
}

struct mtu path_mtu_before(const struct path *path, unsigned ttl)
{
    return path->mtu.before[ttl];
}

uint64_t path_rounds(const struct path *path)
{
    return path->round;
}

void path_pause(struct path *path, bool paused)
{
    path->paused = paused;
}

bool path_hop_settled(const struct path *path, unsigned ttl)
{
    return path_queries_settled(&path->queries, ttl);
}

/* A hop that was silent for a round already must not make all later ones longer than they are asked to be. */
static uint64_t longest_wait(const struct path *path, unsigned ttl)
{
    uint64_t wait =
        path->config.period_ns > 2 * path->slowest_ns ? path->config.period_ns : 2 * path->slowest_ns;

    return path->silent_before >> (ttl - 1) & 1 && wait < path->config.patience.wait_ns
               ? wait
               : path->config.patience.wait_ns;
}

static uint64_t patience(const struct path *path, unsigned ttl)
{
    const struct path_patience *config = &path->config.patience;
    uint64_t rtt = config->here > 0 ? path_queries_rtt_ns(&path->queries, ttl) : 0;
    double times = config->here;

    if (!rtt && config->near > 0) {
        rtt = path_queries_rtt_beyond_ns(&path->queries, ttl, path->length);
        times = config->near;
    }
    if (!rtt)
        return longest_wait(path, ttl);

    uint64_t shorter = (uint64_t)((double)rtt * times), longest = longest_wait(path, ttl);
    if (shorter < LEAST_WAIT_NS)
        shorter = LEAST_WAIT_NS;
    return shorter < longest ? shorter : longest;
}

static struct path_query *query_at(const struct path *path, struct flight flight)
{
    return path_queries_at(&path->queries, flight.ttl, flight.query);
}

static uint64_t deadline(const struct path *path, struct flight flight)
{
    return query_at(path, flight)->sent_ns + patience(path, flight.ttl);
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
    path_queries_forget(&path->queries, length + 1);
    path->next_ttl = length + 1;
    path->next_query = 0;
}

/* The path ends where so many hops in a row have been given up and nothing beyond has answered. */
static void look_for_gap(struct path *path)
{
    unsigned begin = path->config.first_ttl;

    for (unsigned ttl = begin; ttl <= path->length; ttl++)
        if (path_queries_answered(&path->queries, ttl))
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
        query_at(path, flight)->state = QUERY_LOST;
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

static void note_silence(struct path *path)
{
    for (unsigned ttl = path->config.first_ttl; ttl <= path->config.max_ttl; ttl++) {
        uint64_t bit = 1ULL << (ttl - 1);

        if (path_queries_answered(&path->queries, ttl))
            path->silent_before &= ~bit;
        else if (path_queries_settled(&path->queries, ttl))
            path->silent_before |= bit;
    }
}

static void begin_round(struct path *path, uint64_t now_ns)
{
    path->round_start_ns = now_ns;
    /* A distance that is known spares the probes beyond it; reply() notices a path that grew. */
    if (!path_reached(path))
        path->length = path->config.max_ttl;
    path->reached = false;
    note_silence(path);
    path_queries_forget(&path->queries, path->config.first_ttl);
    path->next_ttl = path->config.first_ttl;
    path->next_query = 0;
    path->next_flow = path->config.flow;
    path->flights = 0;
}

static bool is_over(const struct path *path)
{
    return path->config.rounds && path->round >= path->config.rounds;
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

/* Of the probes to a hop in the present round. Numbers begin anew with a round, so that a record's round can be told
 * from them (engine/match.h). */
static uint16_t first_number(const struct path *path)
{
    unsigned rounds = (1U << 16) / path->config.queries;

    return (uint16_t)(path->round % rounds * path->config.queries);
}

static struct probe send_next(struct path *path, uint64_t now_ns)
{
    struct flight flight = {(uint8_t)path->next_ttl, (uint8_t)path->next_query};
    struct path_query *query = query_at(path, flight);

    path->flight[path->flights++] = flight;
    *query = (struct path_query){.state = QUERY_WAITING, .sent_ns = now_ns};
    path->last_sent_ns = now_ns;
    if (++path->next_query == path->config.queries) {
        path->next_query = 0;
        path->next_ttl++;
    }
    return (struct probe){
        .target_address = path->config.target_address,
        .flow = path->config.classic ? path->next_flow++ : path->config.flow,
        .ttl = flight.ttl,
        .lane = path->config.lane,
        .owner = path->config.owner,
        .query = (uint16_t)(first_number(path) + flight.query),
        .size = path->mtu.next.size,
    };
}

static size_t path_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct path *path = (struct path *)strategy;
    size_t count = 0;

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

static void learn_distance(struct path *path, unsigned ttl, enum answer_meaning meaning)
{
    if (answer_reached(meaning))
        path->reached = true;
    if (meaning != ANSWER_ON_THE_WAY)
        set_length(path, ttl);
    else if (ttl == path->length && !path->reached)
        path->length = path->config.max_ttl; /* the target is no longer where it was in the last round */
}

/* Takes a probe that was too large for a link as a lesson; false where there is nothing to learn. */
static bool shrink(struct path *path, struct flight flight, const struct record *record)
{
    if (!path->config.find_mtu || !mtu_search_learn(&path->mtu, flight.ttl, record))
        return false;
    *query_at(path, flight) = (struct path_query){.state = QUERY_UNSENT};
    take_off_flight(path, flight);
    path->next_ttl = flight.ttl;
    path->next_query = flight.query;
    return true;
}

/* Where in the path a probe of the present round belongs; false for one of an earlier round, which is too
 * late, or from beyond the end. */
static bool find_flight(const struct path *path, unsigned ttl, uint16_t number, struct flight *out)
{
    unsigned index = (uint16_t)(number - first_number(path));

    *out = (struct flight){(uint8_t)ttl, (uint8_t)index};
    return in_round(path) && index < path->config.queries && ttl >= path->config.first_ttl &&
           ttl <= path->length;
}

static void path_reply(struct strategy *strategy, const struct answer *answer)
{
    struct path *path = (struct path *)strategy;
    struct flight flight;

    if (!find_flight(path, answer->ttl, answer->query, &flight))
        return;

    struct path_query *query = query_at(path, flight);
    if (query->state != QUERY_WAITING && query->state != QUERY_LOST)
        return;
    if (query->state == QUERY_WAITING && shrink(path, flight, answer->record))
        return;
    query->state = QUERY_ANSWERED;
    query->record = *answer->record;
    query->meaning = answer_meaning(answer);
    query->from_target = answer->from_target;
    if (answer_has_rtt(answer) && answer->rtt_us * NS_PER_US > path->slowest_ns)
        path->slowest_ns = answer->rtt_us * NS_PER_US;
    take_off_flight(path, flight);
    learn_distance(path, flight.ttl, query->meaning);
    tell_settled(path, flight.ttl, flight.query, answer);
}

/* What never left is not waited for. */
static void path_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct path *path = (struct path *)strategy;
    struct flight flight;

    (void)why;
    if (!find_flight(path, probe->ttl, probe->query, &flight) ||
        query_at(path, flight)->state != QUERY_WAITING)
        return;
    query_at(path, flight)->state = QUERY_LOST;
    take_off_flight(path, flight);
    tell_settled(path, flight.ttl, flight.query, NULL);
    look_for_gap(path);
}

static bool path_done(const struct strategy *strategy)
{
    return is_over((const struct path *)strategy);
}

static void path_close(struct strategy *strategy)
{
    struct path *path = (struct path *)strategy;

    free(path->flight);
    path_queries_free(&path->queries);
    free(path);
}

static const struct strategy_ops path_ops = {
    .name = "path",
    .help = "one path, outward until the target answers",
    .close = path_close,
    .next = path_next,
    .next_due = path_next_due,
    .reply = path_reply,
    .unsent = path_unsent,
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
    mtu_search_start(&path->mtu, config->size);
    path->flight = calloc(config->window, sizeof(*path->flight));
    if (path_queries_init(&path->queries, config->first_ttl, config->max_ttl, config->queries) ||
        !path->flight) {
        path_close(&path->base);
        return NULL;
    }
    return path;
}
