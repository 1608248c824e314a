// SPDX-License-Identifier: GPL-2.0-or-later
/* What all ICMP errors have in common, whichever kind of probe they quote. Private to packet/. */
#pragma once

#include "packet/reply.h"
#include "reply_parse.h"

/*
 * reply_read_error() checks lengths and checksums of an error whose quotation is known to be ours, and reads
 * what does not depend on the kind of probe: responder, TTL, type, code, labels. `end` is that of the frame.
 */
enum decode_verdict reply_read_error(const struct reply_view *view, const uint8_t *end, struct reply *out);
