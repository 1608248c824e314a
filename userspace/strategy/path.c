// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "base/clock.h"
#include "strategy/path_state.h"

const struct path_query *path_query(const struct path *path, unsigned ttl, unsigned query)
{
    return path_queries_at(&path->queries, ttl, query);
}

const struct path_config *path_config(const struct path *path)
{
    return &path->config;
}

bool path_hop_settled(const struct path *path, unsigned ttl)
{
    return path_queries_settled(&path->queries, ttl);
}

struct strategy *path_strategy(struct path *path)
{
    return &path->base;
}

unsigned path_length(const struct path *path)
{
    return path->length;
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

        if (path_flight_deadline(path, flight) > now_ns) {
            i++;
            continue;
        }
        path_flight_query(path, flight)->state = QUERY_LOST;
        path_late_lost(path, flight);
        land(path, i);
        tell_settled(path, flight.ttl, flight.query, NULL);
        any = true;
    }
    if (any)
        path_look_for_gap(path);
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
    /* Probes beyond a known distance are not needed; reply() notices a path that grew. */
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
    path_late_round_ended(path);
    path->round++;
    path->next_ttl = 0;
    if (path->config.observer.round_ended)
        path->config.observer.round_ended(path->config.observer.context, path, now_ns);
}

/* Makes all changes that depend only on time. */
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

/* Each round has its own numbers, so that the round of a record can be computed from them (engine/match.h). */
uint16_t path_first_number(const struct path *path)
{
    unsigned rounds = (1U << 16) / path->config.queries;

    return (uint16_t)(path->round % rounds * path->config.queries);
}

static struct probe send_next(struct path *path, uint64_t now_ns)
{
    struct flight flight = {(uint8_t)path->next_ttl, (uint8_t)path->next_query};
    struct path_query *query = path_flight_query(path, flight);

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
        .query = (uint16_t)(path_first_number(path) + flight.query),
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
        uint64_t end = path_flight_deadline(path, path->flight[i]);

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

/* Handles a probe that was too large for a link. Returns false where nothing can be learnt. */
static bool shrink(struct path *path, struct flight flight, const struct record *record)
{
    if (!path->config.find_mtu || !mtu_search_learn(&path->mtu, flight.ttl, record))
        return false;
    *path_flight_query(path, flight) = (struct path_query){.state = QUERY_UNSENT};
    take_off_flight(path, flight);
    path->next_ttl = flight.ttl;
    path->next_query = flight.query;
    return true;
}

/* Finds the query of a probe of the present round. Returns false for a probe of an earlier round, or from beyond
 * the end. */
static bool find_flight(const struct path *path, unsigned ttl, uint16_t number, struct flight *out)
{
    unsigned index = (uint16_t)(number - path_first_number(path));

    *out = (struct flight){(uint8_t)ttl, (uint8_t)index};
    return in_round(path) && index < path->config.queries && ttl >= path->config.first_ttl &&
           ttl <= path->length;
}

static void note_rtt(struct path *path, const struct answer *answer)
{
    if (answer_has_rtt(answer) && answer->rtt_us * NS_PER_US > path->slowest_ns)
        path->slowest_ns = answer->rtt_us * NS_PER_US;
}

/* An answer to an earlier round says nothing about where the path ends now. */
static void take_late(struct path *path, const struct answer *answer)
{
    if (!path_late_take(path, answer->ttl, answer->query))
        return;
    note_rtt(path, answer);
    if (path->config.observer.late)
        path->config.observer.late(path->config.observer.context, path, answer->ttl, answer);
}

static void path_reply(struct strategy *strategy, const struct answer *answer)
{
    struct path *path = (struct path *)strategy;
    struct flight flight;

    if (!find_flight(path, answer->ttl, answer->query, &flight)) {
        take_late(path, answer);
        return;
    }

    struct path_query *query = path_flight_query(path, flight);
    if (query->state != QUERY_WAITING && query->state != QUERY_LOST)
        return;
    if (query->state == QUERY_WAITING && shrink(path, flight, answer->record))
        return;
    query->state = QUERY_ANSWERED;
    path_late_answered(path, flight);
    query->record = *answer->record;
    query->meaning = answer_meaning(answer);
    query->from_target = answer->from_target;
    note_rtt(path, answer);
    take_off_flight(path, flight);
    path_learn_distance(path, flight.ttl, query->meaning);
    tell_settled(path, flight.ttl, flight.query, answer);
}

/* A probe that never left is not waited for. */
static void path_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct path *path = (struct path *)strategy;
    struct flight flight;

    (void)why;
    if (!find_flight(path, probe->ttl, probe->query, &flight) ||
        path_flight_query(path, flight)->state != QUERY_WAITING)
        return;
    path_flight_query(path, flight)->state = QUERY_LOST;
    take_off_flight(path, flight);
    tell_settled(path, flight.ttl, flight.query, NULL);
    path_look_for_gap(path);
}

static bool path_done(const struct strategy *strategy)
{
    return is_over((const struct path *)strategy);
}

static void path_close(struct strategy *strategy)
{
    struct path *path = (struct path *)strategy;

    free(path->flight);
    free(path->lost_before);
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
        !path->flight || !path_late_begin(path)) {
        path_close(&path->base);
        return NULL;
    }
    return path;
}
