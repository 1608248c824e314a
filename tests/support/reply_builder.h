// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replies to crafted probes, with everything in them right: what a test spoils afterwards is then the only
 * thing wrong.
 *
 *   struct built_reply reply = reply_build(probe, sent_us, (struct reply_shape){.tags = 1});
 *   reply.frame[reply.icmp + ICMP_HEADER + 16] ^= 1;
 *   reply_seal(&reply);
 */
#pragma once

#include <stdint.h>

#include "packet/layout.h"
#include "probe.h"
#include "reply_frame.h"

#define REPLY_BUILDER_SOURCE    0xc6120002U /* 198.18.0.2, from where the probes came */
#define REPLY_BUILDER_RESPONDER 0x0a010203U /* 10.1.2.3 */

/* The layout of the probes, UDP's, and their key. */
extern const struct layout_pair reply_builder_layouts;

struct built_reply {
    uint8_t frame[REPLY_FRAME_MAX];
    unsigned length;
    unsigned ip, icmp; /* where the headers are */
};

/* reply_build() quotes a probe that arrived with TTL 1; `shape` says the rest, its `quotation` is set here
 * and its `quoted_length` of 0 means 28. */
struct built_reply reply_build(struct probe probe, uint32_t sent_us, struct reply_shape shape);

/* reply_quotation() is where the quoted probe is. */
uint8_t *reply_quotation(struct built_reply *reply);

/* reply_append() lengthens the ICMP message and seals it. */
void reply_append(struct built_reply *reply, const uint8_t *bytes, unsigned length);

/* reply_seal() makes the checksums of IP and ICMP right, over as much as the IP header says. */
void reply_seal(struct built_reply *reply);
