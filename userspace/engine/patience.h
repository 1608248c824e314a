// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long to offer a probe again that the device refuses. Usually there is no room now, and there will be
 * soon. But a device may refuse a frame for good, as veth refuses one longer than the other end's MTU, and it
 * returns the same error for both. Pure: time is an argument.
 *
 * At first, a probe is given up after PATIENCE_LONGEST_NS without any progress. If then the probes behind it
 * leave, and another one is stuck before PATIENCE_MANY have left, the probes are the cause: each time the
 * patience is cut to an eighth, down to PATIENCE_SHORTEST_NS. If PATIENCE_MANY leave, or PATIENCE_ROW in a
 * row do not, the device was the cause, for example a far end without a processor for a while: the full
 * patience is restored.
 *
 * Guarantee: while at least one probe leaves every PATIENCE_SHORTEST_NS, none is given up. If a device always
 * takes PATIENCE_MANY probes between two pauses, at most one probe per PATIENCE_LONGEST_NS is given up.
 *
 * Only the time counts in which the sender offers the probe: one that was stopped, or gets no processor, has not
 * offered it meanwhile, and probably the far end did not run either.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Longer than the kernel's threads at a far end wait for a processor if others have precedence over them. Seen:
 * more than 2 s. If shorter, a survey gets past refused probes sooner. */
#define PATIENCE_LONGEST_NS  10000000000ULL
#define PATIENCE_SHORTEST_NS 20000000ULL

/* The most that counts between two offers. If longer, a probe may be given up after two. */
#define PATIENCE_STEP_NS 5000000ULL

enum {
    PATIENCE_ROW = 64,
    PATIENCE_MANY = 1024,
};

struct patience {
    uint64_t progress;
    uint64_t offered_ns;  /* when the next probe was last offered */
    uint64_t refused_ns;  /* how long it has been offered in vain */
    uint64_t wait_ns;     /* 0: PATIENCE_LONGEST_NS */
    uint64_t given_up_at; /* the progress when a probe was last given up */
    unsigned row;         /* probes given up since the last progress */
};

/* patience_ended() is called after each offer. Returns whether to give up the next probe at `now_ns`; `progress`
 * counts the probes that have left. */
bool patience_ended(struct patience *patience, uint64_t now_ns, uint64_t progress);

/* patience_renew() restarts the wait because it had another reason. */
void patience_renew(struct patience *patience, uint64_t now_ns);
