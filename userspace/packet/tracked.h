// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes that are kept in a table: what trace and ping send. Each has a number, of which 16 bits travel in it
 * and lead from the quotation back to the table. So a packet may have any size, protocol and port, its send
 * time is exact, and a middlebox that rewrites the rest is seen rather than losing us the hop.
 *
 * Layouts (include/layout_tracked.h) say where the number, the flow's tag and the proof stand in a packet;
 * here is the table, and what is made of a quotation or an answer. All fields that routers may hash depend on
 * target and flow alone (Paris traceroute: Augustin et al., IMC 2006). An IP header and eight bytes are enough. A
 * probe may be as small as its headers: what does not fit is left out, as each layout says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/layout.h"
#include "packet/reply.h"
#include "probe.h"

enum {
    /* So many probes may be in flight, 16 bits of number: at 10,000 a second those of 6.5 s. Answers to
     * earlier ones are taken for nobody's. */
    TRACKED_PROBES = 1 << 16,
    TRACKED_MAX_LENGTH = 65535, /* of an IPv4 packet, and as much of IPv6 */
    TRACKED_MAX_SOURCES = 256,
};

struct tracked_config {
    struct layout_pair layouts; /* that have this stamp; the key of both is one */
    uint8_t tos;                /* traffic class of IPv6 */
    bool dont_fragment;         /* of IPv4, which can be */
    bool same_flow_label; /* of IPv6: all packets have `flow_label`, else each flow has one of its own */
    uint32_t flow_label;  /* 20 bits */
    bool
        compares_ip_ids; /* tells of answers whether their IP ID is a copy: each probe is written once more */
    const struct address *sources;          /* by lane; copied. That of a probe's target has its family */
    const struct layout_pair *lane_layouts; /* by lane, for probes of several protocols, with one key; copied.
                                             * NULL: those of all lanes are `layouts` */
    unsigned source_count;                  /* 1 … TRACKED_MAX_SOURCES */
};

/* A probe that was sent. */
struct tracked_probe {
    struct probe probe;
    struct address source;
    uint32_t number;     /* from 1 on; 0: none */
    uint16_t same_proof; /* the low bits of the last number before that has its proof; 0: none */
    uint64_t sent_ns;    /* CLOCK_MONOTONIC */
    uint8_t answers;     /* that count, so far: kept by match, like the next */
    bool certain;        /* one of them was not rewritten */
};

struct tracked;

/* tracked_create() makes an empty table; NULL when memory is short. tracked_free() takes NULL too. */
struct tracked *tracked_create(const struct tracked_config *config);
void tracked_free(struct tracked *tracked);

/* tracked_with_data() is the size of a probe that carries so many bytes of data, from the IP header on: for
 * TCP behind the longest header. */
unsigned tracked_with_data(const struct layout *layout, unsigned data);

/*
 * tracked_craft() enters the probe `p`, sent at `now_ns`, into the table and writes its packet, from the IP
 * header on, into `packet`, which holds the probe's size, and LAYOUT_LONGEST bytes at least; behind these it
 * is all zero. A probe that is smaller than its layout's `shortest` becomes as long. Returns its length.
 */
unsigned tracked_craft(struct tracked *tracked, const struct probe *p, uint64_t now_ns, uint8_t *packet);

/* tracked_left() says that the last probe left later than tracked_craft() was told. */
void tracked_left(struct tracked *tracked, uint64_t now_ns);

/* tracked_fragment_id() is the identification of the last probe's fragments over IPv6: nobody foresees it (RFC
 * 7739). */
uint32_t tracked_fragment_id(const struct tracked *tracked);

/*
 * tracked_decode() decodes a packet from its IP header on: an ICMP error that quotes one of our probes, or
 * the answer of a target. With DECODE_ACCEPTED `out->sent` is the probe in the table, which stays there until
 * TRACKED_PROBES others have been sent.
 */
enum decode_verdict tracked_decode(const struct tracked *tracked, const uint8_t *ip, size_t length,
                                   struct reply *out);
