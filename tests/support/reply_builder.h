// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replies to crafted probes of either family, with everything in them right: what a test spoils afterwards is
 * then the only thing wrong.
 *
 *   struct built_reply reply = reply_build(probe, sent_us, (struct reply_shape){.tags = 1});
 *   reply_quotation(&reply)[IPV4_DESTINATION] ^= 1;
 *   reply_seal(&reply);
 */
#pragma once

#include <stdint.h>

#include "packet/layout.h"
#include "packet/reply.h"
#include "probe.h"
#include "reply_frame.h"

#define REPLY_BUILDER_SOURCE    0xc6120002U /* 198.18.0.2, the source of the probes */
#define REPLY_BUILDER_RESPONDER 0x0a010203U /* 10.1.2.3 */

/* The layouts of the probes, UDP's, and their key. */
extern const struct layout_pair reply_builder_layouts;

/* The source of the probes of a family, and the responder that answers them. */
struct address reply_builder_source(enum address_family family);
struct address reply_builder_responder(enum address_family family);

struct built_reply {
    enum address_family family;
    uint8_t frame[REPLY_FRAME_MAX];
    unsigned length;
    unsigned ip, icmp; /* where the headers are */
};

/* reply_build() quotes a probe that arrived with TTL 1; `shape` determines the rest. Its family and
 * `quotation` are set here, and its `quoted_length` of 0 means 28 bytes of IPv4 and all of IPv6. */
struct built_reply reply_build(struct probe probe, uint32_t sent_us, struct reply_shape shape);

/* reply_quotation() is where the quoted probe is. */
uint8_t *reply_quotation(struct built_reply *reply);

/* reply_append() lengthens the ICMP message and seals it. */
void reply_append(struct built_reply *reply, const uint8_t *bytes, unsigned length);

/* reply_set_length() sets the length in the IP header to `length` bytes, including the header, and corrects
 * the checksum. */
void reply_set_length(struct built_reply *reply, unsigned length);

/* reply_seal() corrects the checksums of IP and ICMP, over the length in the IP header. */
void reply_seal(struct built_reply *reply);

/* reply_builder_decode() decodes a copy of the frame after which nothing can be read. */
enum decode_verdict reply_builder_decode(const struct built_reply *reply, struct reply *out);
