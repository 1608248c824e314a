// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alias/rounds.h"
#include "base/clock.h"
#include "mix.h"
#include "target/address_set.h"

enum {
    DATA_OF_PROBES = 64, /* bytes from the IP header on: room for number and proof with every protocol */
    USUAL_TTL = 64,
};

enum stage {
    STAGE_BEGIN,
    STAGE_SOURCE,
    STAGE_ESTIMATE,
    STAGE_ROUND,
    STAGE_CORROBORATE,
    STAGE_END,
};

int resolver_open(struct resolver *resolver, const struct resolver_config *config,
                  struct address_numbers *numbers, struct alias_address *addresses)
{
    size_t room = numbers->count ? numbers->count : 1;

    *resolver = (struct resolver){
        .config = *config,
        .numbers = *numbers,
        .addresses = addresses,
        .asked = numbers->count,
        .series = calloc(room, sizeof(*resolver->series)),
        .order = calloc(room, sizeof(*resolver->order)),
    };
    *numbers = (struct address_numbers){0};
    return resolver->series && resolver->order ? 0 : -ENOMEM;
}

void resolver_close(struct resolver *resolver)
{
    address_numbers_free(&resolver->numbers);
    free(resolver->addresses);
    free(resolver->series);
    free(resolver->order);
    id_search_free(&resolver->search);
    id_pairs_free(&resolver->pairs);
    corroboration_free(&resolver->corroboration);
    free(resolver->links.list);
    free(resolver->counts.list);
    alias_sets_close(&resolver->sets);
    *resolver = (struct resolver){0};
}

/* Neighbours in a list are neighbours in the network. In random order each gets less of a burst. */
static void shuffle(struct resolver *resolver)
{
    for (size_t i = resolver->order_count; i > 1; i--) {
        size_t other = keyed_draw(i, resolver->config.seed, i);
        uint32_t kept = resolver->order[i - 1];

        resolver->order[i - 1] = resolver->order[other];
        resolver->order[other] = kept;
    }
}

/* Writes the addresses for which `wanted` returns true into the order, without samples. */
static void choose(struct resolver *resolver,
                   bool (*wanted)(const struct resolver *resolver, uint32_t number))
{
    resolver->order_count = 0;
    for (uint32_t i = 0; i < resolver->asked; i++) {
        if (!wanted(resolver, i))
            continue;
        resolver->series[i].count = 0;
        resolver->order[resolver->order_count++] = i;
    }
    shuffle(resolver);
}

static bool is_there(const struct resolver *resolver, uint32_t number)
{
    return !resolver->addresses[number].lost;
}

static bool wants_source(const struct resolver *resolver, uint32_t number)
{
    return is_there(resolver, number) &&
           (resolver->config.methods & ALIAS_BY_SOURCE || resolver->addresses[number].mate);
}

/* A mate that nobody answered for may not exist. */
static bool lacks_counter(const struct resolver *resolver, uint32_t number)
{
    const struct alias_address *address = &resolver->addresses[number];

    return is_there(resolver, number) && address_is_ipv4(resolver->numbers.addresses[number]) &&
           address->kind != ID_COUNTER && !(address->mate && !address->answered);
}

static bool has_counter(const struct resolver *resolver, uint32_t number)
{
    return is_there(resolver, number) && resolver->addresses[number].kind == ID_COUNTER;
}

/* Stores what the last plan showed about IP IDs. A result of another protocol remains if this one shows
 * nothing. */
static void note_kinds(struct resolver *resolver)
{
    for (size_t i = 0; i < resolver->order_count; i++) {
        uint32_t number = resolver->order[i];
        struct alias_address *address = &resolver->addresses[number];
        enum id_kind kind = id_series_kind(&resolver->series[number]);

        if (kind == ID_UNKNOWN)
            continue;
        address->kind = (uint8_t)kind;
        address->protocol = (uint8_t)resolver->protocol;
    }
}

static bool by_ip_id(const struct resolver *resolver)
{
    return resolver->config.methods & ALIAS_BY_IP_ID;
}

/* Starts to end the current plan. Returns 0 or -ENOMEM. */
static int begin_to_conclude(struct resolver *resolver)
{
    switch ((enum stage)resolver->stage) {
    case STAGE_ESTIMATE:
        note_kinds(resolver);
        return 0;
    case STAGE_ROUND:
        return rounds_begin_to_end(resolver);
    case STAGE_CORROBORATE:
        return corroboration_begin(&resolver->corroboration, &resolver->counts, resolver->series,
                                   resolver->asked);
    default:
        return 0;
    }
}

/* Ends the current plan, some of it per call. Returns 1 while there is more to do, then 0; or -ENOMEM. */
static int conclude(struct resolver *resolver)
{
    int left = resolver->concludes ? 0 : begin_to_conclude(resolver);

    resolver->concludes = true;
    if (!left && resolver->stage == STAGE_ROUND)
        left = rounds_end(resolver);
    else if (!left && resolver->stage == STAGE_CORROBORATE)
        left = rounds_corroborate(resolver);
    resolver->concludes = left > 0;
    return left;
}

/* Returns the next protocol that may be used, from `first` on. */
static unsigned next_protocol(const struct resolver *resolver, unsigned first)
{
    while (first < RESOLVER_PROTOCOLS && !resolver->config.tried[first])
        first++;
    return first;
}

static void go_on(struct resolver *resolver, enum stage stage)
{
    resolver->stage = stage;
    switch (stage) {
    case STAGE_SOURCE:
        resolver->protocol = RESOLVER_UDP;
        choose(resolver, wants_source);
        break;
    case STAGE_ESTIMATE:
        choose(resolver, lacks_counter);
        break;
    case STAGE_ROUND:
        if (resolver->figures.rounds)
            rounds_choose(resolver);
        else
            choose(resolver, has_counter);
        break;
    case STAGE_CORROBORATE:
        resolver->figures.undecided = resolver->pairs.count;
        resolver->order_count =
            corroborate_order(&resolver->counts, resolver->asked, resolver->series, resolver->order);
        break;
    default:
        break;
    }
}

/* If another protocol may show counters of addresses that have none yet, it is tried first. */
static void estimate(struct resolver *resolver, unsigned first)
{
    resolver->protocol = next_protocol(resolver, first);
    go_on(resolver, resolver->protocol < RESOLVER_PROTOCOLS ? STAGE_ESTIMATE : STAGE_ROUND);
}

static void next_stage(struct resolver *resolver)
{
    switch ((enum stage)resolver->stage) {
    case STAGE_BEGIN:
        if (resolver->config.methods & (ALIAS_BY_SOURCE | ALIAS_BY_MATE))
            go_on(resolver, STAGE_SOURCE);
        else
            estimate(resolver, 0);
        break;
    case STAGE_SOURCE:
        if (by_ip_id(resolver))
            estimate(resolver, 0);
        else
            go_on(resolver, STAGE_END);
        break;
    case STAGE_ESTIMATE:
        estimate(resolver, resolver->protocol + 1);
        break;
    case STAGE_ROUND:
        go_on(resolver, resolver->pairs.count && resolver->figures.rounds < ID_ROUNDS_MOST
                            ? STAGE_ROUND
                            : STAGE_CORROBORATE);
        break;
    default:
        go_on(resolver, STAGE_END);
    }
}

/* Stages without addresses to probe are skipped. */
static enum sweep_turn resolver_plan(void *context, struct sweep_plan *out)
{
    struct resolver *resolver = context;

    do {
        int left = conclude(resolver);

        if (left > 0)
            return SWEEP_LATER;
        if (left < 0)
            resolver->error = left;
        next_stage(resolver);
    } while (!resolver->error && resolver->stage != STAGE_END && !resolver->order_count);
    *out = (struct sweep_plan){
        .order = resolver->order,
        .count = resolver->order_count,
        .sweeps = resolver->stage == STAGE_SOURCE ? SOURCE_TRIES : ID_SAMPLES,
    };
    return !resolver->error && resolver->stage != STAGE_END ? SWEEP_ASK : SWEEP_OVER;
}

static bool resolver_probe(void *context, uint32_t number, unsigned sweep, struct probe *out)
{
    struct resolver *resolver = context;
    const struct alias_address *address = &resolver->addresses[number];
    bool estimates = resolver->stage == STAGE_ESTIMATE, sources = resolver->stage == STAGE_SOURCE;
    unsigned protocol = estimates || sources ? resolver->protocol : address->protocol;

    if (address->lost || (sources && address->by_source) ||
        (estimates && sweep >= RESOLVER_UNANSWERED && !resolver->series[number].count))
        return false;
    out->target_address = resolver->numbers.addresses[number];
    out->lane = (uint8_t)(address->source * RESOLVER_PROTOCOLS + protocol);
    out->ttl = USUAL_TTL;
    out->size = DATA_OF_PROBES;
    return true;
}

/* Mates are probed for their source, too, to find out whether they exist; what their answers prove counts
 * only if no other method was chosen. */
static bool counts_source(const struct resolver *resolver)
{
    return resolver->config.methods & ALIAS_BY_SOURCE || !by_ip_id(resolver);
}

/* A router that answers a probe to a high port with Port Unreachable has its source address, and the probed
 * one. */
static void note_source(struct resolver *resolver, uint32_t number, const struct answer *answer)
{
    uint32_t other;

    resolver->addresses[number].by_source = true;
    if (answer->from_target || !counts_source(resolver) ||
        address_set_contains(resolver->config.unusable, answer->responder))
        return;
    int error = address_numbers_get(&resolver->numbers, answer->responder, &other);
    if (!error)
        error = alias_links_add(&resolver->links, (struct alias_link){number, other, ALIAS_BY_SOURCE, 0});
    if (error)
        resolver->error = error;
}

static void note_id(struct resolver *resolver, uint32_t number, const struct answer *answer)
{
    uint64_t sent_us = answer->arrived_ns / NS_PER_US - answer->rtt_us;

    id_series_add(
        &resolver->series[number],
        (struct id_sample){sent_us, answer->rtt_us, answer->record->reply_ip_id, answer->copied_ip_id});
}

static void resolver_answer(void *context, uint32_t number, const struct answer *answer)
{
    struct resolver *resolver = context;

    if (number >= resolver->asked || !answer->solicited ||
        answer->flags & (RECORD_REWRITTEN | RECORD_DUPLICATE))
        return;
    resolver->addresses[number].answered = true;
    if (resolver->stage == STAGE_SOURCE) {
        note_source(resolver, number, answer);
    } else if (answer_has_rtt(answer) && !resolver->concludes) {
        note_id(resolver, number, answer);
    }
}

static void resolver_unsent(void *context, uint32_t number)
{
    ((struct resolver *)context)->addresses[number].lost = true;
}

const struct sweeper_ops resolver_ops = {
    .plan = resolver_plan,
    .probe = resolver_probe,
    .answer = resolver_answer,
    .unsent = resolver_unsent,
};

static void count_figures(struct resolver *resolver)
{
    struct resolver_figures *figures = &resolver->figures;

    for (size_t i = 0; i < resolver->asked; i++) {
        const struct alias_address *address = &resolver->addresses[i];

        figures->asked += !address->lost;
        figures->mates += !address->lost && address->mate;
        figures->answered += address->answered;
        figures->kinds[address->kind] += address->answered && address_is_ipv4(resolver->numbers.addresses[i]);
    }
}

int resolver_finish(struct resolver *resolver)
{
    int error = resolver->error ? resolver->error : alias_sets_open(&resolver->sets, resolver->numbers.count);

    for (size_t i = 0; !error && i < resolver->links.count; i++)
        alias_sets_join(&resolver->sets, resolver->links.list[i].a, resolver->links.list[i].b);
    count_figures(resolver);
    return error;
}
