// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes that are kept in a table: what trace and ping send. Each has a number, of which 16 bits travel in it
 * and lead from the quotation back to the table. So a packet may have any size, protocol and port, its send
 * time is exact, and a middlebox that rewrites the rest is seen rather than losing us the hop.
 *
 *            number                       flow (what routers hash)             proof
 *   UDP      IP ID                        source port: tag | flow: its port    checksum
 *   ICMP     sequence number              checksum: tag of target and flow     IP ID, data
 *   TCP      sequence number, IP ID       source port: tag + flow              sequence number, high half
 *
 * One file per protocol writes these fields and reads them back. All fields that routers may hash depend on
 * target and flow alone (Paris traceroute: Augustin et al., IMC 2006). 28 bytes of quotation are enough. A
 * probe may be as small as its headers: what does not fit is left out, as each file says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/reply.h"
#include "probe.h"
#include "siphash.h"

enum {
    /* So many probes may be in flight, 16 bits of number: at 10,000 a second those of 6.5 s. Answers to
     * earlier ones are taken for nobody's. */
    TRACKED_PROBES = 1 << 16,
    TRACKED_MAX_LENGTH = 65535, /* of an IPv4 packet */
    TRACKED_MAX_SOURCES = 256,
};

struct tracked_protocol;

extern const struct tracked_protocol tracked_udp, tracked_icmp, tracked_tcp;

struct tracked_config {
    struct siphash_key key;
    const struct tracked_protocol *protocol;
    uint16_t port; /* UDP: that of flow 0; TCP: that of every flow; 0: the protocol's usual one */
    uint8_t tos;
    bool dont_fragment;
    const struct address *sources; /* by lane; copied */
    unsigned source_count;         /* 1 … TRACKED_MAX_SOURCES */
};

/* A probe that was sent. */
struct tracked_probe {
    struct probe probe;
    struct address source;
    uint32_t number;  /* from 1 on; 0: none */
    uint64_t sent_ns; /* CLOCK_MONOTONIC */
    uint8_t answers;  /* that count, so far: kept by match, like the next */
    bool certain;     /* one of them was not rewritten */
};

struct tracked;

/* tracked_create() makes an empty table; NULL when memory is short. tracked_free() takes NULL too. */
struct tracked *tracked_create(const struct tracked_config *config);
void tracked_free(struct tracked *tracked);

/* tracked_number_of() is the protocol's number, IPPROTO_…. */
uint8_t tracked_number_of(const struct tracked_protocol *protocol);

/* tracked_shortest() is the least size a probe of the protocol can have, from the IP header on: it has no
 * data. tracked_with_data() is the size of one that carries so many bytes of data, for TCP behind the longest
 * header; tracked_max_flow() the highest flow it can carry. */
unsigned tracked_shortest(const struct tracked_protocol *protocol);
unsigned tracked_with_data(const struct tracked_protocol *protocol, unsigned data);
unsigned tracked_max_flow(const struct tracked *tracked);

/*
 * tracked_craft() enters the probe `p`, sent at `now_ns`, into the table and writes its packet, from the
 * IPv4 header on, into `packet`, which holds the probe's size and is all zero behind what an earlier probe
 * of any kind wrote. Returns its length.
 */
unsigned tracked_craft(struct tracked *tracked, const struct probe *p, uint64_t now_ns, uint8_t *packet);

/*
 * tracked_decode_ipv4() decodes a packet from its IPv4 header on: an ICMP error that quotes one of our
 * probes, an Echo Reply, a SYN-ACK or a RST. With DECODE_ACCEPTED `out->sent` is the probe in the table,
 * which stays there until TRACKED_PROBES others have been sent.
 */
enum decode_verdict tracked_decode_ipv4(struct tracked *tracked, const uint8_t *ip, size_t length,
                                        struct reply *out);
