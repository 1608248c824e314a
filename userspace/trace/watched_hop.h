// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One hop of a path that is watched round after round, and whether it changed.
 *
 * - Silence is no evidence: routers limit their answers, and packets are lost.
 * - A hop is new until it has answered, and again when the path changed before this hop while the hop was
 *   silent (watched_hop_reopen()). The next responder is then accepted without reporting a change.
 * - Then the hop is steady. It has changed when the responder last reported is not among those that answer.
 * - A hop is balanced when its responders alternate. That is so if a responder other than the last one
 *   answers and is still remembered (a responder is remembered if it answered in the last WATCHED_MEMORY
 *   rounds), if two answer in one round, or if WATCHED_RESPONDERS are remembered. While it is balanced, no
 *   answer is a change. When a single responder has answered for WATCHED_MEMORY rounds, the hop is steady
 *   again; it has changed if this responder is not the one last reported.
 *
 * So a router that balances packet by packet is reported two or three times and then no more. A path that
 * changes and stays is reported at once. A path that flaps and then stays is reported in the end. Rounds in
 * which the hop is silent do not count for its memory.
 *
 * The distance of the target is watched by the same rule, with TTLs in place of addresses.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

enum {
    /* Lower, a balancer with unequal shares looks steady between two of its rarer answers and is reported
     * each time. Higher, the end of a flap is reported later. With 16, a balancer with two equal ways
     * shows the same one for that long once in 2^16 rounds. */
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
    uint32_t seen; /* the last of the hop's rounds in which it answered */
};

struct watched_hop {
    enum hop_state state;
    uint32_t rounds;     /* with an answer; while it is 0, the next two are not set */
    struct address last; /* the last responder */
    struct address told; /* the responder that stands for this hop in reports */
    unsigned count;
    struct watched_responder known[WATCHED_RESPONDERS];
};

/* watched_hop_round() adds the responders of a round, each once. Returns true if the hop changed. */
bool watched_hop_round(struct watched_hop *hop, const struct address *values, unsigned count);

/* watched_hop_reopen() makes the hop new: its next answers are no change. */
void watched_hop_reopen(struct watched_hop *hop);
