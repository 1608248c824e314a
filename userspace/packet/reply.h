// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decodes a received frame into what it shows about a probe. Stateless: the quotation alone is enough.
 *
 * The XDP filter has seen the frame before, but nothing here relies on that, because captures and other
 * sources of replies are decoded here too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/icmp_extension.h"
#include "packet/layout.h"
#include "packet/reply_facts.h"
#include "probe.h"

/* Each decoded frame gets exactly one of these. */
enum decode_verdict {
    DECODE_REJECT_NOT_A_REPLY,   /* no ICMP error, and no answer to one of our probes */
    DECODE_REJECT_TRUNCATED,     /* quotes less than an IP header and eight bytes behind it */
    DECODE_REJECT_FOREIGN,       /* about a packet of another sender */
    DECODE_REJECT_FORGED,        /* has the form of a reply to us, but no correct tag */
    DECODE_REJECT_IP_CHECKSUM,   /* damaged on the way */
    DECODE_REJECT_ICMP_CHECKSUM, /* likewise */
    DECODE_REJECT_OUT_OF_SURVEY, /* our tags, but a target, TTL or flow that this survey does not probe */
    DECODE_REJECTIONS,
    DECODE_ACCEPTED = DECODE_REJECTIONS,
    DECODE_EXCESS, /* more answers than a probe can honestly get: decided by match, like OUT_OF_SURVEY */
    DECODE_VERDICTS,
};

struct tracked_probe;

struct reply {
    enum reply_kind kind;
    struct address responder;
    uint8_t reply_ttl;            /* or hop limit, from the reply's own IP header, as it arrived */
    uint8_t icmp_type, icmp_code; /* 0 if TCP answered */
    uint16_t next_hop_mtu;        /* with Fragmentation Needed or Packet Too Big: that of the link that is
                                     too narrow; 0: unknown */
    bool truncated;    /* the frame ends before the packet does, so the ICMP checksum could not be checked;
                         or, in IPv6, the quotation ends before the probe did */
    bool rewritten;    /* a middlebox changed the probe: its send time is unknown, unless `sent` has it */
    bool cut;          /* the quotation ends before the send time (PROBE_CUT) */
    bool target_lost;  /* and the quoted target is not that of the probe but the middlebox's
                         (PROBE_REWRITTEN) */
    bool solicited;    /* the reply that the probe asks for: an answer of the target, or Port Unreachable
                         for UDP */
    bool copied_ip_id; /* its IP ID is that of its probe `sent`: only known if the table of probes compares
                          them (tracked.h), and never in IPv6, which has none */
    struct quoted_probe quoted;
    struct tracked_probe *sent; /* the probe in its table (tracked.h); NULL: there is no table */
    struct label_stack labels;
    struct extension_objects objects;
    struct reply_facts facts;
};

/* reply_tells_time() returns whether the quotation itself contains the send time of its probe. */
static inline bool reply_tells_time(const struct reply *reply)
{
    return !reply->rewritten && !reply->cut;
}

/*
 * reply_decode_ethernet() decodes an Ethernet frame with up to two VLAN tags, reply_decode_ip() a packet from
 * its IP header on. A reply is an error about a probe of these layouts and their key, or the target's own
 * answer to one. In a family without a layout there are no replies. `out` is complete only with
 * DECODE_ACCEPTED. Neither returns DECODE_REJECT_OUT_OF_SURVEY, because only match knows what the survey
 * probes.
 */
enum decode_verdict reply_decode_ethernet(const struct layout_pair *pair, const uint8_t *frame, size_t length,
                                          struct reply *out);
enum decode_verdict reply_decode_ip(const struct layout_pair *pair, const uint8_t *ip, size_t length,
                                    struct reply *out);
