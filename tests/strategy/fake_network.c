// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/fake_network.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "protocol.h"
#include "support/some_answer.h"

enum {
    STEPS_AT_MOST = 200000,
    PROHIBITED = 10,
    ROUTER = 0x0a000000,
};

#define LATE_NS (5 * NS_PER_S)

static char letter_at(const struct fake_network *network, unsigned ttl)
{
    size_t length = strlen(network->hops);

    if (ttl <= length)
        return network->hops[ttl - 1];
    return length && strchr("TAER", network->hops[length - 1]) ? network->hops[length - 1] : '.';
}

static void add(struct fake_network *network, const struct probe *probe, unsigned type, unsigned code,
                uint32_t responder, uint64_t extra_ns)
{
    uint64_t took_ns = probe->ttl * network->rtt_ns + extra_ns;
    struct fake_answer *pending = &network->pending[network->pending_count++];

    cr_assert_leq(network->pending_count, FAKE_PENDING);
    *pending = (struct fake_answer){
        .due_ns = network->now_ns + took_ns,
        .probe = *probe,
        .record =
            {
                .responder = IPV4(responder),
                .target_address = probe->target_address,
                .rtt_us = (uint32_t)(took_ns / NS_PER_US),
                .probe_ttl = probe->ttl,
                .icmp_type = (uint8_t)type,
                .icmp_code = (uint8_t)code,
            },
    };
}

static void answer(struct fake_network *network, const struct probe *probe)
{
    uint32_t router = ROUTER + probe->ttl;
    char letter = letter_at(network, probe->ttl);

    switch (letter) {
    case 'D':
        add(network, probe, ICMP_TIME_EXCEEDED_TYPE, 0, router, NS_PER_MS);
        /* fall through */
    case 'r':
        add(network, probe, ICMP_TIME_EXCEEDED_TYPE, 0, router, 0);
        break;
    case 'L':
        add(network, probe, ICMP_TIME_EXCEEDED_TYPE, 0, router, LATE_NS);
        break;
    case '0':
        if (probe->query == 0)
            add(network, probe, ICMP_TIME_EXCEEDED_TYPE, 0, router, 0);
        break;
    case 'M':
        add(network, probe, probe->query == 1 ? ICMP_DESTINATION_UNREACHABLE : ICMP_TIME_EXCEEDED_TYPE, 0,
            router, 0);
        break;
    case 'T':
        add(network, probe, ICMP_DESTINATION_UNREACHABLE, 3, FAKE_TARGET, 0);
        break;
    case 'A':
        add(network, probe, ICMP_DESTINATION_UNREACHABLE, 3, FAKE_TARGET + 1, 0);
        break;
    case 'E':
        add(network, probe, 0, 0, FAKE_TARGET, 0);
        break;
    case 'R':
        add(network, probe, ICMP_DESTINATION_UNREACHABLE, PROHIBITED, FAKE_TARGET, 0);
        break;
    case 'F':
        add(network, probe, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE, router - 1, 0);
        break;
    case 't':
        add(network, probe, ICMP_TIME_EXCEEDED_TYPE, 0, FAKE_TARGET, 0);
        break;
    case 'N':
    case 'H':
    case 'X':
        add(network, probe, ICMP_DESTINATION_UNREACHABLE,
            letter == 'N'   ? 0
            : letter == 'H' ? 1
                            : 13,
            router, 0);
        break;
    default:
        break;
    }
}

static void send(struct fake_network *network, const struct probe *probe)
{
    uint64_t pause = network->now_ns - network->last_sent_ns;

    cr_assert(address_equal(probe->target_address, IPV4(FAKE_TARGET)));
    if (network->sent && (network->sent == 1 || pause < network->shortest_pause_ns))
        network->shortest_pause_ns = pause;
    network->flows[network->sent % 4096] = probe->flow;
    network->last_sent_ns = network->now_ns;
    network->last_query = probe->query;
    network->sent++;
    network->sent_at[probe->ttl]++;
    answer(network, probe);
}

/* Which answer comes next; -1: none. */
static int earliest(const struct fake_network *network)
{
    int found = -1;

    for (unsigned i = 0; i < network->pending_count; i++)
        if (found < 0 || network->pending[i].due_ns < network->pending[found].due_ns)
            found = (int)i;
    return found;
}

static void deliver(struct fake_network *network, struct strategy *strategy)
{
    for (int next; (next = earliest(network)) >= 0 && network->pending[next].due_ns <= network->now_ns;) {
        struct fake_answer pending = network->pending[next];
        const struct record *record = &pending.record;
        struct answer answer = some_answer(&pending.probe, record);

        answer.from_target = address_equal(record->responder, IPV4(FAKE_TARGET));
        answer.solicited = record->icmp_type == 0 || (record->icmp_type == ICMP_DESTINATION_UNREACHABLE &&
                                                      record->icmp_code == ICMP_PORT_UNREACHABLE);
        answer.arrived_ns = pending.due_ns;
        network->pending[next] = network->pending[--network->pending_count];
        strategy->ops->reply(strategy, &answer);
    }
}

bool fake_network_step(struct fake_network *network, struct strategy *strategy, size_t batch)
{
    struct probe probes[64];
    size_t count;

    network->steps++;
    deliver(network, strategy);
    do {
        count = strategy->ops->next(strategy, network->now_ns, probes, batch);
        cr_assert_leq(count, batch);
        for (size_t i = 0; i < count; i++)
            send(network, &probes[i]);
    } while (count);
    if (strategy->ops->done(strategy))
        return false;

    uint64_t due = strategy->ops->next_due(strategy, network->now_ns);
    int next = earliest(network);
    if (next >= 0 && network->pending[next].due_ns < due)
        due = network->pending[next].due_ns;
    if (due == UINT64_MAX)
        return false;
    if (due > network->now_ns)
        network->now_ns = due;
    return true;
}

void fake_network_run(struct fake_network *network, struct strategy *strategy, size_t batch)
{
    while (fake_network_step(network, strategy, batch))
        cr_assert_lt(network->steps, STEPS_AT_MOST, "it goes round and round");
    cr_assert(strategy->ops->done(strategy), "nothing is due and it is not done");
}
