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
 * What routers hash for load balancing depends on target and flow alone (Paris traceroute: Augustin et al.,
 * IMC 2006). 28 bytes of quotation are enough to recover everything (RFC 792). docs/wire-format.md has the
 * reasons.
 */
#pragma once

#include <stdbool.h>

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
#define UDP_PROBE_TAGS        2 /* how tags are made, in the metadata; before they were told: packet/old_tags.h */

/*
 * What all UDP probes of a survey share, computed once.
 * DF stays clear: middleboxes may zero the ID of a datagram that cannot be fragmented (RFC 6864,
 * section 4.1), and the ID carries our tag.
 */
struct udp_template {
    struct siphash_key key;
    struct siphash_state target_tag_start; /* source and protocol absorbed */
    uint32_t source;
    uint32_t source_sum;
    uint32_t ip_sum;  /* version, protocol, source */
    uint32_t udp_sum; /* the pseudo-header's source and protocol (RFC 768) */
};

static inline struct siphash_state udp_target_tag_start(struct siphash_key key, uint32_t source)
{
    struct siphash_state state = siphash_start(key);

    siphash_absorb(&state, source | (uint64_t)UDP_PROBE_PROTOCOL << 32);
    return state;
}

static inline __attribute__((always_inline)) uint16_t
udp_target_tag(struct siphash_state start, uint32_t target, uint16_t destination_port)
{
    uint64_t tail = target | (uint64_t)destination_port << 32;

    return (uint16_t)(UDP_PROBE_TAG_PORTS | (siphash_finish(start, tail, 14) & 0x7fff));
}

/*
 * What stays as it was when a NAT changes addresses or source port and mends the checksum for that (RFC 1624,
 * RFC 3022): the sum of them all, in ones' complement, where 0 and 0xffff are the same. A checksum that was
 * changed alone, or not changed with the rest, is another sum.
 */
static inline uint16_t udp_nat_sum(uint32_t addresses_and_checksum, uint16_t source_port)
{
    /* The port comes last, which the sender has to hash first: the rest is summed meanwhile. */
    uint32_t rest = checksum_fold(addresses_and_checksum);
    uint32_t sum = (rest == 0xffff ? 0 : rest) + source_port;

    return (uint16_t)(sum >= 0xffff ? sum - 0xffff : sum);
}

static inline __attribute__((always_inline)) uint8_t udp_probe_tag(struct siphash_key key,
                                                                   uint16_t destination_port, uint8_t ttl,
                                                                   uint8_t time_high, uint16_t nat_sum)
{
    uint64_t tail =
        destination_port | (uint64_t)ttl << 16 | (uint64_t)time_high << 24 | (uint64_t)nat_sum << 32;
    uint8_t tag = (uint8_t)siphash_finish(siphash_start(key), tail, 6);

    /* An ID of 0 is filled in by some stacks on the way; it moves on to 1. */
    return (tag | time_high) ? tag : 1;
}

static inline void udp_template_init(struct udp_template *t, struct siphash_key key, uint32_t source)
{
    t->key = key;
    t->target_tag_start = udp_target_tag_start(key, source);
    t->source = source;
    t->source_sum = checksum_u32(source);
    t->ip_sum = (UDP_PROBE_IP_VERSION << 8) + UDP_PROBE_PROTOCOL + t->source_sum;
    t->udp_sum = UDP_PROBE_PROTOCOL + t->source_sum;
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
    uint32_t target_sum = checksum_u32(p->target);
    uint16_t nat_sum = udp_nat_sum(t->source_sum + target_sum + checksum, source_port);
    uint16_t id =
        (uint16_t)(time_high << 8 | udp_probe_tag(t->key, destination_port, p->ttl, time_high, nat_sum));
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
 * One way to read the fields of a quotation that middleboxes and old stacks change: the TTL stands in two
 * lengths, and some stacks quote lengths and ID with their bytes swapped.
 */
struct udp_reading {
    uint8_t ttl; /* 0: none that a probe has */
    uint16_t id;
};

static inline uint8_t udp_ttl_of_length(unsigned udp_length)
{
    return udp_length > 9 && udp_length <= 9 + PROBE_MAX_TTL ? (uint8_t)(udp_length - 9) : 0;
}

static inline unsigned udp_quoted_header(const uint8_t *ip)
{
    return ((unsigned)ip[0] << 2) & 0x3c;
}

/* The TTL by an IP total length whose bytes are swapped; those stacks take the header off it, or do not. */
static inline uint8_t udp_ttl_of_swapped(const uint8_t *ip)
{
    unsigned length = __builtin_bswap16(load_be16(ip + 2));
    uint8_t ttl = udp_ttl_of_length(length - udp_quoted_header(ip));

    return ttl ? ttl : udp_ttl_of_length(length);
}

/* The most likely reading: routers have no business with the UDP length, unlike the one before it. */
static inline struct udp_reading udp_read(const uint8_t *ip, const uint8_t *udp)
{
    struct udp_reading reading = {udp_ttl_of_length(load_be16(udp + 4)), load_be16(ip + 4)};

    if (!reading.ttl)
        reading.ttl = udp_ttl_of_length(load_be16(ip + 2) - udp_quoted_header(ip));
    if (!reading.ttl)
        reading.ttl = udp_ttl_of_swapped(ip);
    return reading;
}

static inline __attribute__((always_inline)) bool udp_reading_is_right(struct siphash_key key,
                                                                       struct udp_reading reading,
                                                                       const uint8_t *ip, const uint8_t *udp)
{
    uint32_t addresses = checksum_u32(load_be32(ip + 12)) + checksum_u32(load_be32(ip + 16));
    uint16_t nat_sum = udp_nat_sum(addresses + load_be16(udp + 6), load_be16(udp));
    uint8_t time_high = (uint8_t)(reading.id >> 8);

    return (uint8_t)reading.id == udp_probe_tag(key, load_be16(udp + 2), reading.ttl, time_high, nat_sum);
}

static inline __attribute__((always_inline)) bool udp_target_is_right(struct siphash_key key,
                                                                      const uint8_t *ip, const uint8_t *udp)
{
    struct siphash_state start = udp_target_tag_start(key, load_be32(ip + 12));

    return load_be16(udp) == udp_target_tag(start, load_be32(ip + 16), load_be16(udp + 2));
}

/* The next reading, where there is one: of a quotation whose lengths disagree alone. */
static inline bool udp_read_otherwise(const uint8_t *ip, struct udp_reading *reading)
{
    uint8_t ttl = udp_ttl_of_length(load_be16(ip + 2) - udp_quoted_header(ip));

    if (ttl == reading->ttl)
        return false;
    if (ttl)
        reading->ttl = ttl;
    else if (udp_ttl_of_swapped(ip))
        reading->id = __builtin_bswap16(reading->id);
    else
        return false;
    return true;
}

/* All that is looked at and carries nothing is as it was sent. */
static inline bool udp_is_shaped(const uint8_t *ip, const uint8_t *udp)
{
    return ip[0] == UDP_PROBE_IP_VERSION && ip[9] == UDP_PROBE_PROTOCOL &&
           udp[0] & UDP_PROBE_TAG_PORTS >> 8 && load_be16(ip + 2) == load_be16(udp + 4) + 20 &&
           udp_ttl_of_length(load_be16(udp + 4));
}

static inline void udp_fill(struct udp_reading reading, const uint8_t *ip, const uint8_t *udp,
                            struct quoted_probe *out)
{
    out->source = load_be32(ip + 12);
    out->probe.target = load_be32(ip + 16);
    out->probe.flow = (uint16_t)(load_be16(udp + 2) - UDP_PROBE_BASE_PORT);
    out->probe.ttl = reading.ttl;
    out->quoted_ttl = ip[8];
    out->sent_at = (uint32_t)(reading.id >> 8) << 16 | load_be16(udp + 6);
}

/* Where header, protocol or lengths are not as they were sent. Out of line: the filter has few registers, and
 * what is hardly ever needed would take them from what always is. */
static __attribute__((noinline, unused)) enum probe_origin udp_recover_reshaped(const struct siphash_key *key,
                                                                                const uint8_t ip[20],
                                                                                const uint8_t udp[8],
                                                                                struct quoted_probe *out)
{
    struct udp_reading reading = udp_read(ip, udp), other = reading;

    if (ip[0] >> 4 != 4 || udp_quoted_header(ip) < 20 || !reading.ttl)
        return PROBE_FOREIGN;

    bool probe_right = udp_reading_is_right(*key, reading, ip, udp);
    bool target_right = udp_target_is_right(*key, ip, udp);
    if (target_right && udp_read_otherwise(ip, &other)) {
        bool other_right = udp_reading_is_right(*key, other, ip, udp);

        if (other_right && !probe_right)
            reading = other;
        probe_right = probe_right != other_right; /* where both are, nobody knows which one is */
    }
    udp_fill(reading, ip, udp, out);
    if (probe_right && target_right)
        return PROBE_OURS;
    if (ip[9] != UDP_PROBE_PROTOCOL)
        return PROBE_FOREIGN;
    if (target_right)
        return PROBE_UNTIMED;
    return probe_right ? PROBE_REWRITTEN : PROBE_FOREIGN;
}

/*
 * Reads a probe back from a quotation, whose UDP header is behind the options that its IPv4 header says, and
 * judges whose it is. `out` is filled unless the probe is foreign. Both tags are tried whatever else was
 * changed: one of them is enough, where the protocol was changed both are needed. Tags let 2^-8 of unrelated
 * probes pass as rewritten and 2^-15 as untimed; 2^-23 as ours, and twice as many where the lengths disagree,
 * since such a quotation has two readings.
 */
static inline enum probe_origin udp_recover(struct siphash_key key, const uint8_t ip[20],
                                            const uint8_t udp[8], struct quoted_probe *out)
{
    if (load_be16(udp + 2) < UDP_PROBE_BASE_PORT)
        return PROBE_FOREIGN;
    if (__builtin_expect(!udp_is_shaped(ip, udp), 0))
        return udp_recover_reshaped(&key, ip, udp, out);

    struct udp_reading reading = {udp_ttl_of_length(load_be16(udp + 4)), load_be16(ip + 4)};

    /* Each tag where it is needed: whoever wants any probe of ours, as the filter does, needs one. */
    udp_fill(reading, ip, udp, out);
    if (udp_reading_is_right(key, reading, ip, udp))
        return udp_target_is_right(key, ip, udp) ? PROBE_OURS : PROBE_REWRITTEN;
    return udp_target_is_right(key, ip, udp) ? PROBE_UNTIMED : PROBE_FORGED;
}

/* udp_recover_own() does so for a probe that has not left: its header is as it was crafted. */
static inline enum probe_origin udp_recover_own(struct siphash_key key, const uint8_t ip[UDP_PROBE_HEADERS],
                                                struct quoted_probe *out)
{
    return udp_recover(key, ip, ip + 20, out);
}
