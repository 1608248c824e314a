// SPDX-License-Identifier: GPL-2.0-or-later
/* What all replies have in common, whichever stamp their probes have: ICMP errors, and answers of the target
 * itself. Private to packet/. */
#pragma once

#include <stdbool.h>

#include "packet/reply.h"
#include "reply_parse.h"

/*
 * reply_read_error() checks lengths and checksums of an error whose quotation is known to be ours, and reads
 * what does not depend on the kind of probe: responder, TTL, type, code, labels. `end` is that of the frame.
 */
enum decode_verdict reply_read_error(const struct reply_view *view, const uint8_t *end, struct reply *out);

/* A packet that quotes nothing and may be a target's own answer. */
struct answer_view {
    enum address_family family;
    uint8_t protocol;
    bool fragment; /* the first one of several: not all of it is there */
    const uint8_t *ip;
    const uint8_t *transport; /* QUOTED_MIN bytes of it are there */
    const uint8_t *end;       /* of what is there of the packet: what follows it in a frame is padding */
};

/* reply_find_answer() says whether a packet that ends, or whose frame ends, at `end` can be one by
 * `protocol`. */
bool reply_find_answer(enum address_family family, const uint8_t *ip, const uint8_t *end, uint8_t protocol,
                       struct answer_view *out);

/* reply_read_answer() checks and reads, likewise, an answer that is known to be one to a probe of ours. Of
 * `out` all is written but the probe, its origin and the kind. */
enum decode_verdict reply_read_answer(const struct answer_view *view, struct reply *out);
