// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ledger: every packet is finally counted in exactly one of these counters.
 *
 *   generated  = sent + blocked + no_way + tx_dropped
 *   arrived    = device_dropped + received
 *   received   = passed + rejected_filter + redirected
 *   redirected = decoded + ring_full + fill_empty + rx_dropped + redirect_failed
 *   decoded    = accepted + excess + rejected_decode
 *   accepted   = written + writer_dropped
 *   answers    = answers_heard + answer_ring_full + answers_after_end
 *   to_capture = captured + capture_dropped + capture_past_limit
 *
 * `no_way` counts probes to destinations without a way from this host (engine/ways.h); files of earlier
 * versions lack it. `device_dropped` are packets that the device itself counted as lost for want of room,
 * before any program saw them; it includes other traffic of the device. The other counters count packets one
 * by one. `excess` are answers beyond those that a probe can honestly get (knowledge/answered.h); the filter
 * drops most of these before.
 *
 * `answers` are the accepted replies from which a strategy learns (engine/answer_rings.h); none if it does
 * not learn. `answers_after_end` came when it had nothing more to send. Files of earlier versions lack all
 * four.
 *
 * `to_capture` are the frames to be captured (receive/capture_writer.h): decoded ones, and those that the
 * filter rejected. Files of earlier versions lack these four, too.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "filter.h"
#include "packet/reply.h"

struct ledger {
    uint64_t generated, sent, blocked, no_way, tx_dropped;
    uint64_t arrived, device_dropped;
    uint64_t received, passed, rejected_filter[FILTER_REJECTIONS], redirected;
    uint64_t decoded, ring_full, fill_empty, rx_dropped, redirect_failed;
    uint64_t accepted, excess, rejected_decode[DECODE_REJECTIONS];
    uint64_t written, writer_dropped;
    uint64_t answers, answers_heard, answer_ring_full, answers_after_end;
    uint64_t to_capture, captured, capture_dropped, capture_past_limit;
};

extern const char *const filter_rejection_names[FILTER_REJECTIONS]; /* JSON keys: "truncated", … */
extern const char *const decode_rejection_names[DECODE_REJECTIONS];

uint64_t ledger_rejected_filter(const struct ledger *ledger); /* the sums over all reasons */
uint64_t ledger_rejected_decode(const struct ledger *ledger);

enum {
    LEDGER_TERMS_MAX = 6, /* the total and its parts */
};

struct ledger_term {
    const char *name; /* key of the JSON object */
    uint64_t value;   /* the sum, if there are counters by reason */
};

/* ledger_equation() writes the total and the parts of an equation, numbered from 0 in the order above.
 * Returns how many terms; 0: no such equation. */
size_t ledger_equation(const struct ledger *ledger, unsigned number,
                       struct ledger_term terms[LEDGER_TERMS_MAX]);

/* ledger_add() adds every counter of `other`: the sum of two balanced ledgers is balanced. */
void ledger_add(struct ledger *ledger, const struct ledger *other);

bool ledger_balanced(const struct ledger *ledger);

/* ledger_json() returns the object of the metadata, with `balanced`; the caller owns it. NULL when memory is
 * short. */
json_t *ledger_json(const struct ledger *ledger);

/* ledger_from_json() reads such an object back (`balanced` follows from the rest). Returns NULL, or the name
 * of the first key that is no counter. A missing key, as in files of other versions, counts as 0. */
const char *ledger_from_json(const json_t *object, struct ledger *ledger);

/* ledger_print() writes the lines of the summary that show where packets were lost, and, if the ledger does
 * not balance, the difference. */
void ledger_print(const struct ledger *ledger, FILE *out);
