// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `--tx auto`: how probes leave where nobody says it. Pure: the facts are an argument.
 *
 * The rule is that nothing comes out worse than by `ring`. So it is `ring` at every rate that ring is known
 * to reach. Above, it is `xsk` on devices with zero-copy, which keep what they have no room for; or `live`,
 * where there are CPUs for it and the device is faster than what is sent, since live frames that a device
 * refuses are lost. Everything that is not known speaks against these two.
 */
#pragma once

#include "send/tx.h"
#include "send/tx_facts.h"

/* Probes per second of one sender. `ring` was measured with 0.96 to 1.9 million on veth, 4.2 million on a
 * device that frees frames at once. Set higher, a rate that it does not reach would be left to it; lower, and
 * it would give way where there is no need. */
#define TX_RING_REACH 1000000.0
/* The same where the simulated Internet works on the same two CPUs: measured with 0.3 million where replies
 * take time and the strategy listens, to 1.1 million. */
#define TX_RING_REACH_SIMULATED 250000.0
/* More than `live` ever sent (19 million): a device that takes as many refuses none. */
#define TX_LIVE_REACH 20000000.0

enum {
    /* Above, native XDP, zero-copy and live frames depend on the driver in ways that it does not tell: igb
     * takes live frames at 9000 and loses them. */
    TX_MTU_TRIED = 1500,
    TX_WHY_SIZE = 224,
};

struct tx_choice {
    const struct tx_ops *tx;
    char why[TX_WHY_SIZE]; /* half a sentence about it: "it reaches 10,000 probes per second" */
};

/* tx_choose() decides. */
void tx_choose(const struct tx_facts *facts, struct tx_choice *out);
