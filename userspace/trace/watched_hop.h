// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One hop of a path that is watched round after round, and the question whether it changed.
 *
 *   - Silence says nothing: routers limit their answers, and packets are lost.
 *   - A hop is new until it has answered, and again when the path changed before it while it was silent
 *     (watched_hop_reopen()). Whoever answers then is taken as given.
 *   - A hop is steady after that. It has changed when the one told of last is not among those who answer.
 *   - A hop is balanced once it goes to and fro: somebody else than last time answers who is still
 *     remembered, as those are who answered in the last WATCHED_MEMORY rounds; or two answer in one round, or
 *     WATCHED_RESPONDERS are remembered. Then nobody's answer is a change, until one alone has answered for
 *     WATCHED_MEMORY rounds. The hop is steady again, and has changed if it is another than the one told of.
 *
 * So a router that balances packet by packet is told of two or three times and then no more; a path that
 * moves and stays is told of at once; one that flaps and then stays is told of in the end. Rounds in which
 * the hop is silent do not count for its memory.
 *
 * The distance of the target is watched in the same way, with TTLs in the place of addresses.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

enum {
    /* Lower, a balancer with unequal shares is taken for steady between two of its rarer answers, and told of
     * each time; higher, a flap that ended is told of later. With 16 a balancer with two equal ways shows the
     * same one for that long once in 2^16 rounds. */
    WATCHED_MEMORY = 16,
    WATCHED_RESPONDERS = 8,
};

enum hop_state {
    HOP_NEW,
    HOP_STEADY,
    HOP_BALANCED,
};

struct watched_responder {
    struct address value;
    uint32_t seen; /* in which of the hop's rounds it answered last */
};

struct watched_hop {
    enum hop_state state;
    uint32_t rounds;     /* in which anybody answered; while it is 0, the next two say nothing */
    struct address last; /* who answered last */
    struct address told; /* who stands for this hop of the path in what is told */
    unsigned count;
    struct watched_responder known[WATCHED_RESPONDERS];
};

/* watched_hop_round() takes those who answered in a round, each once; says whether the hop changed. */
bool watched_hop_round(struct watched_hop *hop, const struct address *values, unsigned count);

/* watched_hop_reopen() makes the hop new: its next answers are no change. */
void watched_hop_reopen(struct watched_hop *hop);
