// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP probes over IPv6: every field is written here and read back here, in userspace and in BPF alike.
 *
 *   flow label            PRF20(key; source, target, protocol, flow)      T1
 *   UDP source port       1 | PRF15(likewise)                             T1
 *   UDP destination port  33434 + flow
 *   UDP checksum          PRF16(likewise), made true by the stamp         T1
 *   payload               the stamp of layout_ipv6.h, then the filler: 21 + hop limit bytes
 *
 * The fields that routers hash for load balancing depend on target and flow alone, and so does the checksum. In
 * a quotation that is cut to 48 bytes, T1 proves target and flow, and the length gives the hop limit.
 */
#pragma once

#include "layout_ipv6.h"

#define UDP6_PORT        PORT_TRACEROUTE                 /* the default port of flow 0 */
#define UDP6_EMPTY       (UDP_HEADER + STAMP_LENGTH - 1) /* the UDP length is this plus the hop limit */
#define UDP6_LENGTH(ttl) (IPV6_HEADER + UDP6_EMPTY + (ttl))
#define UDP6_LONGEST     UDP6_LENGTH(PROBE_MAX_TTL)
#define UDP6_CRAFTED     UDP6_LENGTH(1) /* the rest of the payload is the filler */

/* Flows are destination ports, whose number is limited. */
static inline unsigned udp6_max_flow(uint16_t port)
{
    return 0xffffU - port;
}

static inline void udp6_template_init(struct layout_template *t, struct siphash_key key,
                                      struct address source, uint16_t port)
{
    layout_template_ipv6(t, key, source, port, PROTOCOL_UDP);
}

static inline void udp6_prepare(const struct layout_template *t, uint8_t ip[UDP6_LONGEST])
{
    layout_prepare_ipv6(t, PROTOCOL_UDP, ip, UDP6_CRAFTED, UDP6_LONGEST);
}

/* Patches a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds). Returns the length
 * of the packet from its IP header on. The payload behind the stamp stays as it was prepared. */
static inline unsigned udp6_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                  uint8_t ip[UDP6_CRAFTED])
{
    uint8_t *udp = ip + IPV6_HEADER;
    uint64_t tag = ipv6_target_tag(t->target_tag_start, p->target_address, PROTOCOL_UDP, p->flow);
    const struct ipv6_stamp stamp = {now_us, ipv6_stamp_of(tag), p->flow, p->ttl};
    uint16_t length = (uint16_t)(UDP6_EMPTY + p->ttl);
    uint16_t source_port = LAYOUT_PORTS | ipv6_port_of(tag);
    uint16_t destination_port = (uint16_t)(t->port + p->flow), checksum = ipv6_checksum_of(tag);
    /* The length is summed twice: in the pseudo-header and in the UDP header. */
    uint32_t sum = t->transport_sum + ipv6_address_sum(p->target_address) + 2U * length + source_port +
                   destination_port + checksum + t->filler_sum[p->ttl];

    layout_patch_ipv6(ip, p->target_address, ipv6_label_of(tag), p->ttl, length);
    layout_write_udp(udp, source_port, destination_port, length, checksum);
    ipv6_stamp_write(udp + UDP_HEADER, &stamp, ipv6_probe_tag(t->key, &stamp, PROTOCOL_UDP), sum);
    return IPV6_HEADER + length;
}

/* Routers do not change the UDP length, unlike the payload length, which counts headers that they insert. */
static inline uint8_t udp6_hop_limit(const struct ipv6_reading *reading)
{
    uint8_t hop_limit = ipv6_hop_limit_of(reading->words[UDP_LENGTH / 2], UDP6_EMPTY);

    return hop_limit ? hop_limit : ipv6_hop_limit_of(reading->payload_length, UDP6_EMPTY);
}

/* Whether the fields that carry no information are as they were sent. */
static inline bool udp6_is_shaped(const struct ipv6_reading *reading)
{
    return reading->first_word >> 28 == 6 && reading->next_header == PROTOCOL_UDP &&
           reading->words[PORT_SOURCE / 2] & LAYOUT_PORTS &&
           reading->payload_length == reading->words[UDP_LENGTH / 2];
}

/* Whether two of the three fields with T1 are correct; a middlebox may have cleared the label. */
static inline bool udp6_target_is_right(const struct ipv6_reading *reading, uint64_t tag)
{
    return ipv6_has_label(reading, ipv6_label_of(tag)) +
               (reading->words[PORT_SOURCE / 2] == (LAYOUT_PORTS | ipv6_port_of(tag))) +
               (reading->words[UDP_CHECKSUM / 2] == ipv6_checksum_of(tag)) >=
           2;
}

/* For quotations without a correct stamp. */
static __attribute__((noinline, unused)) enum probe_origin
udp6_recover_changed(const struct siphash_key *key, uint16_t port, const struct ipv6_reading *reading,
                     struct quoted_probe *out)
{
    uint16_t flow = (uint16_t)(reading->words[PORT_DESTINATION / 2] - port);
    uint8_t hop_limit = udp6_hop_limit(reading);

    if (reading->words[PORT_DESTINATION / 2] < port || !hop_limit)
        return PROBE_FOREIGN;
    ipv6_fill(reading, flow, hop_limit, out);
    if (udp6_target_is_right(reading, ipv6_tag_of(key, reading, PROTOCOL_UDP, flow)))
        return reading->cut ? PROBE_CUT : PROBE_UNTIMED;
    return udp6_is_shaped(reading) ? PROBE_FORGED : PROBE_FOREIGN;
}

/*
 * Recovers a probe from a quotation and judges whose it is. Of unrelated probes, 2^-64 pass as rewritten (by
 * T2), 2^-96 as ours (by T2 and half of T1), and 2^-30 as untimed or cut (by two fields of T1).
 */
static inline enum probe_origin udp6_recover(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                             const uint8_t *udp, const uint8_t *end, struct quoted_probe *out)
{
    bool whole = HAS_BYTES(udp, UDP_HEADER + STAMP_LENGTH, end);
    struct ipv6_stamp stamp;

    if (__builtin_expect(whole && ipv6_stamp_is_right(key, PROTOCOL_UDP, udp + UDP_HEADER, &stamp), 1)) {
        out->quoted_ttl = ip[IPV6_HOP_LIMIT];
        return ipv6_judge_stamp(key, PROTOCOL_UDP, address_load(ip + IPV6_SOURCE),
                                address_load(ip + IPV6_DESTINATION), &stamp, out);
    }
    struct ipv6_reading reading = ipv6_read(ip, udp, !whole || ipv6_stamp_is_padding(udp + UDP_HEADER));
    return udp6_recover_changed(&key, port, &reading, out);
}
