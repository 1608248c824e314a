// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ICMP Echo Requests over IPv4 (RFC 792): every field is written here and read back here, in userspace and in
 * BPF alike.
 *
 *   identifier, high byte  PRF15(key; source, protocol, target, flow), low byte     target tag T1, one half
 *   identifier, low byte   PRF8(key) - flow
 *   checksum               checksum + identifier = 0x4000 + (the rest of T1) + flow;
 *                          made true by the data's first word
 *   sequence number        send time, bits 0-15
 *   IP ID, high byte       send time, bits 16-23
 *   IP ID, low byte        PRF8(key; flow, TTL, time)                              probe tag T2
 *   data length            8 + TTL: the TTL, in the IP total length
 *   data                   [ what makes the checksum true 2 | IP ID 2 | target 4 | TTL 1 | filler ]
 *
 * The fields that routers hash for load balancing (type, code and checksum) depend on target and flow alone. So
 * does the identifier, which NATs treat as a port. A NAT that changes it also corrects the checksum (RFC 1624),
 * so that the sum of both stays the same, and with it the flow. The data repeats what the header of a reply
 * does not contain. A quotation of 28 bytes is enough to recover everything. docs/wire-format.md gives the
 * reasons.
 */
#pragma once

#include "layout.h"
#include "reply_parse.h"

#define ICMP4_PORT        0 /* ICMP has no ports */
#define ICMP4_MAX_FLOW    255
#define ICMP4_HEADERS     (IPV4_HEADER + ICMP_HEADER) /* the least that a quotation must contain */
#define ICMP4_DATA        9                           /* what crafting writes; filler follows */
#define ICMP4_CRAFTED     (ICMP4_HEADERS + ICMP4_DATA)
#define ICMP4_LENGTH(ttl) (ICMP4_CRAFTED - 1 + (ttl))
#define ICMP4_LONGEST     ICMP4_LENGTH(PROBE_MAX_TTL)
#define ICMP4_REQUEST     (ICMP_ECHO_REQUEST << 8) /* type and code */
#define ICMP4_REPLY       (ICMP_ECHO_REPLY << 8)
/* Sums of checksum and identifier are the 2^15 words from this one on. None of them is one of the two forms of
 * zero in ones' complement, which cannot be distinguished. */
#define ICMP4_LEAST_SUM 0x4000
#define ICMP4_LENGTHS   6 /* ways to read a quoted total length */
#define ICMP4_SWAPPED   4 /* the first of the ways that assume swapped bytes */

/* Offsets of the parts of the data. */
#define ICMP4_DATA_ID     2
#define ICMP4_DATA_TARGET 4
#define ICMP4_DATA_TTL    8

static inline unsigned icmp4_max_flow(uint16_t port)
{
    (void)port;
    return ICMP4_MAX_FLOW;
}

/* Difference and sum in ones' complement, with which NATs correct checksums. */
static inline uint16_t icmp4_subtract(uint16_t a, uint16_t b)
{
    return checksum_fold((uint32_t)a + (uint16_t)~b);
}

static inline uint16_t icmp4_add(uint16_t a, uint16_t b)
{
    return checksum_fold((uint32_t)a + b);
}

/* The low byte of the identifier is the low byte of this word minus the flow. Tracked probes have this word as
 * their identifier. */
static inline uint16_t icmp4_key_tag(struct siphash_key key)
{
    return (uint16_t)siphash_finish(siphash_start(key), PROTOCOL_ICMP, 1);
}

static inline uint16_t icmp4_sum(uint16_t target_tag, uint8_t flow)
{
    return (uint16_t)(ICMP4_LEAST_SUM + (target_tag & 0x7f00) + flow);
}

static inline __attribute__((always_inline)) uint8_t icmp4_probe_tag(struct siphash_key key, uint8_t flow,
                                                                     uint8_t ttl, uint32_t time)
{
    uint64_t tail = flow | (uint64_t)ttl << 8 | (uint64_t)time << 16 | (uint64_t)PROTOCOL_ICMP << 48;
    uint8_t tag = (uint8_t)siphash_finish(siphash_start(key), tail, 7);

    /* Some network stacks on the way replace an ID of 0, so 1 is used instead. */
    return (tag | time >> 16) ? tag : 1;
}

static inline void icmp4_template_init(struct layout_template *t, struct siphash_key key,
                                       struct address source, uint16_t port)
{
    layout_template_ipv4(t, key, source, port, PROTOCOL_ICMP);
    t->transport_sum = ICMP4_REQUEST; /* there is no pseudo-header */
    t->key_tag = icmp4_key_tag(key);
}

static inline void icmp4_prepare(const struct layout_template *t, uint8_t ip[ICMP4_LONGEST])
{
    layout_prepare_ipv4(t, PROTOCOL_ICMP, ip, ICMP4_CRAFTED, ICMP4_LONGEST);
    store_be16(ip + IPV4_HEADER, ICMP4_REQUEST);
}

/*
 * Patches a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds; only 24 bits are
 * used). Returns the length of the packet from its IP header on. The data beyond its first parts stays as it
 * was prepared.
 */
static inline unsigned icmp4_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                   uint8_t ip[ICMP4_CRAFTED])
{
    uint8_t *icmp = ip + IPV4_HEADER, *data = icmp + ICMP_HEADER;
    uint32_t target = address_ipv4(p->target_address), target_sum = checksum_u32(target);
    uint32_t time = now_us & PROBE_TIME_MASK;
    uint8_t flow = (uint8_t)p->flow;
    uint16_t total_length = (uint16_t)ICMP4_LENGTH(p->ttl), ttl_word = (uint16_t)(p->ttl << 8);
    uint16_t tag = layout_target_tag(t->target_tag_start, target, flow);
    uint16_t identifier = (uint16_t)(tag << 8 | (uint8_t)(t->key_tag - flow));
    uint16_t sum = icmp4_sum(tag, flow), sequence = (uint16_t)time;
    uint16_t id = (uint16_t)(time >> 16 << 8 | icmp4_probe_tag(t->key, flow, p->ttl, time));

    layout_patch_ipv4(t, ip, target, target_sum, p->ttl, total_length, id);
    store_be16(icmp + ICMP_CHECKSUM, icmp4_subtract(sum, identifier));
    store_be16(icmp + ICMP_IDENTIFIER, identifier);
    store_be16(icmp + ICMP_SEQUENCE, sequence);
    store_be16(data, checksum_finish(t->transport_sum + sum + sequence + id + target_sum + ttl_word +
                                     t->filler_sum[p->ttl]));
    store_be16(data + ICMP4_DATA_ID, id);
    store_be32(data + ICMP4_DATA_TARGET, target);
    data[ICMP4_DATA_TTL] = p->ttl;
    return total_length;
}

/* The values in a quotation or a reply of the fields that the tags cover, and further fields of a quotation. */
struct icmp4_reading {
    uint32_t source, destination;
    uint16_t sum, identifier, sequence, id;
    uint8_t flow, ttl; /* TTL 0: not that of a probe */
    uint8_t first_byte, protocol, quoted_ttl;
    uint16_t type_and_code, total_length, quoted_id;
};

static inline uint8_t icmp4_ttl_of_length(unsigned total_length)
{
    unsigned ttl = total_length - ICMP4_LENGTH(0);

    return ttl <= PROBE_MAX_TTL ? (uint8_t)ttl : 0;
}

static inline uint32_t icmp4_time(const struct icmp4_reading *reading)
{
    return (uint32_t)(reading->id >> 8) << 16 | reading->sequence;
}

/* Whether probes can have this sum of checksum and identifier. */
static inline bool icmp4_is_sum(uint16_t sum)
{
    return (uint16_t)(sum - ICMP4_LEAST_SUM) < 0x8000;
}

static inline struct icmp4_reading icmp4_read(const uint8_t *ip, const uint8_t *icmp)
{
    struct icmp4_reading reading = {
        .source = load_be32(ip + IPV4_SOURCE),
        .destination = load_be32(ip + IPV4_DESTINATION),
        .identifier = load_be16(icmp + ICMP_IDENTIFIER),
        .sequence = load_be16(icmp + ICMP_SEQUENCE),
        .first_byte = ip[0],
        .protocol = ip[IPV4_PROTOCOL],
        .quoted_ttl = ip[IPV4_TTL],
        .type_and_code = load_be16(icmp),
        .total_length = load_be16(ip + IPV4_TOTAL_LENGTH),
        .quoted_id = load_be16(ip + IPV4_ID),
    };

    reading.sum = icmp4_add(load_be16(icmp + ICMP_CHECKSUM), reading.identifier);
    reading.flow = (uint8_t)reading.sum;
    reading.ttl = icmp4_ttl_of_length(reading.total_length);
    reading.id = reading.quoted_id;
    return reading;
}

static inline __attribute__((always_inline)) bool icmp4_probe_is_right(struct siphash_key key,
                                                                       const struct icmp4_reading *reading)
{
    return (uint8_t)reading->id == icmp4_probe_tag(key, reading->flow, reading->ttl, icmp4_time(reading));
}

static inline __attribute__((always_inline)) uint16_t icmp4_expected_tag(struct siphash_key key,
                                                                         const struct icmp4_reading *reading)
{
    struct siphash_state start = layout_target_tag_start(key, reading->source, PROTOCOL_ICMP);

    return layout_target_tag(start, reading->destination, reading->flow);
}

static inline bool icmp4_has_tag(const struct icmp4_reading *reading, uint16_t tag)
{
    return reading->sum == icmp4_sum(tag, reading->flow) && reading->identifier >> 8 == (tag & 0xff);
}

static inline __attribute__((always_inline)) bool icmp4_target_is_right(struct siphash_key key,
                                                                        const struct icmp4_reading *reading)
{
    return icmp4_has_tag(reading, icmp4_expected_tag(key, reading));
}

static inline void icmp4_fill(const struct icmp4_reading *reading, struct quoted_probe *out)
{
    out->source = address_of_ipv4(reading->source);
    out->probe.target_address = address_of_ipv4(reading->destination);
    out->probe.flow = reading->flow;
    out->probe.ttl = reading->ttl;
    out->quoted_ttl = reading->quoted_ttl;
    out->sent_at = icmp4_time(reading);
}

static inline bool icmp4_has_request(const struct icmp4_reading *reading)
{
    return reading->protocol == PROTOCOL_ICMP && reading->type_and_code == ICMP4_REQUEST;
}

/* Whether the fields that carry no information are as they were sent. */
static inline bool icmp4_is_shaped(const struct icmp4_reading *reading)
{
    return reading->first_byte == IPV4_FIRST_BYTE && icmp4_has_request(reading) &&
           icmp4_is_sum(reading->sum) && reading->ttl;
}

/*
 * The ways in which routers and old stacks quote a total length: (0) with inserted options counted; (1)
 * without; (2) with the header subtracted; (3) with the header added twice; in swapped bytes, complete or with
 * the header subtracted. All but the first are tried only if T1 is correct. A stack that swaps the length also
 * swaps the ID.
 */
static inline unsigned icmp4_length(const struct icmp4_reading *reading, unsigned way)
{
    unsigned quoted = reading->total_length, swapped = __builtin_bswap16(reading->total_length);

    switch (way) {
    case 0:
        return quoted + IPV4_HEADER - ipv4_header_length(&reading->first_byte);
    case 1:
        return quoted;
    case 2:
        return quoted + IPV4_HEADER;
    case 3:
        return quoted - IPV4_HEADER;
    case ICMP4_SWAPPED:
        return swapped;
    default:
        return swapped + IPV4_HEADER;
    }
}

static inline void icmp4_read_length(struct icmp4_reading *reading, unsigned way)
{
    reading->ttl = icmp4_ttl_of_length(icmp4_length(reading, way));
    reading->id = way < ICMP4_SWAPPED ? reading->quoted_id : __builtin_bswap16(reading->quoted_id);
}

/* The tags of a changed quotation. Not inlined, because a BPF program has only 512 bytes of stack. */
static __attribute__((noinline, unused)) bool icmp4_probe_agrees(const struct siphash_key *key,
                                                                 const struct icmp4_reading *reading)
{
    return icmp4_probe_is_right(*key, reading) && reading->ttl;
}

static __attribute__((noinline, unused)) uint16_t icmp4_tag_of(const struct siphash_key *key,
                                                               const struct icmp4_reading *reading)
{
    return icmp4_expected_tag(*key, reading);
}

/* Reads the length in the only way in which T2 is correct. If there is none, or more than one, the length is
 * read as unchanged, and the result is false. */
static inline bool icmp4_find_length(const struct siphash_key *key, struct icmp4_reading *reading)
{
    unsigned found = ICMP4_LENGTHS;

    /* Without options, the second way is the same as the first. */
    for (unsigned way = reading->first_byte == IPV4_FIRST_BYTE; way < ICMP4_LENGTHS; way++) {
        icmp4_read_length(reading, way);
        if (icmp4_probe_agrees(key, reading))
            found = found == ICMP4_LENGTHS ? way : ICMP4_LENGTHS + 1;
    }
    icmp4_read_length(reading, found < ICMP4_LENGTHS ? found : 0);
    return found < ICMP4_LENGTHS;
}

/* Reads the flow from the identifier, for the case that only the checksum was changed. Returns whether the half
 * of T1 in the identifier confirms it. */
static inline bool icmp4_read_identifier(const struct siphash_key *key, struct icmp4_reading *reading)
{
    reading->flow = (uint8_t)(icmp4_key_tag(*key) - reading->identifier);
    return reading->identifier >> 8 == (icmp4_tag_of(key, reading) & 0xff);
}

/* For quotations that were changed. Not inlined, because the filter has few registers, and rare cases would
 * take them from the common one. It does not get the packet: the BPF verifier would check this function again
 * for each place in a frame where a quotation can begin. */
static __attribute__((noinline, unused)) enum probe_origin
icmp4_recover_changed(const struct siphash_key *key, struct icmp4_reading *reading, struct quoted_probe *out)
{
    enum probe_origin origin = icmp4_is_shaped(reading) ? PROBE_FORGED : PROBE_FOREIGN;

    if (reading->first_byte >> 4 != 4 || ipv4_header_length(&reading->first_byte) < IPV4_HEADER)
        return PROBE_FOREIGN;
    if (icmp4_has_tag(reading, icmp4_tag_of(key, reading))) {
        origin = icmp4_find_length(key, reading) ? PROBE_OURS : PROBE_UNTIMED;
    } else {
        icmp4_read_length(reading, 0);
        if (icmp4_probe_agrees(key, reading) ||
            (icmp4_read_identifier(key, reading) && icmp4_probe_agrees(key, reading)))
            origin = PROBE_REWRITTEN;
    }
    if (!reading->ttl || (origin != PROBE_OURS && !icmp4_has_request(reading)))
        return PROBE_FOREIGN;
    icmp4_fill(reading, out);
    return origin;
}

/*
 * Recovers a probe from a quotation, whose ICMP header follows the options that its IPv4 header claims, and
 * judges whose it is. `out` is filled unless the probe is foreign or forged. One correct tag is enough, but
 * both are needed if protocol, type or code were changed. Of unrelated probes, 2^-8 pass as rewritten, 2^-15 as
 * untimed and 2^-21 as ours, because with a correct T1 the length has several readings.
 */
static inline enum probe_origin icmp4_recover(struct siphash_key key, uint16_t port, const uint8_t ip[20],
                                              const uint8_t icmp[8], const uint8_t *end,
                                              struct quoted_probe *out)
{
    struct icmp4_reading reading = icmp4_read(ip, icmp);

    (void)port, (void)end;
    if (__builtin_expect(!icmp4_is_shaped(&reading) || !icmp4_probe_is_right(key, &reading), 0))
        return icmp4_recover_changed(&key, &reading, out);
    icmp4_fill(&reading, out);
    return icmp4_target_is_right(key, &reading) ? PROBE_OURS : PROBE_REWRITTEN;
}

/* The request that a reply answers. The data of a reply repeats fields of the request's headers, and its
 * checksum is that of another type. */
static inline struct icmp4_reading icmp4_read_reply(const uint8_t *ip, const uint8_t *icmp)
{
    const uint8_t *data = icmp + ICMP_HEADER;
    struct icmp4_reading reading = {
        .source = load_be32(ip + IPV4_DESTINATION),
        .destination = load_be32(data + ICMP4_DATA_TARGET),
        .identifier = load_be16(icmp + ICMP_IDENTIFIER),
        .sequence = load_be16(icmp + ICMP_SEQUENCE),
        .id = load_be16(data + ICMP4_DATA_ID),
        .ttl = data[ICMP4_DATA_TTL],
    };
    uint16_t sum = icmp4_add(load_be16(icmp + ICMP_CHECKSUM), reading.identifier);

    reading.sum = icmp4_subtract(sum, ICMP4_REQUEST);
    reading.flow = (uint8_t)reading.sum;
    return reading;
}

/* Whether an answer has the form of one to our probes, whatever its tags are. */
static inline bool icmp4_is_shaped_answer(const uint8_t *ip, const uint8_t *icmp,
                                          const struct icmp4_reading *reading)
{
    unsigned total_length = load_be16(ip + IPV4_TOTAL_LENGTH);

    return icmp4_is_sum(reading->sum) &&
           total_length == (unsigned)(icmp - ip) - IPV4_HEADER + ICMP4_LENGTH(reading->ttl);
}

/*
 * Recognizes the target's Echo Reply (RFC 792; RFC 1122, section 3.2.2.6) by both tags. `out` has the target
 * that was probed, also if another address answers. Of unrelated replies, 2^-8 pass as rewritten, 2^-15 as
 * untimed and 2^-23 as ours. The checksum is not verified; only the flow in it is used.
 */
static inline enum probe_origin icmp4_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                             const uint8_t *icmp, const uint8_t *end,
                                             struct quoted_probe *out, enum reply_kind *kind)
{
    (void)port;
    if (load_be16(icmp) != ICMP4_REPLY || !HAS_BYTES(icmp, ICMP_HEADER + ICMP4_DATA, end))
        return PROBE_FOREIGN;

    struct icmp4_reading reading = icmp4_read_reply(ip, icmp);
    if (reading.ttl == 0 || reading.ttl > PROBE_MAX_TTL)
        return PROBE_FOREIGN;

    bool probe_right = icmp4_probe_is_right(key, &reading);
    bool target_right = icmp4_target_is_right(key, &reading);
    *kind = REPLY_ECHO;
    icmp4_fill(&reading, out);
    if (probe_right)
        return target_right ? PROBE_OURS : PROBE_REWRITTEN;
    if (target_right)
        return PROBE_UNTIMED;
    return icmp4_is_shaped_answer(ip, icmp, &reading) ? PROBE_FORGED : PROBE_FOREIGN;
}
