// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what all replies have in common, whatever the stamp of their probes: ICMP errors, and answers of the
 * target itself. Private to packet/. */
#pragma once

#include <stdbool.h>

#include "packet/reply.h"
#include "reply_parse.h"

/*
 * reply_read_error() checks the lengths and checksums of an error that is known to quote one of our probes,
 * and reads all that does not depend on the kind of probe: responder, TTL, type, code, labels. `end` is the
 * end of the frame.
 */
enum decode_verdict reply_read_error(const struct reply_view *view, const uint8_t *end, struct reply *out);

/* A packet without a quotation that may be a target's own answer. */
struct answer_view {
    enum address_family family;
    uint8_t protocol;
    bool fragment; /* the first of several fragments, so incomplete */
    const uint8_t *ip;
    const uint8_t *transport; /* at least QUOTED_MIN bytes of it are there */
    const uint8_t *end;       /* of the packet, as far as it is there; bytes behind it in the frame are
                                 padding */
};

/* reply_find_answer() returns whether a packet can be such an answer by `protocol`. The packet, or its frame,
 * ends at `end`. */
bool reply_find_answer(enum address_family family, const uint8_t *ip, const uint8_t *end, uint8_t protocol,
                       struct answer_view *out);

/* reply_read_answer() checks and reads an answer that is known to be one to a probe of ours. It writes all of
 * `out` except the probe, its origin and the kind. */
enum decode_verdict reply_read_answer(const struct answer_view *view, struct reply *out);
