// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network in simulated time for strategies whose probes are kept in a table: what becomes of a probe stands
 * in a string, a letter a hop.
 *
 *   r  Time Exceeded from a router         T  Port Unreachable from the target
 *   .  nothing                             A  the same, from another address of the target
 *   L  Time Exceeded, 5 s late             E  an answer of the target that is no ICMP error
 *   D  Time Exceeded, twice                t  Time Exceeded from the target's own address
 *   0  Time Exceeded to query 0 alone      N H X  Destination Unreachable: network, host, filtered
 *   M  query 1 is refused by N, others are Time Exceeded
 *   R  prohibited by the target            F  Port Unreachable from the router of the hop before
 *
 * Behind the last letter a target (T A E R) answers as there, others are silent. The answer of TTL n takes
 * n × `rtt_ns`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/strategy.h"

enum {
    FAKE_TARGET = 0x08080404,
    FAKE_PENDING = 4096,
};

struct fake_answer {
    uint64_t due_ns;
    struct probe probe;
    struct record record;
};

struct fake_network {
    const char *hops;
    uint64_t rtt_ns;
    uint64_t now_ns;
    struct fake_answer pending[FAKE_PENDING];
    unsigned pending_count;

    /* What was seen of the strategy. */
    unsigned sent, steps;
    unsigned sent_at[256]; /* by TTL */
    uint16_t last_query;
    uint64_t last_sent_ns, shortest_pause_ns;
    uint16_t flows[4096];
};

/* fake_network_step() lets the strategy send what is due, at most `batch` probes a call, and moves time on to
 * what comes next. False where nothing will. */
bool fake_network_step(struct fake_network *network, struct strategy *strategy, size_t batch);

/* fake_network_run() steps until the strategy is done. Fails the test where that does not come about. */
void fake_network_run(struct fake_network *network, struct strategy *strategy, size_t batch);
