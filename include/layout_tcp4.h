// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCP segments over IPv4 (RFC 9293), SYN or ACK: every field is written here and read back here, in userspace
 * and in BPF alike.
 *
 *   source port       1 | PRF15(key; source, protocol, target, destination port) + flow        target tag T1
 *   destination port  the survey's
 *   IP ID             [ flow 8 | TTL - 1 6 ] xor PRF14(key), two bits of T2
 *   sequence number   [ two bits of T2 | TTL - 1 6 | send time 24 ]
 *   acknowledgment    of ACK: the same as the sequence number
 *
 *   T2 = PRF4(key; TTL and time as in the sequence number, flow and TTL as in the ID)          probe tag T2
 *
 * The fields that routers hash for load balancing, addresses and ports, depend on target and flow alone. A
 * probe carries flow and TTL twice, because NATs change ports and firewalls change sequence numbers. A
 * quotation of 28 bytes is enough to recover everything. An answer to a segment returns its port and a 32-bit
 * number, from which time, TTL and flow follow. docs/wire-format.md gives the reasons.
 */
#pragma once

#include "layout.h"
#include "layout_tcp.h"

#define TCP4_MAX_FLOW    255
#define TCP4_ACK_PORT    PORT_HTTP /* the default port */
#define TCP4_ACK_LONGEST (IPV4_HEADER + TCP_HEADER)
#define TCP4_ACK_CRAFTED TCP4_ACK_LONGEST
#define TCP4_SYN_PORT    PORT_HTTP
#define TCP4_SYN_LONGEST (TCP4_ACK_LONGEST + TCP_MSS_BYTES)
#define TCP4_SYN_CRAFTED TCP4_SYN_LONGEST
#define TCP4_WINDOW_SIZE 0xffff
#define TCP4_MSS         (ETHERNET_MTU - IPV4_HEADER - TCP_HEADER)

#define TCP4_STAMP_MASK 0x3fffffffU /* TTL and time, in the sequence number */
#define TCP4_COPY_MASK  0xfffc      /* flow and TTL, in the ID */

static inline unsigned tcp4_syn_max_flow(uint16_t port)
{
    (void)port;
    return TCP4_MAX_FLOW;
}

static inline unsigned tcp4_ack_max_flow(uint16_t port)
{
    return tcp4_syn_max_flow(port);
}

/* Hides flow and TTL in the ID from attackers who do not see probes; routers on the way can compute it. */
static inline uint16_t tcp4_key_tag(struct siphash_key key)
{
    return (uint16_t)siphash_finish(siphash_start(key), PROTOCOL_TCP, 1) & TCP4_COPY_MASK;
}

static inline uint16_t tcp4_copy(uint16_t key_tag, uint8_t flow, uint8_t ttl)
{
    return (uint16_t)(flow << 8 | (ttl - 1) << 2) ^ key_tag;
}

/* Four bits: two for the sequence number, two for the ID. Some network stacks on the way replace an ID of 0, so
 * 1 is used instead. */
static inline __attribute__((always_inline)) uint8_t tcp4_probe_tag(struct siphash_key key, uint32_t stamp,
                                                                    uint16_t copy)
{
    uint64_t tail = stamp | (uint64_t)copy << 30 | (uint64_t)PROTOCOL_TCP << 48;
    uint8_t tag = (uint8_t)siphash_finish(siphash_start(key), tail, 7) & 0xf;

    return copy | (tag & 3) ? tag : tag | 1;
}

static inline void tcp4_template_init(struct layout_template *t, struct siphash_key key,
                                      struct address source, uint16_t port, uint8_t flags, uint16_t length)
{
    layout_template_ipv4(t, key, source, port, PROTOCOL_TCP);
    t->transport_sum += tcp_constant_sum(port, flags, (uint16_t)(length - IPV4_HEADER)) + TCP4_WINDOW_SIZE;
    t->key_tag = tcp4_key_tag(key);
}

static inline void tcp4_syn_template_init(struct layout_template *t, struct siphash_key key,
                                          struct address source, uint16_t port)
{
    tcp4_template_init(t, key, source, port, TCP_SYN, TCP4_SYN_LONGEST);
    t->transport_sum += TCP_MSS_OPTION + TCP4_MSS;
}

static inline void tcp4_ack_template_init(struct layout_template *t, struct siphash_key key,
                                          struct address source, uint16_t port)
{
    tcp4_template_init(t, key, source, port, TCP_ACK, TCP4_ACK_LONGEST);
}

static inline void tcp4_prepare(const struct layout_template *t, uint8_t flags, uint16_t length, uint8_t *ip)
{
    uint8_t *tcp = ip + IPV4_HEADER;

    layout_prepare_ipv4(t, PROTOCOL_TCP, ip, length, length);
    tcp_write_constant(tcp, t->port, flags, (uint16_t)(length - IPV4_HEADER));
    store_be16(tcp + TCP_WINDOW, TCP4_WINDOW_SIZE);
}

static inline void tcp4_syn_prepare(const struct layout_template *t, uint8_t ip[TCP4_SYN_LONGEST])
{
    tcp4_prepare(t, TCP_SYN, TCP4_SYN_LONGEST, ip);
    tcp_write_mss(ip + TCP4_ACK_LONGEST, TCP4_MSS);
}

static inline void tcp4_ack_prepare(const struct layout_template *t, uint8_t ip[TCP4_ACK_LONGEST])
{
    tcp4_prepare(t, TCP_ACK, TCP4_ACK_LONGEST, ip);
}

/* Writes what SYN and ACK with either stamp have in common, except the checksum. Returns the sum so far. */
static inline __attribute__((always_inline)) uint32_t tcp4_write(const struct layout_template *t,
                                                                 const struct probe *p, uint16_t length,
                                                                 uint16_t id, uint32_t sequence, uint8_t *ip)
{
    uint32_t target = address_ipv4(p->target_address), target_sum = checksum_u32(target);
    uint16_t flow_port = (uint16_t)(layout_target_tag(t->target_tag_start, target, t->port) + p->flow);
    uint16_t source_port = (uint16_t)(LAYOUT_PORTS | flow_port);

    layout_patch_ipv4(t, ip, target, target_sum, p->ttl, length, id);
    store_be16(ip + IPV4_HEADER, source_port);
    store_be32(ip + IPV4_HEADER + TCP_SEQUENCE, sequence);
    return t->transport_sum + target_sum + source_port + checksum_u32(sequence);
}

static inline __attribute__((always_inline)) uint32_t tcp4_patch(const struct layout_template *t,
                                                                 const struct probe *p, uint32_t now_us,
                                                                 uint16_t length, uint8_t *ip,
                                                                 uint32_t *sequence)
{
    uint32_t stamp = (uint32_t)(p->ttl - 1) << PROBE_TIME_BITS | (now_us & PROBE_TIME_MASK);
    uint16_t copy = tcp4_copy(t->key_tag, (uint8_t)p->flow, p->ttl);
    uint8_t tag = tcp4_probe_tag(t->key, stamp, copy);

    *sequence = (uint32_t)(tag >> 2) << 30 | stamp;
    return tcp4_write(t, p, length, copy | (tag & 3), *sequence, ip);
}

/*
 * Both patch a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds; only 24 bits are
 * used). They return the length of the packet from its IP header on.
 */
static inline unsigned tcp4_syn_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                      uint8_t ip[TCP4_SYN_LONGEST])
{
    uint32_t sequence, sum = tcp4_patch(t, p, now_us, TCP4_SYN_LONGEST, ip, &sequence);

    store_be16(ip + IPV4_HEADER + TCP_CHECKSUM, checksum_finish(sum));
    return TCP4_SYN_LONGEST;
}

static inline unsigned tcp4_ack_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                      uint8_t ip[TCP4_ACK_LONGEST])
{
    uint32_t sequence, sum = tcp4_patch(t, p, now_us, TCP4_ACK_LONGEST, ip, &sequence);

    store_be32(ip + IPV4_HEADER + TCP_ACKNOWLEDGMENT, sequence);
    store_be16(ip + IPV4_HEADER + TCP_CHECKSUM, checksum_finish(sum + checksum_u32(sequence)));
    return TCP4_ACK_LONGEST;
}

/* The values in a quotation of the fields that the tags cover. */
struct tcp4_reading {
    uint32_t source, destination;
    uint32_t sequence;
    uint16_t id;
    uint16_t port_flow; /* the flow in the source port if T1 is correct, else usually more than any flow */
    uint8_t id_flow, id_ttl;
    uint8_t ttl; /* that in the sequence number */
};

static inline uint8_t tcp4_ttl(uint32_t sequence)
{
    return (uint8_t)((sequence >> PROBE_TIME_BITS & 0x3f) + 1);
}

/* The number that, added to the tag, gives `port`: for a wrong port one of 32,768, of which 256 are flows. */
static inline __attribute__((always_inline)) uint16_t tcp4_port_flow(struct siphash_key key, uint32_t source,
                                                                     uint32_t target,
                                                                     uint16_t destination_port, uint16_t port)
{
    struct siphash_state start = layout_target_tag_start(key, source, PROTOCOL_TCP);

    return (uint16_t)(port - layout_target_tag(start, target, destination_port)) & 0x7fff;
}

static inline void tcp4_read_id(uint16_t key_tag, uint16_t id, struct tcp4_reading *reading)
{
    uint16_t copy = id ^ key_tag;

    reading->id = id;
    reading->id_flow = (uint8_t)(copy >> 8);
    reading->id_ttl = (uint8_t)((copy >> 2 & 0x3f) + 1);
}

static inline __attribute__((always_inline)) struct tcp4_reading
tcp4_read(struct siphash_key key, uint16_t key_tag, const uint8_t *ip, const uint8_t *tcp)
{
    struct tcp4_reading reading = {
        .source = load_be32(ip + IPV4_SOURCE),
        .destination = load_be32(ip + IPV4_DESTINATION),
        .sequence = load_be32(tcp + TCP_SEQUENCE),
    };

    reading.port_flow = tcp4_port_flow(key, reading.source, reading.destination,
                                       load_be16(tcp + PORT_DESTINATION), load_be16(tcp));
    reading.ttl = tcp4_ttl(reading.sequence);
    tcp4_read_id(key_tag, load_be16(ip + IPV4_ID), &reading);
    return reading;
}

static inline __attribute__((always_inline)) bool tcp4_probe_is_right(struct siphash_key key,
                                                                      const struct tcp4_reading *reading)
{
    uint8_t tag = tcp4_probe_tag(key, reading->sequence & TCP4_STAMP_MASK, reading->id & TCP4_COPY_MASK);

    return reading->ttl == reading->id_ttl && reading->sequence >> 30 == tag >> 2 &&
           (reading->id & 3) == (tag & 3);
}

static inline bool tcp4_target_is_right(const struct tcp4_reading *reading)
{
    return reading->port_flow == reading->id_flow;
}

/* Whether the fields that carry no information are as they were sent. */
static inline bool tcp4_is_shaped(uint16_t port, const uint8_t *ip, const uint8_t *tcp)
{
    return ip[0] == IPV4_FIRST_BYTE && ip[IPV4_PROTOCOL] == PROTOCOL_TCP && tcp[0] & LAYOUT_PORTS >> 8 &&
           load_be16(tcp + PORT_DESTINATION) == port;
}

static inline void tcp4_fill(const struct tcp4_reading *reading, uint8_t flow, uint8_t ttl,
                             uint8_t quoted_ttl, struct quoted_probe *out)
{
    out->source = address_of_ipv4(reading->source);
    out->probe.target_address = address_of_ipv4(reading->destination);
    out->probe.flow = flow;
    out->probe.ttl = ttl;
    out->quoted_ttl = quoted_ttl;
    out->sent_at = reading->sequence & PROBE_TIME_MASK;
}

/* Whether the two bits of T2 in the sequence number are those of this flow. For quotations with a changed ID,
 * and for answers, which do not return the ID. */
static inline __attribute__((always_inline)) bool
tcp4_sequence_is_right(struct siphash_key key, uint16_t key_tag, uint32_t sequence, uint16_t flow)
{
    uint16_t copy = tcp4_copy(key_tag, (uint8_t)flow, tcp4_ttl(sequence));

    return flow <= TCP4_MAX_FLOW &&
           sequence >> 30 == tcp4_probe_tag(key, sequence & TCP4_STAMP_MASK, copy) >> 2;
}

/* For quotations that were changed. Not inlined, because the filter has few registers, and rare cases would
 * take them from the common one. */
static __attribute__((noinline, unused)) enum probe_origin
tcp4_recover_changed(const struct siphash_key *key, uint16_t port, const uint8_t ip[20], const uint8_t tcp[8],
                     struct quoted_probe *out)
{
    uint16_t key_tag = tcp4_key_tag(*key);
    struct tcp4_reading reading = tcp4_read(*key, key_tag, ip, tcp), swapped = reading;
    bool target_right = tcp4_target_is_right(&reading), probe_right = tcp4_probe_is_right(*key, &reading);

    if (ip_version(ip) != FAMILY_IPV4 || ipv4_header_length(ip) < IPV4_HEADER)
        return PROBE_FOREIGN;
    tcp4_fill(&reading, reading.id_flow, reading.id_ttl, ip[IPV4_TTL], out);
    if (probe_right && target_right)
        return PROBE_OURS;
    tcp4_read_id(key_tag, __builtin_bswap16(reading.id), &swapped);
    if (tcp4_target_is_right(&swapped) && tcp4_probe_is_right(*key, &swapped)) {
        tcp4_fill(&swapped, swapped.id_flow, swapped.ttl, ip[IPV4_TTL], out);
        return PROBE_OURS;
    }
    if (ip[IPV4_PROTOCOL] != PROTOCOL_TCP)
        return PROBE_FOREIGN;
    if (probe_right)
        return PROBE_REWRITTEN;
    if (target_right)
        return PROBE_UNTIMED;
    tcp4_fill(&reading, (uint8_t)reading.port_flow, reading.ttl, ip[IPV4_TTL], out);
    if (tcp4_sequence_is_right(*key, key_tag, reading.sequence, reading.port_flow))
        return PROBE_UNTIMED;
    return tcp4_is_shaped(port, ip, tcp) ? PROBE_FORGED : PROBE_FOREIGN;
}

/*
 * Recovers a probe from a quotation, whose TCP header follows the options that its IPv4 header claims, and
 * judges whose it is. `out` is complete unless the probe is foreign or forged. One correct tag is enough, but
 * both are needed if the protocol was changed. Of unrelated probes, 2^-10 pass as rewritten: four bits of T2,
 * and two TTLs that agree. As untimed pass 2^-9, with any ID, by two bits of T2 and a source port that is one
 * of 256 flows, and 2^-15, with any sequence number, by T1 and the flow in the ID. 2^-25 pass as ours, and as
 * many more with swapped bytes.
 */
static inline __attribute__((always_inline)) enum probe_origin
tcp4_recover(struct siphash_key key, uint16_t port, const uint8_t ip[20], const uint8_t tcp[8],
             struct quoted_probe *out)
{
    struct tcp4_reading reading = tcp4_read(key, tcp4_key_tag(key), ip, tcp);

    if (__builtin_expect(!tcp4_is_shaped(port, ip, tcp) || !tcp4_target_is_right(&reading) ||
                             !tcp4_probe_is_right(key, &reading),
                         0))
        return tcp4_recover_changed(&key, port, ip, tcp, out);
    tcp4_fill(&reading, reading.id_flow, reading.ttl, ip[IPV4_TTL], out);
    return PROBE_OURS;
}

static inline enum probe_origin tcp4_syn_recover(struct siphash_key key, uint16_t port, const uint8_t ip[20],
                                                 const uint8_t tcp[8], const uint8_t *end,
                                                 struct quoted_probe *out)
{
    (void)end;
    return tcp4_recover(key, port, ip, tcp, out);
}

static inline enum probe_origin tcp4_ack_recover(struct siphash_key key, uint16_t port, const uint8_t ip[20],
                                                 const uint8_t tcp[8], const uint8_t *end,
                                                 struct quoted_probe *out)
{
    (void)end;
    return tcp4_recover(key, port, ip, tcp, out);
}

/* Judges an answer that returns the sequence number of a probe. The target is the sender of the answer. Not
 * inlined, because answers are few compared with quotations. */
static __attribute__((noinline, unused)) enum probe_origin
tcp4_judge_answer(const struct siphash_key *key, const uint8_t *ip, const uint8_t *tcp, uint32_t sequence,
                  struct quoted_probe *out)
{
    uint16_t key_tag = tcp4_key_tag(*key);
    struct tcp4_reading reading = {
        .source = load_be32(ip + IPV4_DESTINATION),
        .destination = load_be32(ip + IPV4_SOURCE),
        .sequence = sequence,
    };

    reading.port_flow = tcp4_port_flow(*key, reading.source, reading.destination, load_be16(tcp),
                                       load_be16(tcp + PORT_DESTINATION));
    tcp4_fill(&reading, (uint8_t)reading.port_flow, tcp4_ttl(sequence), 0, out);
    return tcp4_sequence_is_right(*key, key_tag, sequence, reading.port_flow) ? PROBE_OURS : PROBE_FORGED;
}

/*
 * Recognizes the answer to a SYN, which acknowledges its sequence number plus one. Of unrelated answers 2^-9
 * pass as ours: a source port that is one of 256 flows, and two bits of T2. Flows and TTLs that the survey does
 * not have are refused later.
 */
static inline enum probe_origin tcp4_syn_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                                const uint8_t *tcp, const uint8_t *end,
                                                struct quoted_probe *out, enum reply_kind *kind)
{
    if (!tcp_is_to_us(port, tcp, end) || !tcp_answers_syn(tcp, kind))
        return PROBE_FOREIGN;
    return tcp4_judge_answer(&key, ip, tcp, load_be32(tcp + TCP_ACKNOWLEDGMENT) - 1, out);
}

/* Recognizes the answer to an ACK. Of unrelated ones the same share passes as of answers to a SYN. */
static inline enum probe_origin tcp4_ack_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                                const uint8_t *tcp, const uint8_t *end,
                                                struct quoted_probe *out, enum reply_kind *kind)
{
    if (!tcp_is_to_us(port, tcp, end) || !tcp_answers_ack(tcp, kind))
        return PROBE_FOREIGN;
    return tcp4_judge_answer(&key, ip, tcp, load_be32(tcp + TCP_SEQUENCE), out);
}
