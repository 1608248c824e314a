// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a probe that the device refuses is offered again. Mostly there is no room, and soon there will be;
 * but a device may refuse a frame for good, as veth does with one that is longer than the other end's MTU,
 * and it says the same to both. Pure: time is an argument.
 *
 * At first PATIENCE_LONGEST_NS without any progress end it. Where the probes behind then leave, it was that
 * probe's fault, and each time an eighth of the patience is left, down to PATIENCE_SHORTEST_NS. Where
 * PATIENCE_ROW probes in a row bring no progress it is the device's, and patience is whole again.
 *
 * Guarantee: as long as something leaves every PATIENCE_SHORTEST_NS nothing is given up.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Longer than a far end on a busy machine goes without a processor. */
#define PATIENCE_LONGEST_NS  1000000000ULL
#define PATIENCE_SHORTEST_NS 1000000ULL

enum {
    PATIENCE_ROW = 64,
};

struct patience {
    uint64_t progress, since_ns;
    uint64_t wait_ns; /* 0: as long as at first */
    unsigned row;     /* given up since the last progress */
};

/* patience_ended() says whether to give up the next probe, at `now_ns`, where `progress` counts what has
 * left. */
bool patience_ended(struct patience *patience, uint64_t now_ns, uint64_t progress);

/* patience_renew() begins the wait anew: there was a reason. */
void patience_renew(struct patience *patience, uint64_t now_ns);
