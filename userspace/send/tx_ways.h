// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several ways out as one backend: each probe goes to the backend of its target's way.
 *
 *   send() --> target --> way (target/stretches.h) --> backend 0 | backend 1 | …
 *
 * A way whose link is down must not keep the others for ever. Its probes wait in its backend; the next one
 * that finds no room there keeps all behind it waiting, since probes leave in their order, but for
 * TX_WAYS_PATIENCE_NS at most: from then on, probes of that way are dropped until its link is up again. Only
 * where all links are down push() says -ENETDOWN, and everything waits. A device that is gone does not come
 * back: all probes of its way are dropped, and where all are gone push() says so.
 */
#pragma once

#include "send/tx.h"
#include "target/stretches.h"

/* Longer than a cable takes to be plugged in elsewhere, or a switch to renegotiate; shorter, and such an
 * outage costs probes. All that is due meanwhile leaves later. */
#define TX_WAYS_PATIENCE_NS 2000000000ULL

enum {
    TX_WAYS_MAX = 64,
};

/* tx_ways_open() makes one of `count` backends, at most TX_WAYS_MAX, which belong to it from then on; `map`,
 * which outlives it, says which way a target has. 0, or -ENOMEM with the backends left to the caller. */
int tx_ways_open(struct tx **out, const struct stretches *map, struct tx *const *ways, unsigned count);

/* tx_ways_at() is the backend of a way: of what tx_ways_open() made, or `tx`
 * itself where there is one way. */
struct tx *tx_ways_at(struct tx *tx, unsigned way);

/* tx_ways_listen() has all backends of either tell of the probes that they drop. */
void tx_ways_listen(struct tx *tx, struct tx_listener listener);

/* tx_ways_close() closes either, as close() does, and writes what became of the probes of each way to `each`,
 * which has room for all ways. */
void tx_ways_close(struct tx *tx, struct tx_totals *each);
