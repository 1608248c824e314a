// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes that are kept in a table: those of trace and ping. Each has a number, of which 16 bits travel in the
 * probe and lead from the quotation back to the table. So a packet may have any size, protocol and port, its
 * send time is exact, and if a middlebox rewrites the rest, that is noticed instead of losing the hop.
 *
 * Layouts (include/layout_tracked.h) define where the number, the flow's tag and the proof are in a packet;
 * this file has the table, and judges quotations and answers. All fields that routers may hash depend only on
 * target and flow (Paris traceroute: Augustin et al., IMC 2006). An IP header and eight bytes are enough. A
 * probe may be as small as its headers: fields that do not fit are left out, as each layout describes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/layout.h"
#include "packet/reply.h"
#include "probe.h"

enum {
    /* At most this many probes can be in flight, because numbers have 16 bits: at 10,000 per second, those of
     * 6.5 s. Answers to earlier probes count as foreign. */
    TRACKED_PROBES = 1 << 16,
    TRACKED_MAX_LENGTH = IPV4_PACKET_MAX, /* the same limit is used for IPv6 */
    TRACKED_MAX_SOURCES = 256,
};

struct tracked_config {
    struct layout_pair layouts; /* that have this stamp; both have the same key */
    uint8_t tos;                /* or traffic class in IPv6 */
    bool dont_fragment;         /* IPv4 only; IPv6 never fragments on the path */
    bool same_flow_label;       /* IPv6: all packets have `flow_label`; else each flow has one of its own */
    uint32_t flow_label;        /* 20 bits */
    bool compares_ip_ids; /* also finds out whether an answer copies the IP ID of its probe: for that, each
                            probe is written once more */
    const struct address *sources;          /* by lane; copied. A probe uses the source of its target's
                                               family */
    const struct layout_pair *lane_layouts; /* by lane, for probes of several protocols with one key;
                                               copied. NULL: all lanes use `layouts` */
    unsigned source_count;                  /* 1 … TRACKED_MAX_SOURCES */
};

/* A probe that was sent. */
struct tracked_probe {
    struct probe probe;
    struct address source;
    uint32_t number;     /* counts from 1; 0: none */
    uint16_t same_proof; /* low bits of the previous number with the same proof; 0: none */
    uint64_t sent_ns;    /* CLOCK_MONOTONIC */
    uint8_t answers;     /* that count, so far; this and the next are kept by match */
    bool certain;        /* at least one of them was not rewritten */
};

struct tracked;

/* tracked_create() returns an empty table, or NULL when memory is short. tracked_free() also accepts NULL. */
struct tracked *tracked_create(const struct tracked_config *config);
void tracked_free(struct tracked *tracked);

/* tracked_with_data() returns the size of a probe that carries `data` bytes of data, from the IP header on:
 * for TCP behind the longest header. */
unsigned tracked_with_data(const struct layout *layout, unsigned data);

/*
 * tracked_craft() enters the probe `p`, sent at `now_ns`, into the table and writes its packet, from the IP
 * header on, into `packet`. `packet` has room for the probe's size, and for at least LAYOUT_LONGEST bytes;
 * behind these it must be all zero. A probe smaller than its layout's `shortest` gets that length. Returns
 * the length.
 */
unsigned tracked_craft(struct tracked *tracked, const struct probe *p, uint64_t now_ns, uint8_t *packet);

/* tracked_left() corrects the send time of the last probe, which left later than tracked_craft() was told. */
void tracked_left(struct tracked *tracked, uint64_t now_ns);

/* tracked_fragment_id() returns the identification for the last probe's fragments in IPv6, which others
 * cannot predict (RFC 7739). */
uint32_t tracked_fragment_id(const struct tracked *tracked);

/*
 * tracked_decode() decodes a packet from its IP header on: an ICMP error that quotes one of our probes, or
 * the answer of a target. With DECODE_ACCEPTED `out->sent` is the probe in the table, which stays there until
 * TRACKED_PROBES others have been sent.
 */
enum decode_verdict tracked_decode(const struct tracked *tracked, const uint8_t *ip, size_t length,
                                   struct reply *out);
