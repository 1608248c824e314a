// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A strategy between any strategy and its sender, which lets no probe leave before its turn (spacing.h):
 *
 *   near strategy --+        +--- its turn is now ----> sender
 *                   |--> probe                             ^
 *    far strategy --+        +--- later ---> kept ---------+  by time
 *
 * Nothing is lost or skipped: what must wait is kept, and once as many are kept as there is room for, no more
 * are chosen until some have left. So the sender slows down as far as the bounds ask for, and that is counted.
 *
 * Where TTLs are bounded, a strategy that hears no answers is opened twice: for the TTLs with a bound, near,
 * and for the others, far. Each is whole and random in itself, and the one that may go faster does not wait
 * for the other. Near probes are never further than far ones in their order while there are any of these, so
 * that a bound which does not bind changes nothing. A strategy that learns is one, and hears which probes wait.
 */
#pragma once

#include "strategy/strategy.h"

struct spacing;

/* What was asked for, in probes per second; 0: no bound. */
struct gentle_bounds {
    double per_prefix, per_hop;
};

struct gentle_totals {
    uint64_t kept;    /* probes that had to wait */
    uint64_t held_ns; /* for so long nothing could leave but for the bounds */
};

/* gentle_open() opens `ops` with the bounds of `spacing`, which must outlive it, and belongs to all senders.
 * 0 or a negative errno. */
int gentle_open(struct strategy **out, const struct strategy_ops *ops, const struct strategy_config *config,
                struct spacing *spacing);

/* gentle_totals() reads the counters of a strategy opened so, from any thread. */
struct gentle_totals gentle_totals(const struct strategy *strategy);
