// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/pinger.h"

#include <stdlib.h>

#include "base/clock.h"

enum open_state {
    OPEN_WAITING,
    OPEN_REFUSED,
    OPEN_LOST,
    OPEN_ANSWERED,
};

struct open_probe {
    uint64_t sent_ns;
    enum open_state state;
};

struct pinger {
    struct strategy base;
    struct pinger_config config;
    uint64_t sent;    /* probes; also the number of the next one */
    uint64_t settled; /* all before this number are settled */
    uint64_t first_ns, last_ns;
    uint64_t slowest_ns; /* the highest known RTT */
    bool answered;
    uint64_t room; /* a power of two */
    bool ended;
    struct open_probe *open;
};

struct strategy *pinger_strategy(struct pinger *pinger)
{
    return &pinger->base;
}

const struct pinger_config *pinger_config(const struct pinger *pinger)
{
    return &pinger->config;
}

uint64_t pinger_sent(const struct pinger *pinger)
{
    return pinger->sent;
}

static struct open_probe *open_at(const struct pinger *pinger, uint64_t sequence)
{
    return &pinger->open[sequence & (pinger->room - 1)];
}

static void tell(struct pinger *pinger, uint64_t sequence, enum ping_outcome outcome,
                 const struct answer *answer)
{
    pinger->config.observer(pinger->config.context, pinger, sequence, outcome, answer);
}

static bool all_sent(const struct pinger *pinger)
{
    const struct pinger_config *config = &pinger->config;

    return pinger->ended || (config->count && pinger->sent == config->count) ||
           (config->as_needed && pinger->answered);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t deadline(const struct pinger *pinger, const struct open_probe *probe)
{
    const struct pinger_config *config = &pinger->config;
    uint64_t twice = 2 * pinger->slowest_ns, last = pinger->last_ns;

    if (config->as_needed)
        return all_sent(pinger) ? last + larger(twice, config->wait_ns) : UINT64_MAX;

    uint64_t end = probe->sent_ns + config->wait_ns, rest = last + larger(twice, config->interval_ns);
    return config->by_rtt && pinger->answered && all_sent(pinger) && rest < end ? rest : end;
}

/* Gives up the probes that were waited for long enough, oldest first: deadlines have the order of sending. */
static void expire(struct pinger *pinger, uint64_t now_ns)
{
    for (; pinger->settled < pinger->sent; pinger->settled++) {
        struct open_probe *probe = open_at(pinger, pinger->settled);

        if (probe->state != OPEN_WAITING)
            continue;
        if (deadline(pinger, probe) > now_ns)
            return;
        probe->state = OPEN_LOST;
        tell(pinger, pinger->settled, PING_LOST, NULL);
    }
}

void pinger_end(struct pinger *pinger)
{
    pinger->ended = true;
    for (; pinger->settled < pinger->sent; pinger->settled++) {
        struct open_probe *probe = open_at(pinger, pinger->settled);

        if (probe->state != OPEN_WAITING)
            continue;
        probe->state = OPEN_LOST;
        tell(pinger, pinger->settled, PING_LOST, NULL);
    }
}

/* Counted from the first probe on, so that delays of single intervals do not add up. */
static uint64_t next_probe_ns(const struct pinger *pinger)
{
    return pinger->sent ? pinger->first_ns + pinger->sent * pinger->config.interval_ns
                        : pinger->config.start_ns;
}

static struct probe send_next(struct pinger *pinger, uint64_t now_ns)
{
    const struct pinger_config *config = &pinger->config;
    uint64_t sequence = pinger->sent;

    if (sequence == 0)
        pinger->first_ns = now_ns;
    /* Probes missed while this host was suspended are not made up for. */
    else if (now_ns - next_probe_ns(pinger) > config->interval_ns)
        pinger->first_ns = now_ns - sequence * config->interval_ns;
    if (sequence && open_at(pinger, sequence - 1)->state == OPEN_WAITING)
        tell(pinger, sequence - 1, PING_OPEN, NULL);
    pinger->last_ns = now_ns;
    pinger->sent++;
    *open_at(pinger, sequence) = (struct open_probe){.sent_ns = now_ns};
    return (struct probe){
        .target_address = config->target_address,
        .flow = config->flow,
        .ttl = config->ttl,
        .lane = config->lane,
        .owner = config->owner,
        .query = (uint16_t)sequence,
        .size = config->size,
    };
}

static size_t pinger_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct pinger *pinger = (struct pinger *)strategy;
    bool has_room;

    expire(pinger, now_ns);
    if (pinger->config.end_ns && now_ns >= pinger->config.end_ns)
        pinger_end(pinger);
    has_room = pinger->sent - pinger->settled < pinger->room;
    if (n == 0 || all_sent(pinger) || !has_room || now_ns < next_probe_ns(pinger))
        return 0;
    out[0] = send_next(pinger, now_ns);
    return 1;
}

static uint64_t pinger_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct pinger *pinger = (const struct pinger *)strategy;
    uint64_t due = UINT64_MAX;

    (void)now_ns;
    if (pinger->settled < pinger->sent) {
        const struct open_probe *oldest = open_at(pinger, pinger->settled);

        due = oldest->state == OPEN_WAITING ? deadline(pinger, oldest) : 0;
    }
    if (!all_sent(pinger) && pinger->sent - pinger->settled < pinger->room && next_probe_ns(pinger) < due)
        due = next_probe_ns(pinger);
    return due;
}

static void note_rtt(struct pinger *pinger, const struct answer *answer)
{
    pinger->answered = true;
    if (answer_has_rtt(answer) && answer->rtt_us * NS_PER_US > pinger->slowest_ns)
        pinger->slowest_ns = answer->rtt_us * NS_PER_US;
}

/* Finds the number of the probe with these 16 bits in its packet. Returns false for old probes, which are
 * forgotten. */
static bool find_sequence(const struct pinger *pinger, uint16_t query, uint64_t *sequence)
{
    uint16_t back = (uint16_t)(pinger->sent - 1 - query);

    *sequence = pinger->sent - 1 - back;
    return back < pinger->sent && back < pinger->room;
}

static void pinger_reply(struct strategy *strategy, const struct answer *answer)
{
    struct pinger *pinger = (struct pinger *)strategy;
    uint64_t sequence;

    if (!find_sequence(pinger, answer->query, &sequence))
        return;

    struct open_probe *probe = open_at(pinger, sequence);
    enum open_state before = probe->state;
    if (answer_meaning(answer) != ANSWER_ARRIVED || !answer->from_target) {
        if (before != OPEN_WAITING && before != OPEN_LOST)
            return;
        probe->state = OPEN_REFUSED;
        tell(pinger, sequence, before == OPEN_LOST ? PING_EXPLAINED : PING_REFUSED, answer);
        return;
    }
    note_rtt(pinger, answer);
    probe->state = OPEN_ANSWERED;
    tell(pinger, sequence,
         before == OPEN_WAITING    ? PING_ANSWERED
         : before == OPEN_ANSWERED ? PING_DUPLICATE
                                   : PING_LATE,
         answer);
}

/* A probe that never left is not waited for. */
static void pinger_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct pinger *pinger = (struct pinger *)strategy;
    uint64_t sequence;

    (void)why;
    if (!find_sequence(pinger, probe->query, &sequence) || open_at(pinger, sequence)->state != OPEN_WAITING)
        return;
    open_at(pinger, sequence)->state = OPEN_LOST;
    tell(pinger, sequence, PING_LOST, NULL);
}

static bool pinger_done(const struct strategy *strategy)
{
    const struct pinger *pinger = (const struct pinger *)strategy;

    return all_sent(pinger) && pinger->settled == pinger->sent;
}

static void pinger_close(struct strategy *strategy)
{
    struct pinger *pinger = (struct pinger *)strategy;

    free(pinger->open);
    free(pinger);
}

static const struct strategy_ops pinger_ops = {
    .name = "pinger",
    .help = "one host, again and again",
    .close = pinger_close,
    .next = pinger_next,
    .next_due = pinger_next_due,
    .reply = pinger_reply,
    .unsent = pinger_unsent,
    .done = pinger_done,
};

/* Room for all probes that may be waited for at once, and as many again, so that late answers find theirs. */
static uint64_t room_for(const struct pinger_config *config)
{
    uint64_t open = config->interval_ns ? config->wait_ns / config->interval_ns + 1 : PINGER_MOST_OPEN / 2;
    uint64_t room = 4;

    if (config->count && (config->count < open || config->as_needed))
        open = config->count;
    while (room < 2 * open && room <= PINGER_MOST_OPEN)
        room *= 2;
    return room;
}

struct pinger *pinger_create(const struct pinger_config *config)
{
    struct pinger *pinger = calloc(1, sizeof(*pinger));

    if (!pinger)
        return NULL;
    pinger->base.ops = &pinger_ops;
    pinger->config = *config;
    pinger->room = room_for(config);
    pinger->open = pinger->room <= PINGER_MOST_OPEN ? calloc(pinger->room, sizeof(*pinger->open)) : NULL;
    if (!pinger->open) {
        free(pinger);
        return NULL;
    }
    return pinger;
}
