// SPDX-License-Identifier: GPL-2.0-or-later
/* A second, plain implementation of what the simulated Internet replies, field by field. */
#pragma once

#include "responder_fixture.h"
#include "sim_topology.h"

/* Behind an Ethernet header; what stands there is IPv4. */
enum { IP_AT = 14, TRANSPORT_AT = IP_AT + 20 };

/* The Internet checksum of RFC 1071; 0 over what holds a correct one. */
uint16_t internet_checksum(const uint8_t *bytes, size_t length);

/* expect_error() writes the ICMP error of `hop` to the packet in `in`, behind `link` bytes of link header
 * (RFC 791, RFC 792, RFC 4884, RFC 4950). */
void expect_error(const struct frame *in, unsigned link, const struct sim_hop *hop, uint8_t type,
                  uint8_t code, struct frame *out);

/* expect_echo_reply() writes the target's reply to the Echo Request in `in`. */
void expect_echo_reply(const struct frame *in, unsigned link, const struct sim_hop *hop, struct frame *out);

/* What a TCP segment says. */
struct segment {
    uint32_t sequence, acknowledged;
    uint16_t from, to;
    uint8_t flags;
};

/* expect_segment() writes `segment` as the target's answer to the packet in `in`. */
void expect_segment(const struct frame *in, unsigned link, const struct sim_hop *hop,
                    const struct segment *segment, struct frame *out);
