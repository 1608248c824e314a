// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP probes over IPv4: every field is written here and read back here, in userspace and in BPF alike.
 *
 *   UDP source port       1 | PRF15(key; source, protocol, target, destination port)     target tag T1
 *   UDP destination port  33434 + flow
 *   payload length        1 + TTL: the TTL, in the IP total length and again in the UDP length
 *   UDP checksum          send time, bits 0-15, made true by the payload's first word
 *   IP ID, high byte      send time, bits 16-23
 *   IP ID, low byte       PRF8(key; destination port, TTL, time bits 16-23, checksum and
 *                         what NATs change with it)                                     probe tag T2
 *
 * The fields that routers hash for load balancing depend on target and flow alone (Paris traceroute: Augustin
 * et al., IMC 2006). A quotation of 28 bytes is enough to recover everything (RFC 792). docs/wire-format.md
 * gives the reasons.
 */
#pragma once

#include "layout.h"

#define UDP4_PORT        PORT_TRACEROUTE /* that of flow 0, unless a survey has another: where traceroute begins */
#define UDP4_HEADERS     (IPV4_HEADER + UDP_HEADER)
#define UDP4_EMPTY       (UDP_HEADER + 1) /* the UDP length is this and the TTL */
#define UDP4_LENGTH(ttl) (IPV4_HEADER + UDP4_EMPTY + (ttl))
#define UDP4_LONGEST     UDP4_LENGTH(PROBE_MAX_TTL)
#define UDP4_CRAFTED     30 /* what crafting writes; the rest of the payload is the filler */

/* Flows are destination ports, whose number is limited. */
static inline unsigned udp4_max_flow(uint16_t port)
{
    return 0xffffU - port;
}

static inline __attribute__((always_inline)) uint16_t
udp4_target_tag(struct siphash_state start, uint32_t target, uint16_t destination_port)
{
    return (uint16_t)(LAYOUT_PORTS | layout_target_tag(start, target, destination_port));
}

/*
 * What stays the same when a NAT changes addresses or source port and corrects the checksum (RFC 1624, RFC
 * 3022): the sum of all of them, in ones' complement, where 0 and 0xffff are equal. If only the checksum is
 * changed, or everything except the checksum, the sum is different.
 */
static inline uint16_t udp4_nat_sum(uint32_t addresses_and_checksum, uint16_t source_port)
{
    /* The port is added last: the sender must compute it by a hash, and can sum the rest meanwhile. */
    uint32_t rest = checksum_fold(addresses_and_checksum);
    uint32_t sum = (rest == CHECKSUM_ONES ? 0 : rest) + source_port;

    return (uint16_t)(sum >= CHECKSUM_ONES ? sum - CHECKSUM_ONES : sum);
}

static inline __attribute__((always_inline)) uint8_t udp4_probe_tag(struct siphash_key key,
                                                                    uint16_t destination_port, uint8_t ttl,
                                                                    uint8_t time_high, uint16_t nat_sum)
{
    uint64_t tail =
        destination_port | (uint64_t)ttl << 16 | (uint64_t)time_high << 24 | (uint64_t)nat_sum << 32;
    uint8_t tag = (uint8_t)siphash_finish(siphash_start(key), tail, 6);

    /* Some network stacks on the way replace an ID of 0, so 1 is used instead. */
    return (tag | time_high) ? tag : 1;
}

static inline void udp4_template_init(struct layout_template *t, struct siphash_key key,
                                      struct address source, uint16_t port)
{
    layout_template_ipv4(t, key, source, port, PROTOCOL_UDP);
}

static inline void udp4_prepare(const struct layout_template *t, uint8_t ip[UDP4_LONGEST])
{
    layout_prepare_ipv4(t, PROTOCOL_UDP, ip, UDP4_CRAFTED, UDP4_LONGEST);
}

/* The send time as a probe can carry it: a UDP checksum of 0 would mean "none" (RFC 768). */
static inline uint32_t udp4_wire_time(uint32_t now_us)
{
    return (now_us & 0xffff) ? now_us : now_us + 1;
}

/*
 * Patches a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds; only 24 bits are
 * used). Returns the length of the packet from its IP header on. The payload beyond its first word stays
 * as it was prepared.
 */
static inline unsigned udp4_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                  uint8_t ip[UDP4_CRAFTED])
{
    uint8_t *udp = ip + IPV4_HEADER;
    uint32_t target = address_ipv4(p->target_address);
    uint32_t time = udp4_wire_time(now_us);
    uint16_t checksum = (uint16_t)time;
    uint8_t time_high = (uint8_t)(time >> 16);
    uint16_t udp_length = (uint16_t)(UDP4_LENGTH(p->ttl) - IPV4_HEADER);
    uint16_t total_length = (uint16_t)(udp_length + IPV4_HEADER);
    uint16_t destination_port = (uint16_t)(t->port + p->flow);
    uint16_t source_port = udp4_target_tag(t->target_tag_start, target, destination_port);
    uint32_t target_sum = checksum_u32(target);
    uint16_t nat_sum = udp4_nat_sum(t->source_sum + target_sum + checksum, source_port);
    uint16_t id =
        (uint16_t)(time_high << 8 | udp4_probe_tag(t->key, destination_port, p->ttl, time_high, nat_sum));
    /* The length is summed twice: in the pseudo-header and in the UDP header. */
    uint32_t udp_sum = t->transport_sum + target_sum + 2U * udp_length + source_port + destination_port +
                       checksum + t->filler_sum[p->ttl];

    layout_patch_ipv4(t, ip, target, target_sum, p->ttl, total_length, id);
    layout_write_udp(udp, source_port, destination_port, udp_length, checksum);
    store_be16(udp + UDP_HEADER, checksum_finish(udp_sum));
    return total_length;
}

/*
 * One way to read the fields of a quotation that middleboxes and old stacks change: two lengths carry the TTL,
 * and some stacks quote lengths and ID with swapped bytes.
 */
struct udp4_reading {
    uint8_t ttl; /* 0: not that of a probe */
    uint16_t id;
};

static inline uint8_t udp4_ttl_of_length(unsigned udp_length)
{
    return udp_length > UDP4_EMPTY && udp_length <= UDP4_EMPTY + PROBE_MAX_TTL
               ? (uint8_t)(udp_length - UDP4_EMPTY)
               : 0;
}

/* The TTL in an IP total length with swapped bytes. Some of these stacks also subtract the header, others do
 * not. */
static inline uint8_t udp4_ttl_of_swapped(const uint8_t *ip)
{
    unsigned length = __builtin_bswap16(load_be16(ip + IPV4_TOTAL_LENGTH));
    uint8_t ttl = udp4_ttl_of_length(length - ipv4_header_length(ip));

    return ttl ? ttl : udp4_ttl_of_length(length);
}

/* The most likely reading: routers do not change the UDP length, unlike the IP total length. */
static inline struct udp4_reading udp4_read(const uint8_t *ip, const uint8_t *udp)
{
    struct udp4_reading reading = {udp4_ttl_of_length(load_be16(udp + UDP_LENGTH)), load_be16(ip + IPV4_ID)};

    if (!reading.ttl)
        reading.ttl = udp4_ttl_of_length(load_be16(ip + IPV4_TOTAL_LENGTH) - ipv4_header_length(ip));
    if (!reading.ttl)
        reading.ttl = udp4_ttl_of_swapped(ip);
    return reading;
}

static inline __attribute__((always_inline)) bool udp4_reading_is_right(struct siphash_key key,
                                                                        struct udp4_reading reading,
                                                                        const uint8_t *ip, const uint8_t *udp)
{
    uint32_t addresses =
        checksum_u32(load_be32(ip + IPV4_SOURCE)) + checksum_u32(load_be32(ip + IPV4_DESTINATION));
    uint16_t nat_sum = udp4_nat_sum(addresses + load_be16(udp + UDP_CHECKSUM), load_be16(udp + PORT_SOURCE));
    uint8_t time_high = (uint8_t)(reading.id >> 8);

    return (uint8_t)reading.id ==
           udp4_probe_tag(key, load_be16(udp + PORT_DESTINATION), reading.ttl, time_high, nat_sum);
}

static inline __attribute__((always_inline)) bool udp4_target_is_right(struct siphash_key key,
                                                                       const uint8_t *ip, const uint8_t *udp)
{
    struct siphash_state start = layout_target_tag_start(key, load_be32(ip + IPV4_SOURCE), PROTOCOL_UDP);

    return load_be16(udp + PORT_SOURCE) ==
           udp4_target_tag(start, load_be32(ip + IPV4_DESTINATION), load_be16(udp + PORT_DESTINATION));
}

/* The second reading, which exists only if the lengths of a quotation disagree; else returns false. */
static inline bool udp4_read_otherwise(const uint8_t *ip, struct udp4_reading *reading)
{
    uint8_t ttl = udp4_ttl_of_length(load_be16(ip + IPV4_TOTAL_LENGTH) - ipv4_header_length(ip));

    if (ttl == reading->ttl)
        return false;
    if (ttl)
        reading->ttl = ttl;
    else if (udp4_ttl_of_swapped(ip))
        reading->id = __builtin_bswap16(reading->id);
    else
        return false;
    return true;
}

/* Whether the fields that carry no information are as they were sent. */
static inline bool udp4_is_shaped(const uint8_t *ip, const uint8_t *udp)
{
    return ip[0] == IPV4_FIRST_BYTE && ip[IPV4_PROTOCOL] == PROTOCOL_UDP && udp[0] & LAYOUT_PORTS >> 8 &&
           load_be16(ip + IPV4_TOTAL_LENGTH) == load_be16(udp + UDP_LENGTH) + IPV4_HEADER &&
           udp4_ttl_of_length(load_be16(udp + UDP_LENGTH));
}

static inline void udp4_fill(struct udp4_reading reading, uint16_t port, const uint8_t *ip,
                             const uint8_t *udp, struct quoted_probe *out)
{
    out->source = address_of_ipv4(load_be32(ip + IPV4_SOURCE));
    out->probe.target_address = address_of_ipv4(load_be32(ip + IPV4_DESTINATION));
    out->probe.flow = (uint16_t)(load_be16(udp + PORT_DESTINATION) - port);
    out->probe.ttl = reading.ttl;
    out->quoted_ttl = ip[IPV4_TTL];
    out->sent_at = (uint32_t)(reading.id >> 8) << 16 | load_be16(udp + UDP_CHECKSUM);
}

/* For quotations with a changed header, protocol or length. Not inlined, because the filter has few registers,
 * and rare cases would take them from the common one. */
static __attribute__((noinline, unused)) enum probe_origin
udp4_recover_reshaped(const struct siphash_key *key, uint16_t port, const uint8_t ip[IPV4_HEADER],
                      const uint8_t udp[UDP_HEADER], struct quoted_probe *out)
{
    struct udp4_reading reading = udp4_read(ip, udp), other = reading;

    if (ip_version(ip) != FAMILY_IPV4 || ipv4_header_length(ip) < IPV4_HEADER || !reading.ttl)
        return PROBE_FOREIGN;

    bool probe_right = udp4_reading_is_right(*key, reading, ip, udp);
    bool target_right = udp4_target_is_right(*key, ip, udp);
    if (target_right && udp4_read_otherwise(ip, &other)) {
        bool other_right = udp4_reading_is_right(*key, other, ip, udp);

        if (other_right && !probe_right)
            reading = other;
        probe_right = probe_right != other_right; /* if both are, it is unknown which one was sent */
    }
    udp4_fill(reading, port, ip, udp, out);
    if (probe_right && target_right)
        return PROBE_OURS;
    if (ip[IPV4_PROTOCOL] != PROTOCOL_UDP)
        return PROBE_FOREIGN;
    if (target_right)
        return PROBE_UNTIMED;
    return probe_right ? PROBE_REWRITTEN : PROBE_FOREIGN;
}

/*
 * Recovers a probe from a quotation, whose UDP header follows the options that its IPv4 header claims, and
 * judges whose it is. `out` is filled unless the probe is foreign. Both tags are checked, whatever else was
 * changed. One correct tag is enough, but both are needed if the protocol was changed. Of unrelated probes,
 * 2^-8 pass as rewritten, 2^-15 as untimed and 2^-23 as ours; twice as many if the lengths disagree, because
 * such a quotation has two readings.
 */
static inline enum probe_origin udp4_recover(struct siphash_key key, uint16_t port,
                                             const uint8_t ip[IPV4_HEADER], const uint8_t udp[UDP_HEADER],
                                             const uint8_t *end, struct quoted_probe *out)
{
    (void)end;
    if (load_be16(udp + PORT_DESTINATION) < port)
        return PROBE_FOREIGN;
    if (__builtin_expect(!udp4_is_shaped(ip, udp), 0))
        return udp4_recover_reshaped(&key, port, ip, udp, out);

    struct udp4_reading reading = {udp4_ttl_of_length(load_be16(udp + UDP_LENGTH)), load_be16(ip + IPV4_ID)};

    /* Each tag is checked where its result is used: the filter, which accepts any of our probes, needs only
     * one. */
    udp4_fill(reading, port, ip, udp, out);
    if (udp4_reading_is_right(key, reading, ip, udp))
        return udp4_target_is_right(key, ip, udp) ? PROBE_OURS : PROBE_REWRITTEN;
    return udp4_target_is_right(key, ip, udp) ? PROBE_UNTIMED : PROBE_FORGED;
}
