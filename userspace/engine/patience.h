// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a probe that the device refuses is offered again. Mostly there is no room, and soon there will be;
 * but a device may refuse a frame for good, as veth does with one that is longer than the other end's MTU,
 * and it says the same to both. Pure: time is an argument.
 *
 * At first PATIENCE_LONGEST_NS without any progress end it. Where the probes behind then leave, and another
 * one is stuck before PATIENCE_MANY have left, it is the probes' fault: each time an eighth of the patience
 * is left, down to PATIENCE_SHORTEST_NS. Where so many leave, or PATIENCE_ROW in a row do not, it was the
 * device's: a far end that had no processor for a while. Then patience is whole again.
 *
 * Guarantee: as long as something leaves every PATIENCE_SHORTEST_NS nothing is given up; and of a device that
 * always gets through PATIENCE_MANY between two pauses, at most one probe in PATIENCE_LONGEST_NS.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Longer than a far end on a busy machine goes without a processor; shorter, and a survey into a device that
 * refuses some of its probes gets on sooner. */
#define PATIENCE_LONGEST_NS  2000000000ULL
#define PATIENCE_SHORTEST_NS 20000000ULL

enum {
    PATIENCE_ROW = 64,
    PATIENCE_MANY = 1024,
};

struct patience {
    uint64_t progress, since_ns;
    uint64_t wait_ns;     /* 0: as long as at first */
    uint64_t given_up_at; /* the progress when that last happened */
    unsigned row;         /* given up since the last progress */
};

/* patience_ended() says whether to give up the next probe, at `now_ns`, where `progress` counts what has
 * left. */
bool patience_ended(struct patience *patience, uint64_t now_ns, uint64_t progress);

/* patience_renew() begins the wait anew: there was a reason. */
void patience_renew(struct patience *patience, uint64_t now_ns);
