// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many records all probes together may get: what holds where it cannot be told, or not exactly, which
 * probe an answer is to. Shared by all receivers; only what is not the first answer to a probe takes from it.
 *
 *   further     ANSWERS_MOST records per probe sent, less the first of each where that one is known
 *   rewritten   among them, those whose probe a middlebox changed: one for each of the first
 *               ALLOWANCE_SMALL probes, then one for every ALLOWANCE_SHARE
 *
 * Who guesses tags gets them right for every 256th forged reply as far as `rewritten` goes, so that a million
 * a second would be 4,000 records per second. In the networks measured, 1 % of replies at most are rewritten.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"

enum {
    ALLOWANCE_SHARE = 16,
    ALLOWANCE_SMALL = 1024,
    /* What a sender sends is counted a batch at a time, and answers may be faster. */
    ALLOWANCE_BATCH = 64,
};

struct allowance {
    const counter_t *const
        *sent; /* one counter a sender, read when somebody takes; NULL: `probes` is known */
    unsigned senders;
    uint64_t probes;
    _Atomic uint64_t further, rewritten; /* taken so far */
};

/* allowance_take_further() takes one record: `first_known` says whether the first of each probe are no part
 * of those taken. False where there are no more. */
bool allowance_take_further(struct allowance *allowance, bool first_known);

/* allowance_take_rewritten() takes one of a rewritten probe, from both shares. */
bool allowance_take_rewritten(struct allowance *allowance, bool first_known);
