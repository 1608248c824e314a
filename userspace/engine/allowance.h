// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bounds how many records all probes together may get, for cases where it is not known, or not exactly, which
 * probe an answer belongs to. Shared by all receivers. Only answers that are not the first to a probe take
 * from it.
 *
 *   further     ANSWERS_MOST records per probe sent, less one for each probe if first answers are known
 *   rewritten   among them, those whose probe a middlebox changed: one for each of the first
 *               ALLOWANCE_SMALL probes, then one for every ALLOWANCE_SHARE
 *
 * An attacker who guesses tags gets every 256th forged reply accepted as rewritten: a million forged replies
 * per second would become 4,000 records per second. In the networks measured, at most 1 % of replies are
 * rewritten.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"

enum {
    ALLOWANCE_SHARE = 16,
    ALLOWANCE_SMALL = 1024,
    /* Senders count in batches, so answers may come before their probes are counted. */
    ALLOWANCE_BATCH = 64,
};

struct allowance {
    const counter_t *const
        *sent; /* one counter per sender, read when a record is taken; NULL: `probes` is known */
    unsigned senders;
    uint64_t probes;
    _Atomic uint64_t further, rewritten; /* taken so far */
};

/* allowance_take_further() takes one record. `first_known` means that the first answer to each probe is not
 * taken from this allowance. Returns false if none is left. */
bool allowance_take_further(struct allowance *allowance, bool first_known);

/* allowance_take_rewritten() takes one record of a rewritten probe, from both allowances. */
bool allowance_take_rewritten(struct allowance *allowance, bool first_known);
