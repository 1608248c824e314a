// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a received frame to what it says about a probe. Stateless: the quotation alone is enough.
 *
 * The XDP filter has seen the frame before, but nothing it promised is relied on here: captures and other
 * sources of replies come this way too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/icmp_extension.h"
#include "packet/layout.h"
#include "packet/reply_facts.h"
#include "probe.h"

/* Each frame decoded ends in exactly one of these. */
enum decode_verdict {
    DECODE_REJECT_NOT_A_REPLY,   /* no ICMP error, and no answer to us */
    DECODE_REJECT_TRUNCATED,     /* quotes less than an IP header and eight bytes behind it */
    DECODE_REJECT_FOREIGN,       /* about somebody else's packet */
    DECODE_REJECT_FORGED,        /* shaped like a reply to us, with no right tag */
    DECODE_REJECT_IP_CHECKSUM,   /* damaged on the way */
    DECODE_REJECT_ICMP_CHECKSUM, /* likewise */
    DECODE_REJECT_OUT_OF_SURVEY, /* our tags, yet a target, TTL or flow that this survey does not probe */
    DECODE_REJECTIONS,
    DECODE_ACCEPTED = DECODE_REJECTIONS,
    DECODE_EXCESS, /* one of more answers than a probe can honestly get: match's, like OUT_OF_SURVEY */
    DECODE_VERDICTS,
};

struct tracked_probe;

struct reply {
    enum reply_kind kind;
    struct address responder;
    uint8_t reply_ttl;            /* or hop limit, of the reply's own IP header, as it arrived */
    uint8_t icmp_type, icmp_code; /* 0 where TCP answered */
    uint16_t next_hop_mtu;        /* with Fragmentation Needed or Packet Too Big, of the link that is too
                                   * narrow; 0: not told */
    bool truncated;   /* the frame ends before the packet does: the ICMP checksum could not be checked; or, of
                       * IPv6, the quotation before the probe did */
    bool rewritten;   /* a middlebox changed the probe: when it was sent is not known, unless `sent` tells */
    bool cut;         /* the quotation ends before the send time (PROBE_CUT) */
    bool target_lost; /* and its quoted target is what the middlebox made of it (PROBE_REWRITTEN) */
    bool solicited;   /* what its probe asked for: an answer of the target, or to UDP Port Unreachable */
    bool copied_ip_id; /* its IP ID is that of its probe, which `sent` is: told where a table
                        * of probes compares them (tracked.h), and never of IPv6, which has none */
    struct quoted_probe quoted;
    struct tracked_probe *sent; /* the probe in the table it is kept in (tracked.h); NULL: in none */
    struct label_stack labels;
    struct extension_objects objects;
    struct reply_facts facts;
};

/* reply_tells_time() says whether the quotation itself tells when its probe was sent. */
static inline bool reply_tells_time(const struct reply *reply)
{
    return !reply->rewritten && !reply->cut;
}

/*
 * reply_decode_ethernet() decodes an Ethernet frame with up to two VLAN tags; reply_decode_ip() a packet from
 * its IP header on: an error about a probe of these layouts and their key, or the target's own answer to one.
 * Of a family without a layout nothing is a reply. `out` is complete only with DECODE_ACCEPTED. Neither judges what only a survey knows
 * (DECODE_REJECT_OUT_OF_SURVEY is match's).
 */
enum decode_verdict reply_decode_ethernet(const struct layout_pair *pair, const uint8_t *frame, size_t length,
                                          struct reply *out);
enum decode_verdict reply_decode_ip(const struct layout_pair *pair, const uint8_t *ip, size_t length,
                                    struct reply *out);
