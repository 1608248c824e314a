// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCP segments over IPv6 (RFC 9293), SYN or ACK: every field is written here and read back here, in userspace
 * and in BPF alike.
 *
 *   flow label        PRF20(key; source, target, protocol, destination port) + flow     T1
 *   source port       1 | PRF15(likewise) + flow                                        T1
 *   destination port  the survey's
 *   sequence number   [ two bits of T2 | hop limit - 1 6 | send time 24 ]
 *   acknowledgment    of ACK: the same as the sequence number
 *   window            3 | flow, hop limit - 1: again, since middleboxes change the others
 *   timestamp         T2, 32 bits (RFC 7323)
 *
 *   T2 = PRF34(key; flow, hop limit and time as in the sequence number, protocol)       probe tag T2
 *
 * The fields that routers hash for load balancing, addresses, label and ports, depend on target and flow alone.
 * There is no data and no stamp, because firewalls drop a SYN that carries data. The first eight bytes of the
 * TCP header carry everything, the flow in the source port, so that a quotation that is cut to 48 bytes has the
 * time, too. Only a whole quotation has the timestamp, which removes nearly all doubt.
 */
#pragma once

#include "layout_ipv6.h"
#include "layout_tcp.h"

#define TCP6_MAX_FLOW     255
#define TCP6_TIMESTAMP    (TCP_HEADER + TCP6_OPTION + TCP_OPTION_VALUE)
#define TCP6_WHOLE        (TCP_HEADER + TCP6_OPTION + 10)
#define TCP6_ACK_PORT     PORT_HTTP /* the default port */
#define TCP6_ACK_LONGEST  (IPV6_HEADER + TCP6_WHOLE)
#define TCP6_ACK_CRAFTED  TCP6_ACK_LONGEST
#define TCP6_SYN_PORT     PORT_HTTP
#define TCP6_SYN_LONGEST  (TCP6_ACK_LONGEST + TCP_MSS_BYTES)
#define TCP6_SYN_CRAFTED  TCP6_SYN_LONGEST
#define TCP6_MSS          (ETHERNET_MTU - IPV6_HEADER - TCP_HEADER)
#define TCP6_OPTION       2      /* the offset of the timestamps, after the padding */
#define TCP6_PADDING      0x0101 /* No-Operation, twice: the timestamps are whole words */
#define TCP6_TIMESTAMPS   0x080a /* kind and length */
#define TCP6_LEAST_WINDOW 0xc000
#define TCP6_STAMP_MASK   0x3fffffffU /* hop limit and time, in the sequence number */

static inline unsigned tcp6_syn_max_flow(uint16_t port)
{
    (void)port;
    return TCP6_MAX_FLOW;
}

static inline unsigned tcp6_ack_max_flow(uint16_t port)
{
    return tcp6_syn_max_flow(port);
}

/* T2. Its upper two bits are in the sequence number, its lower half is the timestamp. */
static inline __attribute__((always_inline)) uint64_t tcp6_probe_tag(struct siphash_key key, uint32_t stamp,
                                                                     uint8_t flow)
{
    uint64_t tail = stamp | (uint64_t)flow << 32 | (uint64_t)PROTOCOL_TCP << 40;

    return siphash_finish(siphash_start(key), tail, 6);
}

static inline void tcp6_template_init(struct layout_template *t, struct siphash_key key,
                                      struct address source, uint16_t port, uint8_t flags, uint16_t length)
{
    layout_template_ipv6(t, key, source, port, PROTOCOL_TCP);
    t->transport_sum +=
        tcp_constant_sum(port, flags, (uint16_t)(length - IPV6_HEADER)) + TCP6_PADDING + TCP6_TIMESTAMPS;
}

static inline void tcp6_syn_template_init(struct layout_template *t, struct siphash_key key,
                                          struct address source, uint16_t port)
{
    tcp6_template_init(t, key, source, port, TCP_SYN, TCP6_SYN_LONGEST);
    t->transport_sum += TCP_MSS_OPTION + TCP6_MSS;
}

static inline void tcp6_ack_template_init(struct layout_template *t, struct siphash_key key,
                                          struct address source, uint16_t port)
{
    tcp6_template_init(t, key, source, port, TCP_ACK, TCP6_ACK_LONGEST);
}

static inline void tcp6_prepare(const struct layout_template *t, uint8_t flags, uint16_t length, uint8_t *ip)
{
    uint8_t *tcp = ip + IPV6_HEADER;

    layout_prepare_ipv6(t, PROTOCOL_TCP, ip, length, length);
    tcp_write_constant(tcp, t->port, flags, (uint16_t)(length - IPV6_HEADER));
    store_be16(tcp + TCP_HEADER, TCP6_PADDING);
    store_be16(tcp + TCP_HEADER + TCP6_OPTION, TCP6_TIMESTAMPS);
}

static inline void tcp6_syn_prepare(const struct layout_template *t, uint8_t ip[TCP6_SYN_LONGEST])
{
    tcp6_prepare(t, TCP_SYN, TCP6_SYN_LONGEST, ip);
    tcp_write_mss(ip + TCP6_ACK_LONGEST, TCP6_MSS);
}

static inline void tcp6_ack_prepare(const struct layout_template *t, uint8_t ip[TCP6_ACK_LONGEST])
{
    tcp6_prepare(t, TCP_ACK, TCP6_ACK_LONGEST, ip);
}

/* Patches what SYN and ACK have in common, except the checksum. Returns the sum so far. */
static inline __attribute__((always_inline)) uint32_t tcp6_patch(const struct layout_template *t,
                                                                 const struct probe *p, uint32_t now_us,
                                                                 uint16_t length, uint8_t *ip,
                                                                 uint32_t *sequence)
{
    uint8_t *tcp = ip + IPV6_HEADER;
    uint64_t tag = ipv6_target_tag(t->target_tag_start, p->target_address, PROTOCOL_TCP, t->port);
    uint32_t stamp = (uint32_t)(p->ttl - 1) << PROBE_TIME_BITS | (now_us & PROBE_TIME_MASK);
    uint64_t probe_tag = tcp6_probe_tag(t->key, stamp, (uint8_t)p->flow);
    uint16_t source_port = (uint16_t)(LAYOUT_PORTS | (ipv6_port_of(tag) + p->flow));
    uint16_t window = (uint16_t)(TCP6_LEAST_WINDOW | p->flow << 6 | (p->ttl - 1));

    *sequence = (uint32_t)(probe_tag >> 62 << 30) | stamp;
    layout_patch_ipv6(ip, p->target_address, (ipv6_label_of(tag) + p->flow) & IPV6_FLOW_LABEL, p->ttl,
                      length - IPV6_HEADER);
    store_be16(tcp + PORT_SOURCE, source_port);
    store_be32(tcp + TCP_SEQUENCE, *sequence);
    store_be16(tcp + TCP_WINDOW, window);
    store_be32(tcp + TCP6_TIMESTAMP, (uint32_t)probe_tag);
    return t->transport_sum + ipv6_address_sum(p->target_address) + source_port + checksum_u32(*sequence) +
           window + checksum_u32((uint32_t)probe_tag);
}

/*
 * Both patch a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds; only 24 bits are
 * used). They return the length of the packet from its IP header on.
 */
static inline unsigned tcp6_syn_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                      uint8_t ip[TCP6_SYN_LONGEST])
{
    uint32_t sequence, sum = tcp6_patch(t, p, now_us, TCP6_SYN_LONGEST, ip, &sequence);

    store_be16(ip + IPV6_HEADER + TCP_CHECKSUM, checksum_finish(sum));
    return TCP6_SYN_LONGEST;
}

static inline unsigned tcp6_ack_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                      uint8_t ip[TCP6_ACK_LONGEST])
{
    uint32_t sequence, sum = tcp6_patch(t, p, now_us, TCP6_ACK_LONGEST, ip, &sequence);

    store_be32(ip + IPV6_HEADER + TCP_ACKNOWLEDGMENT, sequence);
    store_be16(ip + IPV6_HEADER + TCP_CHECKSUM, checksum_finish(sum + checksum_u32(sequence)));
    return TCP6_ACK_LONGEST;
}

/* The values in a quotation of the fields that the tags cover. */
struct tcp6_reading {
    struct ipv6_reading ip;
    uint32_t sequence, timestamp;
    uint8_t flow, hop_limit; /* from the window, which a cut quotation does not have */
};

static inline uint8_t tcp6_hop_limit(uint32_t sequence)
{
    return (uint8_t)((sequence >> PROBE_TIME_BITS & 0x3f) + 1);
}

/* A window that no probe has is padding (RFC 4884, section 5.3), or of another packet. */
static inline bool tcp6_is_whole(const uint8_t *tcp, const uint8_t *end)
{
    return HAS_BYTES(tcp, TCP6_WHOLE, end) && load_be16(tcp + TCP_WINDOW) >= TCP6_LEAST_WINDOW;
}

static inline __attribute__((always_inline)) struct tcp6_reading tcp6_read(const uint8_t *ip,
                                                                           const uint8_t *tcp, bool whole)
{
    struct tcp6_reading reading = {.ip = ipv6_read(ip, tcp, !whole),
                                   .sequence = load_be32(tcp + TCP_SEQUENCE)};

    if (whole) {
        uint16_t window = load_be16(tcp + TCP_WINDOW);

        reading.timestamp = load_be32(tcp + TCP6_TIMESTAMP);
        reading.flow = (uint8_t)(window >> 6);
        reading.hop_limit = (window & 0x3f) + 1;
    }
    return reading;
}

/* Whether T2 is correct for a flow: the part in the sequence number, and all of it. */
static inline bool tcp6_sequence_is_right(uint32_t sequence, uint64_t tag)
{
    return sequence >> 30 == tag >> 62;
}

static inline bool tcp6_probe_is_right(const struct tcp6_reading *reading, uint64_t tag)
{
    return tcp6_sequence_is_right(reading->sequence, tag) && reading->timestamp == (uint32_t)tag;
}

/* The flows that follow from port and label. Wrong ports and labels give one of 32,768 and one of 2^20 numbers,
 * of which 256 are flows. */
static inline uint16_t tcp6_port_flow(const struct ipv6_reading *reading, uint64_t tag)
{
    return (uint16_t)(reading->words[PORT_SOURCE / 2] - ipv6_port_of(tag)) & 0x7fff;
}

static inline uint32_t tcp6_label_flow(const struct ipv6_reading *reading, uint64_t tag)
{
    return (reading->first_word - ipv6_label_of(tag)) & IPV6_FLOW_LABEL;
}

static inline void tcp6_fill(const struct tcp6_reading *reading, uint8_t flow, uint8_t hop_limit,
                             struct quoted_probe *out)
{
    ipv6_fill(&reading->ip, flow, hop_limit, out);
    out->sent_at = reading->sequence & PROBE_TIME_MASK;
}

/* Whether the fields that carry no information are as they were sent. */
static inline bool tcp6_is_shaped(const struct ipv6_reading *reading, uint16_t port)
{
    return reading->first_word >> 28 == 6 && reading->next_header == PROTOCOL_TCP &&
           reading->words[PORT_SOURCE / 2] & LAYOUT_PORTS && reading->words[PORT_DESTINATION / 2] == port;
}

static __attribute__((noinline, unused)) uint64_t tcp6_probe_tag_of(const struct siphash_key *key,
                                                                    uint32_t sequence, uint8_t flow)
{
    return tcp6_probe_tag(*key, sequence & TCP6_STAMP_MASK, flow);
}

/* For quotations without a window, or whose T2 is wrong with the flow in it: uses the flow in port and label. */
static __attribute__((noinline, unused)) enum probe_origin
tcp6_recover_changed(const struct siphash_key *key, uint16_t port, const struct tcp6_reading *reading,
                     struct quoted_probe *out)
{
    const struct ipv6_reading *ip = &reading->ip;
    uint64_t tag = ipv6_tag_of(key, ip, PROTOCOL_TCP, ip->words[PORT_DESTINATION / 2]);
    uint16_t flow = tcp6_port_flow(ip, tag);
    uint64_t probe_tag = tcp6_probe_tag_of(key, reading->sequence, (uint8_t)flow);

    if (flow == tcp6_label_flow(ip, tag) && flow <= TCP6_MAX_FLOW) {
        tcp6_fill(reading, (uint8_t)flow, tcp6_hop_limit(reading->sequence), out);
        if (ip->cut ? tcp6_sequence_is_right(reading->sequence, probe_tag)
                    : tcp6_probe_is_right(reading, probe_tag))
            return PROBE_OURS;
        if (!ip->cut && flow == reading->flow) {
            tcp6_fill(reading, (uint8_t)flow, reading->hop_limit, out);
            return PROBE_UNTIMED;
        }
    }
    return tcp6_is_shaped(ip, port) ? PROBE_FORGED : PROBE_FOREIGN;
}

/*
 * Recovers a probe from a quotation and judges whose it is. Of unrelated whole quotations, 2^-34 pass as
 * rewritten, by T2; 2^-48 as ours, by T2 and a port or label with the flow of the window; 2^-35 as untimed,
 * with any sequence number, by the same flow in all three. Of cut quotations 2^-29 pass as ours: by the same
 * flow in port and label, and two bits of T2.
 */
static inline __attribute__((always_inline)) enum probe_origin
tcp6_recover(struct siphash_key key, uint16_t port, const uint8_t *ip, const uint8_t *tcp, const uint8_t *end,
             struct quoted_probe *out)
{
    struct tcp6_reading reading = tcp6_read(ip, tcp, tcp6_is_whole(tcp, end));
    uint64_t probe_tag = tcp6_probe_tag(key, reading.sequence & TCP6_STAMP_MASK, reading.flow);

    if (__builtin_expect(reading.ip.cut || !tcp6_probe_is_right(&reading, probe_tag), 0))
        return tcp6_recover_changed(&key, port, &reading, out);

    uint64_t tag = ipv6_target_tag(ipv6_tag_start(key, reading.ip.source), reading.ip.target, PROTOCOL_TCP,
                                   reading.ip.words[PORT_DESTINATION / 2]);
    tcp6_fill(&reading, reading.flow, tcp6_hop_limit(reading.sequence), out);
    return tcp6_port_flow(&reading.ip, tag) == reading.flow ||
                   tcp6_label_flow(&reading.ip, tag) == reading.flow
               ? PROBE_OURS
               : PROBE_REWRITTEN;
}

static inline enum probe_origin tcp6_syn_recover(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                                 const uint8_t *tcp, const uint8_t *end,
                                                 struct quoted_probe *out)
{
    return tcp6_recover(key, port, ip, tcp, end, out);
}

static inline enum probe_origin tcp6_ack_recover(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                                 const uint8_t *tcp, const uint8_t *end,
                                                 struct quoted_probe *out)
{
    return tcp6_recover(key, port, ip, tcp, end, out);
}

/* Judges an answer that returns the sequence number of a probe. It is read as the probe, which went between the
 * same addresses and ports in the other direction. The target is the sender of the answer. */
static __attribute__((noinline, unused)) enum probe_origin tcp6_judge_answer(const struct siphash_key *key,
                                                                             struct ipv6_reading *answer,
                                                                             uint32_t sequence,
                                                                             struct quoted_probe *out)
{
    struct tcp6_reading reading = {.ip = *answer, .sequence = sequence};

    reading.ip.source = answer->target;
    reading.ip.target = answer->source;
    reading.ip.words[PORT_SOURCE / 2] = answer->words[PORT_DESTINATION / 2];
    reading.ip.hop_limit = 0;

    uint64_t tag = ipv6_tag_of(key, &reading.ip, PROTOCOL_TCP, answer->words[PORT_SOURCE / 2]);
    uint16_t flow = tcp6_port_flow(&reading.ip, tag);
    tcp6_fill(&reading, (uint8_t)flow, tcp6_hop_limit(sequence), out);
    return flow <= TCP6_MAX_FLOW &&
                   tcp6_sequence_is_right(sequence, tcp6_probe_tag_of(key, sequence, (uint8_t)flow))
               ? PROBE_OURS
               : PROBE_FORGED;
}

/*
 * Recognizes the answer to a SYN, which acknowledges its sequence number plus one. Of unrelated answers 2^-9
 * pass as ours: a source port that is one of 256 flows, and two bits of T2. Flows and hop limits that the
 * survey does not have are refused later.
 */
static inline enum probe_origin tcp6_syn_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                                const uint8_t *tcp, const uint8_t *end,
                                                struct quoted_probe *out, enum reply_kind *kind)
{
    if (!tcp_is_to_us(port, tcp, end) || !tcp_answers_syn(tcp, kind))
        return PROBE_FOREIGN;

    struct ipv6_reading answer = ipv6_read(ip, tcp, false);
    return tcp6_judge_answer(&key, &answer, load_be32(tcp + TCP_ACKNOWLEDGMENT) - 1, out);
}

/* Recognizes the answer to an ACK. Of unrelated ones the same share passes as of answers to a SYN. */
static inline enum probe_origin tcp6_ack_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                                const uint8_t *tcp, const uint8_t *end,
                                                struct quoted_probe *out, enum reply_kind *kind)
{
    if (!tcp_is_to_us(port, tcp, end) || !tcp_answers_ack(tcp, kind))
        return PROBE_FOREIGN;

    struct ipv6_reading answer = ipv6_read(ip, tcp, false);
    return tcp6_judge_answer(&key, &answer, load_be32(tcp + TCP_SEQUENCE), out);
}
