// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all layouts of probes share. A layout defines which fields of a probe, for one protocol and family,
 * carry what must be recovered from its reply: target, TTL, flow and send time, and the proof that the probe
 * was ours (docs/wire-format.md). It is one header, layout_NAME.h, used by userspace and BPF, and one line of
 * the table in layouts.h. The header defines NAME_CRAFTED and NAME_LONGEST (below), NAME_PORT, the default port
 * (0 if the protocol has no ports), and these functions, all static inline. Nothing else is required.
 *
 *   unsigned NAME_max_flow(uint16_t port)
 *       returns the highest flow that a probe can carry.
 *
 *   void NAME_template_init(struct layout_template *t, struct siphash_key key, struct address source,
 *                           uint16_t port)
 *       computes, once, what all probes of a survey from this source have in common.
 *
 *   void NAME_prepare(const struct layout_template *t, uint8_t *ip)
 *       writes the fields that no probe changes, and zeros over the rest of NAME_LONGEST bytes, but for the
 *       filler behind NAME_CRAFTED.
 *
 *   unsigned NAME_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us, uint8_t *ip)
 *       patches a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds, of which
 *       PROBE_TIME_BITS travel; it may send a time 1 µs later than that). It writes within NAME_CRAFTED
 *       bytes, whatever an earlier probe left there. Returns the packet's length from its IP header on, at
 *       most NAME_LONGEST: what is between stays as it was prepared, and `filler_sum` of the TTL goes into
 *       the transport's checksum, where a probe with TTL n is NAME_CRAFTED + n - 1 bytes long.
 *
 *   enum probe_origin NAME_recover(struct siphash_key key, uint16_t port, const uint8_t *ip,
 *                                  const uint8_t *transport, const uint8_t *end, struct quoted_probe *out)
 *       reads a probe back from a quotation and judges whose it is. At `ip` are an IP header's fixed bytes,
 *       at `transport` QUOTED_MIN bytes of what is behind that header and its options or extension headers;
 *       everything behind them is compared with `end` first (HAS_BYTES). Nothing in them is as it was sent
 *       unless that is looked at. `out` is complete unless the probe is PROBE_FOREIGN or PROBE_FORGED, but
 *       for the time unless it is PROBE_OURS.
 *
 *   enum probe_origin NAME_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
 *                                 const uint8_t *transport, const uint8_t *end, struct quoted_probe *out,
 *                                 enum reply_kind *kind)
 *       recognizes what the target itself answers, which quotes nothing: an Echo Reply, a SYN-ACK, a RST.
 *       The packet has the layout's protocol and is no later fragment; QUOTED_MIN bytes are at `transport`,
 *       everything behind them is compared with `end` first (HAS_BYTES). PROBE_FOREIGN is what is not shaped
 *       like an answer to us, PROBE_FORGED what is and has no right tag: the kernel gets both. In `out` the
 *       target is the one that answers, `quoted_ttl` is 0. Where the protocol knows no such answer, its line
 *       has layout_no_answer.
 *
 * `port` is the survey's: UDP's destination port of flow 0, TCP's of every flow, 0 elsewhere.
 *
 * What routers hash to choose among equal paths must depend on target and flow alone.
 */
#pragma once

#include <stdbool.h>

#include "address.h"
#include "bytes.h"
#include "checksum.h"
#include "ip_header.h"
#include "probe.h"
#include "protocol.h"
#include "siphash.h"

#define LAYOUT_TAGS   2 /* version of the tags, in metadata; without it: packet/old_tags.h */
#define LAYOUT_FILLER (PROBE_MAX_TTL - 1)
#define LAYOUT_PORTS  0x8000 /* set in all source ports: few programs use these ports */

/* What all probes of a survey from one source have in common; the same struct for every layout. */
struct layout_template {
    struct siphash_key key;
    struct siphash_state target_tag_start; /* with the source absorbed, and over IPv4 the protocol */
    struct address source;
    uint32_t source_sum;
    uint32_t ip_sum;        /* of the IPv4 header's constant words: version, protocol, source */
    uint32_t transport_sum; /* of the constant words that the transport's checksum covers */
    uint16_t port;
    uint16_t key_tag;                       /* derived from the key alone; used by some layouts */
    uint8_t filler[LAYOUT_FILLER];          /* follows the crafted bytes, up to the length of the probe */
    uint16_t filler_sum[PROBE_MAX_TTL + 1]; /* the sum of its words in a probe, by TTL */
};

/* layout_fill() sets the filler of probes to `text`, followed by zeros. `crafted` is the number of bytes before
 * it. */
static inline void layout_fill(struct layout_template *t, unsigned crafted, const char *text)
{
    uint32_t sum = 0;

    t->filler_sum[0] = 0;
    for (unsigned i = 0; i < LAYOUT_FILLER; i++) {
        t->filler_sum[i + 1] = checksum_fold(sum);
        t->filler[i] = (uint8_t)*text;
        text += *text != 0;
        sum += (crafted + i) % 2 ? t->filler[i] : (uint32_t)t->filler[i] << 8;
    }
    t->filler_sum[PROBE_MAX_TTL] = checksum_fold(sum);
}

/* layout_target_tag_start() returns the state of the target tag's hash before the target is absorbed. */
static inline struct siphash_state layout_target_tag_start(struct siphash_key key, uint32_t source,
                                                           uint8_t protocol)
{
    struct siphash_state state = siphash_start(key);

    siphash_absorb(&state, source | (uint64_t)protocol << 32);
    return state;
}

/* layout_target_word() returns a hash of 16 bits of source, protocol, target, and flow or port.
 * layout_target_tag() returns 15 bits of it: the target tag. */
static inline __attribute__((always_inline)) uint16_t layout_target_word(struct siphash_state start,
                                                                         uint32_t target, uint16_t more)
{
    return (uint16_t)siphash_finish(start, target | (uint64_t)more << 32, 14);
}

static inline __attribute__((always_inline)) uint16_t layout_target_tag(struct siphash_state start,
                                                                        uint32_t target, uint16_t more)
{
    return layout_target_word(start, target, more) & 0x7fff;
}

/* layout_template_ipv4() fills in all fields except `key_tag`. It sets `transport_sum` to the constant part of
 * the pseudo-header (RFC 768, RFC 9293, section 3.1). */
static inline void layout_template_ipv4(struct layout_template *t, struct siphash_key key,
                                        struct address source, uint16_t port, uint8_t protocol)
{
    t->key = key;
    t->source = source;
    t->target_tag_start = layout_target_tag_start(key, address_ipv4(source), protocol);
    t->source_sum = checksum_u32(address_ipv4(source));
    t->ip_sum = (IPV4_FIRST_BYTE << 8) + protocol + t->source_sum;
    t->transport_sum = protocol + t->source_sum;
    t->port = port;
    layout_fill(t, 0, "");
}

/* layout_prepare_filler() writes the filler and clears the bytes before it. */
static inline void layout_prepare_filler(const struct layout_template *t, uint8_t *ip, unsigned crafted,
                                         unsigned longest)
{
    for (unsigned i = 0; i < longest; i++)
        ip[i] = i < crafted ? 0 : t->filler[i - crafted];
}

/* layout_prepare_ipv4() writes the fields of the IPv4 header that no probe changes, and the filler.
 * DF stays clear: middleboxes may zero the ID of a datagram that cannot be fragmented (RFC 6864, section
 * 4.1), and the ID carries a tag. */
static inline void layout_prepare_ipv4(const struct layout_template *t, uint8_t protocol, uint8_t *ip,
                                       unsigned crafted, unsigned longest)
{
    layout_prepare_filler(t, ip, crafted, longest);
    ip[0] = IPV4_FIRST_BYTE;
    ip[IPV4_PROTOCOL] = protocol;
    store_be32(ip + IPV4_SOURCE, address_ipv4(t->source));
}

/* layout_patch_ipv4() writes the fields of the IPv4 header that each probe changes. */
static inline __attribute__((always_inline)) void layout_patch_ipv4(const struct layout_template *t,
                                                                    uint8_t *ip, uint32_t target,
                                                                    uint32_t target_sum, uint8_t ttl,
                                                                    uint16_t total_length, uint16_t id)
{
    store_be16(ip + IPV4_TOTAL_LENGTH, total_length);
    store_be16(ip + IPV4_ID, id);
    ip[IPV4_TTL] = ttl;
    store_be16(ip + IPV4_CHECKSUM,
               checksum_finish(t->ip_sum + target_sum + total_length + id + ((uint32_t)ttl << 8)));
    store_be32(ip + IPV4_DESTINATION, target);
}

/* layout_write_udp() writes a UDP header. */
static inline __attribute__((always_inline)) void layout_write_udp(uint8_t *udp, uint16_t source_port,
                                                                   uint16_t destination_port, uint16_t length,
                                                                   uint16_t checksum)
{
    store_be16(udp + PORT_SOURCE, source_port);
    store_be16(udp + PORT_DESTINATION, destination_port);
    store_be16(udp + UDP_LENGTH, length);
    store_be16(udp + UDP_CHECKSUM, checksum);
}

static inline enum probe_origin layout_no_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                                 const uint8_t *transport, const uint8_t *end,
                                                 struct quoted_probe *out, enum reply_kind *kind)
{
    (void)key, (void)port, (void)ip, (void)transport, (void)end, (void)out, (void)kind;
    return PROBE_FOREIGN;
}
