// SPDX-License-Identifier: GPL-2.0-or-later
/* IPv6 packets from the host, and a second, plain implementation of what the simulated Internet replies to them,
 * field by field. */
#pragma once

#include "responder_fixture.h"
#include "sim_topology.h"

enum {
    IP6_AT = 14,         /* behind an Ethernet header without tags */
    MAX_EXTENSIONS = 64, /* bytes */
};

struct packet6 {
    struct address target;
    uint8_t hop_limit, traffic_class, protocol;
    uint32_t label;
    uint8_t extensions[MAX_EXTENSIONS]; /* whole headers, the last of which names `protocol` */
    unsigned extensions_length;
    uint8_t first_extension; /* its number, where there is one */
    uint8_t header[24];      /* its checksum is written later, where `checksum_at` is not 0 */
    unsigned header_length, checksum_at;
    unsigned data; /* bytes, whose values depend on their place */
    unsigned tags; /* VLAN tags */
};

struct address host6(void);

/* packet6_probe() is a datagram to a high port. */
struct packet6 packet6_probe(struct address target, uint8_t hop_limit, uint16_t flow, unsigned data);

/* frame_make_packet6() sends it from SIM_HOST_ADDRESS. */
void frame_make_packet6(struct frame *frame, const struct packet6 *packet);

/* checksum6() is the checksum of `length` bytes of `protocol` behind the IPv6 header at `ip` (RFC 8200, section
 * 8.1); 0 over what holds a correct one. */
uint16_t checksum6(const uint8_t *ip, uint8_t protocol, const uint8_t *bytes, size_t length);

/* frame_hop6() is what the packet that was made into a frame meets. */
struct sim_hop frame_hop6(const struct sim_topology *world, const struct packet6 *packet);

/* expect_error6() writes the ICMPv6 error of `hop` to the frame that was made of `packet` (RFC 4443, RFC 4884).
 * The others write what a target answers, `length` bytes behind the IPv6 header, whose checksum is still to be
 * written; both return that place. */
void expect_error6(const struct frame *in, const struct packet6 *packet, const struct sim_hop *hop,
                   uint8_t type, uint8_t code, uint32_t parameter, struct frame *out);
uint8_t *expect_answer6(const struct frame *in, const struct packet6 *packet, const struct sim_hop *hop,
                        unsigned length, struct frame *out);
