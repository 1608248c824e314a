// SPDX-License-Identifier: GPL-2.0-or-later
/* What a protocol must know to carry a probe of packet/tracked.h. Private to packet/. */
#pragma once

#include "checksum.h"
#include "packet/tracked.h"
#include "reply_parse.h"

enum {
    TRACKED_PORTS = 0x8000, /* source ports have this bit: few programs use them, and the filter knows ours */
};

struct tracked {
    struct siphash_key key;
    const struct tracked_protocol *protocol;
    uint16_t port;
    uint8_t tos;
    bool dont_fragment;
    uint32_t number; /* of the last probe */
    struct address sources[TRACKED_MAX_SOURCES];
    struct tracked_probe *probes; /* by the low bits of their number */
    uint16_t *by_proof;           /* the low bits of the last number that has this proof; 0: none */
};

/* How far a quotation is what we sent. */
enum tracked_match {
    MATCH_TARGET = 1 << 0, /* destination address */
    MATCH_SOURCE = 1 << 1, /* source address */
    MATCH_FLOW = 1 << 2,   /* the field that carries the flow's tag */
    MATCH_PORT = 1 << 3,   /* the other field that NATs change: destination port, identifier */
    MATCH_PROOF = 1 << 4,  /* the field that no one else can know */
    MATCH_ALL = (1 << 5) - 1,
};

struct tracked_protocol {
    uint8_t protocol;
    uint8_t header;         /* bytes of the transport header at least */
    uint8_t longest_header; /* of the transport header where data follows it */
    uint8_t proof_room;     /* bytes of data without which a quotation shows no proof */
    uint16_t usual_port;
    uint16_t max_flow;
    bool proof_in_id; /* the IP ID carries the proof, else the number */

    /* write() fills the transport header behind a complete IPv4 header, in a packet of `length` bytes. */
    void (*write)(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *ip,
                  unsigned length);

    /* number() reads the low half of the number out of a quotation, proof() what should be the proof; match()
     * compares it with the probe of that number: a set of MATCH_FLOW, MATCH_PORT and MATCH_PROOF. */
    uint16_t (*number)(struct tracked *tracked, const struct reply_view *view);
    uint16_t (*proof)(const struct reply_view *view);
    unsigned (*match)(const struct tracked *tracked, const struct tracked_probe *sent,
                      const struct reply_view *view);

    /* answer() judges a packet that is no ICMP error, of which `header` bytes are IPv4 header: the target's
     * own answer. NULL where the protocol knows none. */
    enum decode_verdict (*answer)(struct tracked *tracked, const uint8_t *ip, size_t header, size_t length,
                                  struct reply *out);
};

/* tracked_find() is the probe with these low bits of number, NULL where there is none yet. */
struct tracked_probe *tracked_find(struct tracked *tracked, uint16_t number);

/* tracked_length() is the length of the packet of `probe`, which has at least its headers. */
unsigned tracked_length(const struct tracked *tracked, const struct probe *probe);

/* tracked_address_sum() is what both addresses add to a checksum. */
static inline uint32_t tracked_address_sum(const struct tracked_probe *sent)
{
    return checksum_u32(address_ipv4(sent->source)) + checksum_u32(address_ipv4(sent->probe.target_address));
}

/* tracked_flow_tag() depends on addresses, protocol and `flow` alone, tracked_proof() on the probe's whole
 * number; both have 16 bits. */
uint16_t tracked_flow_tag(const struct tracked *tracked, const struct tracked_probe *sent, uint16_t flow);
uint16_t tracked_proof(const struct tracked *tracked, const struct tracked_probe *sent);

/* tracked_packet_length() is how much of a packet of `captured` bytes is there and belongs to it. */
size_t tracked_packet_length(const uint8_t *ip, size_t captured);
