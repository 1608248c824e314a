// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP probes over IPv4: every field is written here and read back here, in userspace and in BPF alike.
 *
 *   UDP source port       1 | PRF15(key; source, protocol, target, destination port)     target tag T1
 *   UDP destination port  33434 + flow
 *   payload length        1 + TTL: the TTL, in the IP total length and again in the UDP length
 *   UDP checksum          send time, bits 0-15, made true by the payload's first word
 *   IP ID, high byte      send time, bits 16-23
 *   IP ID, low byte       PRF8(key; ports, TTL, time bits 16-23)                          probe tag T2
 *
 * What routers hash for load balancing depends on target and flow alone (Paris traceroute: Augustin et al.,
 * IMC 2006). 28 bytes of quotation are enough to recover everything (RFC 792). docs/wire-format.md has the
 * reasons.
 */
#pragma once

#include "bytes.h"
#include "checksum.h"
#include "probe.h"
#include "siphash.h"

#define UDP_PROBE_BASE_PORT   33434
#define UDP_PROBE_MAX_FLOW    (65535 - UDP_PROBE_BASE_PORT)
#define UDP_PROBE_TAG_PORTS   0x8000 /* source ports with this bit carry T1 in the other fifteen */
#define UDP_PROBE_HEADERS     28     /* IPv4 without options, UDP: what a quotation must hold */
#define UDP_PROBE_LENGTH(ttl) (UDP_PROBE_HEADERS + 1 + (ttl))
#define UDP_PROBE_MAX_LENGTH  UDP_PROBE_LENGTH(PROBE_MAX_TTL)
#define UDP_PROBE_CRAFTED     30 /* what crafting writes; the rest of the payload is zero */
#define UDP_PROBE_IP_VERSION  0x45
#define UDP_PROBE_PROTOCOL    17

/*
 * What all UDP probes of a survey share, computed once.
 * DF stays clear: middleboxes may zero the ID of a datagram that cannot be fragmented (RFC 6864,
 * section 4.1), and the ID carries our tag.
 */
struct udp_template {
    struct siphash_key key;
    struct siphash_state target_tag_start; /* source and protocol absorbed */
    uint32_t source;
    uint32_t ip_sum;  /* version, protocol, source */
    uint32_t udp_sum; /* the pseudo-header's source and protocol (RFC 768) */
};

static inline struct siphash_state udp_target_tag_start(struct siphash_key key, uint32_t source)
{
    struct siphash_state state = siphash_start(key);

    siphash_absorb(&state, source | (uint64_t)UDP_PROBE_PROTOCOL << 32);
    return state;
}

static inline uint16_t udp_target_tag(struct siphash_state start, uint32_t target, uint16_t destination_port)
{
    uint64_t tail = target | (uint64_t)destination_port << 32;

    return (uint16_t)(UDP_PROBE_TAG_PORTS | (siphash_finish(start, tail, 14) & 0x7fff));
}

static inline uint8_t udp_probe_tag(struct siphash_key key, uint16_t source_port, uint16_t destination_port,
                                    uint8_t ttl, uint8_t time_high)
{
    uint64_t tail =
        source_port | (uint64_t)destination_port << 16 | (uint64_t)ttl << 32 | (uint64_t)time_high << 40;
    uint8_t tag = (uint8_t)siphash_finish(siphash_start(key), tail, 6);

    /* An ID of 0 is filled in by some stacks on the way; it moves on to 1. */
    return (tag | time_high) ? tag : 1;
}

static inline void udp_template_init(struct udp_template *t, struct siphash_key key, uint32_t source)
{
    t->key = key;
    t->target_tag_start = udp_target_tag_start(key, source);
    t->source = source;
    t->ip_sum = (UDP_PROBE_IP_VERSION << 8) + UDP_PROBE_PROTOCOL + checksum_u32(source);
    t->udp_sum = UDP_PROBE_PROTOCOL + checksum_u32(source);
}

/* Writes the fields of the IPv4 header that no probe changes, and clears the rest of a probe of any length.
 */
static inline void udp_prepare(const struct udp_template *t, uint8_t ip[UDP_PROBE_MAX_LENGTH])
{
    for (unsigned i = 0; i < UDP_PROBE_MAX_LENGTH; i++)
        ip[i] = 0;
    ip[0] = UDP_PROBE_IP_VERSION;
    ip[9] = UDP_PROBE_PROTOCOL;
    store_be32(ip + 12, t->source);
}

/* The send time as the wire can carry it: a UDP checksum of 0 would mean "none" (RFC 768). */
static inline uint32_t udp_wire_time(uint32_t now_us)
{
    return (now_us & 0xffff) ? now_us : now_us + 1;
}

/*
 * Patches a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds; only 24 bits are
 * used). Returns the length of the packet from its IP header on. The payload beyond its first word stays
 * zero.
 */
static inline unsigned udp_craft(const struct udp_template *t, const struct probe *p, uint32_t now_us,
                                 uint8_t ip[UDP_PROBE_CRAFTED])
{
    uint32_t time = udp_wire_time(now_us);
    uint16_t checksum = (uint16_t)time;
    uint8_t time_high = (uint8_t)(time >> 16);
    uint16_t udp_length = (uint16_t)(UDP_PROBE_LENGTH(p->ttl) - 20);
    uint16_t total_length = (uint16_t)(udp_length + 20);
    uint16_t destination_port = (uint16_t)(UDP_PROBE_BASE_PORT + p->flow);
    uint16_t source_port = udp_target_tag(t->target_tag_start, p->target, destination_port);
    uint16_t id =
        (uint16_t)(time_high << 8 | udp_probe_tag(t->key, source_port, destination_port, p->ttl, time_high));
    uint32_t target_sum = checksum_u32(p->target);
    uint32_t ip_sum = t->ip_sum + target_sum + total_length + id + ((uint32_t)p->ttl << 8);
    /* The length counts twice: in the pseudo-header and in the UDP header. */
    uint32_t udp_sum = t->udp_sum + target_sum + 2U * udp_length + source_port + destination_port + checksum;

    store_be16(ip + 2, total_length);
    store_be16(ip + 4, id);
    ip[8] = p->ttl;
    store_be16(ip + 10, checksum_finish(ip_sum));
    store_be32(ip + 16, p->target);
    store_be16(ip + 20, source_port);
    store_be16(ip + 22, destination_port);
    store_be16(ip + 24, udp_length);
    store_be16(ip + 26, checksum);
    store_be16(ip + 28, checksum_finish(udp_sum));
    return total_length;
}

/*
 * Reads a probe back from the first 28 bytes of a quotation and judges whose it is.
 * `out` is filled unless the probe is foreign. The structural checks are absolute; the tags let 2^-8 of
 * unrelated probes pass as rewritten and 2^-23 as ours.
 */
static inline enum probe_origin udp_recover(struct siphash_key key, const uint8_t ip[UDP_PROBE_HEADERS],
                                            struct quoted_probe *out)
{
    uint16_t source_port = load_be16(ip + 20);
    uint16_t destination_port = load_be16(ip + 22);
    uint16_t udp_length = load_be16(ip + 24);
    uint16_t id = load_be16(ip + 4);
    uint8_t ttl = (uint8_t)(udp_length - 9);

    if (ip[0] != UDP_PROBE_IP_VERSION || ip[9] != UDP_PROBE_PROTOCOL ||
        !(source_port & UDP_PROBE_TAG_PORTS) || destination_port < UDP_PROBE_BASE_PORT || udp_length < 10 ||
        udp_length > 9 + PROBE_MAX_TTL || load_be16(ip + 2) != udp_length + 20)
        return PROBE_FOREIGN;

    out->source = load_be32(ip + 12);
    out->probe.target = load_be32(ip + 16);
    out->probe.flow = (uint16_t)(destination_port - UDP_PROBE_BASE_PORT);
    out->probe.ttl = ttl;
    out->quoted_ttl = ip[8];
    out->sent_at = (uint32_t)(id >> 8) << 16 | load_be16(ip + 26);

    if ((uint8_t)id != udp_probe_tag(key, source_port, destination_port, ttl, (uint8_t)(id >> 8)))
        return PROBE_FORGED;
    if (source_port !=
        udp_target_tag(udp_target_tag_start(key, out->source), out->probe.target, destination_port))
        return PROBE_REWRITTEN;
    return PROBE_OURS;
}
