// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several ways out as one backend: each probe goes to the backend of its target's way.
 *
 *   send() --> target --> way (target/stretches.h) --> backend 0 | backend 1 | …
 *
 * A way whose link is down must not block the others for ever. Its probes wait in its backend. When that is
 * full, the next probe of this way blocks all behind it, because probes leave in order, but for at most
 * TX_WAYS_PATIENCE_NS. After that, probes of that way are dropped until its link is up again. Only if all
 * links are down, push() returns -ENETDOWN, and all probes wait. A device that is gone does not come back:
 * all probes of its way are dropped. If all devices are gone, push() returns that error.
 */
#pragma once

#include "send/tx.h"
#include "target/stretches.h"

/* Longer than it takes to plug a cable in elsewhere, or than a switch takes to renegotiate. If shorter, such
 * an outage costs probes. All probes due meanwhile leave later. */
#define TX_WAYS_PATIENCE_NS 2000000000ULL

enum {
    TX_WAYS_MAX = 64,
};

/* tx_ways_open() makes one backend of `count` backends, at most TX_WAYS_MAX, and owns them from then on.
 * `map` gives the way of each target, and outlives the backend. Returns 0, or -ENOMEM: then the caller still
 * owns the backends. */
int tx_ways_open(struct tx **out, const struct stretches *map, struct tx *const *ways, unsigned count);

/* tx_ways_at() returns the backend of a way. `tx` is of tx_ways_open(), or a single backend, which is
 * returned itself. */
struct tx *tx_ways_at(struct tx *tx, unsigned way);

/* tx_ways_listen() makes all backends of `tx`, of either kind, report the probes that they drop. */
void tx_ways_listen(struct tx *tx, struct tx_listener listener);

/* tx_ways_close() closes `tx`, of either kind, as close() does. It writes the totals of each way to `each`,
 * which has room for all ways. */
void tx_ways_close(struct tx *tx, struct tx_totals *each);
