// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes of packet/tracked.h as they are sent, and the answers to them, from the IP header on and with
 * correct checksums: then a test's own change is the only fault. Everything is of the family of the layout or
 * of the probe for which it is made.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "packet/tracked.h"

enum {
    TRACKED_PACKET_MAX = 2048,
};

/* For IPv4; those for IPv6 are 2001:db8::/32 with the same last 32 bits. */
#define TRACKED_SOURCE    0xc6120002U /* 198.18.0.2, the source of the probes */
#define TRACKED_OTHER     0xc6120009U /* the source of lane 1 */
#define TRACKED_RESPONDER 0x0a010203U /* 10.1.2.3 */
#define TRACKED_TARGET    0x08080404U
#define TRACKED_STRANGER  0x0b0b0b0bU

#define FOR_TRACKED_LAYOUTS(layout)                                                                          \
    for (const struct layout *layout = layouts; layout < layouts + LAYOUT_COUNT; layout++)                   \
        if (layout->tracked)

struct tracked_packet {
    uint8_t bytes[TRACKED_PACKET_MAX];
    unsigned length;
};

/* What layouts of both families have in common, for tables of the expected results of each. */
enum tracked_packets_kind {
    KIND_UDP,
    KIND_ICMP,
    KIND_TCP,
    KINDS,
};

enum tracked_packets_kind tracked_packets_kind(const struct layout *layout);

/* tracked_packets_address() is the address of a family that corresponds to that of IPv4. */
struct address tracked_packets_address(enum address_family family, uint32_t ipv4);

/* tracked_packets_quoted() is the least that is quoted: an IP header and eight bytes. */
unsigned tracked_packets_quoted(const struct layout *layout);

/* tracked_packets_table() makes a table with both sources for probes of a layout; `seed` makes the key. */
struct tracked *tracked_packets_table(const struct layout *layout, uint64_t seed);

/* tracked_packets_probe() is a probe to TRACKED_TARGET of 60 bytes, 80 over IPv6, with TTL 9, flow 3, owner
 * 77, query 2. */
struct probe tracked_packets_probe(const struct layout *layout);

/* tracked_packets_craft() enters the probe into the table, sent at `now_ns`. */
struct tracked_packet tracked_packets_craft(struct tracked *tracked, struct probe probe, uint64_t now_ns);

/* tracked_packets_quote() is the ICMP error with type `icmp` >> 8 and code `icmp` & 0xff (for IPv6: the error
 * with the same name) that quotes so many bytes of the probe, as it arrives with TTL 1, and is sent back to
 * its source. */
struct tracked_packet tracked_packets_quote(const struct tracked_packet *probe, unsigned icmp,
                                            unsigned quoted);

/* tracked_packets_quotation() is the position of the quotation in an error without options. */
uint8_t *tracked_packets_quotation(struct tracked_packet *error);

/* tracked_packets_echo() is the reply to an Echo Request. */
struct tracked_packet tracked_packets_echo(const struct tracked_packet *request);

/* tracked_packets_tcp() is the target's segment with `flags` that acknowledges the SYN and `data` bytes; its
 * own sequence number is what the probe acknowledges. */
struct tracked_packet tracked_packets_tcp(const struct tracked_packet *syn, uint8_t flags, uint32_t data);

/* tracked_packets_seal() corrects the checksums of the IPv4 header and of ICMP. */
void tracked_packets_seal(struct tracked_packet *packet);

/* tracked_packets_sum() adds up what the transport's checksum covers: all ones if it is correct. */
uint16_t tracked_packets_sum(const struct tracked_packet *packet);

/* tracked_packets_decode() decodes a copy that lies at the end of readable memory. */
enum decode_verdict tracked_packets_decode(struct tracked *tracked, const struct tracked_packet *packet,
                                           struct reply *out);
