// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `--tx auto`: chooses how probes leave when the user does not. Pure: the facts are an argument.
 *
 * The rule: no choice is worse than `ring`. So the choice is `ring` at every rate that ring is known to
 * reach. Above that it is `xsk` on devices with zero-copy, which keep frames that they have no room for. Or
 * it is `live`, if there are enough CPUs and the device is faster than the wanted rate, because live frames
 * that a device refuses are lost. Unknown facts count against these two.
 */
#pragma once

#include "protocol.h"
#include "send/tx.h"
#include "send/tx_facts.h"

/* Probes per second of one sender. `ring` was measured with 0.96 to 1.9 million on veth, and 4.2 million on a
 * device that frees frames at once. If set higher, `ring` would be chosen for rates that it does not reach;
 * if lower, it would be given up needlessly. */
#define TX_RING_REACH 1000000.0
/* The same where the simulated Internet uses the same two CPUs: measured with 0.3 million (replies take time
 * and the strategy hears them) to 1.1 million. */
#define TX_RING_REACH_SIMULATED 250000.0
/* More than `live` ever sent (19 million): a device that takes this many refuses none. */
#define TX_LIVE_REACH 20000000.0

enum {
    /* Above this MTU, native XDP, zero-copy and live frames depend on the driver in ways that it does not
     * report: igb accepts live frames at 9000 and loses them. */
    TX_MTU_TRIED = ETHERNET_MTU,
    TX_WHY_SIZE = 224,
};

struct tx_choice {
    const struct tx_ops *tx;
    char why[TX_WHY_SIZE]; /* half a sentence about the choice: "it reaches 10,000 probes per second" */
};

/* tx_choose() writes the choice to `out`. */
void tx_choose(const struct tx_facts *facts, struct tx_choice *out);
