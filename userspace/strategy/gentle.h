// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A strategy between any strategy and its sender. It lets no probe leave before its turn (spacing.h):
 *
 *   near strategy --+        +--- its turn is now ----> sender
 *                   |--> probe                             ^
 *    far strategy --+        +--- later ---> kept ---------+  by time
 *
 * No probe is lost or skipped: a probe that must wait is kept. When there is no more room for kept probes, none
 * is chosen until some have left. So the sender slows down to the bounds, and that time is counted.
 *
 * Where TTLs are bounded, a strategy that hears no answers is opened twice: for the TTLs with a bound (near),
 * and for the others (far). Each has all of its probes, in random order, and the faster one does not wait for
 * the other. While there are far probes, near ones are never ahead of them in their order, so a bound that does
 * not bind changes nothing. A strategy that learns is opened once, and is told which probes wait.
 */
#pragma once

#include "strategy/strategy.h"

struct spacing;

/* As configured, in probes per second; 0: no bound. */
struct gentle_bounds {
    double per_prefix, per_hop;
};

struct gentle_totals {
    uint64_t kept;    /* probes that had to wait */
    uint64_t held_ns; /* time in which only bounds kept the sender from sending */
};

/* gentle_open() opens `ops` with the bounds of `spacing`, which all senders share and which must outlive it.
 * Returns 0 or a negative errno. */
int gentle_open(struct strategy **out, const struct strategy_ops *ops, const struct strategy_config *config,
                struct spacing *spacing);

/* gentle_totals() reads the counters of a strategy opened by gentle_open(), from any thread. */
struct gentle_totals gentle_totals(const struct strategy *strategy);
