// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other stamp of the layouts: instead of time and tags, a number that refers to a table of probes
 * (packet/tracked.h). A probe with it may have any size, from its headers on. A layout defines in a constant,
 * NAME_tracked, which fields identify its probes in a quotation:
 *
 *   number   leads to the probe in the table
 *   flow     follows from target and flow alone, and nobody else knows it
 *   port     the other field that NATs change
 *   proof    follows from the number alone, and nobody else knows it
 *   mark     proof, more proof and number in the data, where the whole probe comes back: over IPv6
 *
 * and how probes are crafted. To judge a quotation, the probe of its number is crafted again and these fields
 * are compared. So no code reads back what other code has written.
 */
#pragma once

#include "layout.h"

/* What distinguishes a probe from all others: the low half of its number, and the proof, which is derived from
 * all of it. Neither is 0: an IP ID of 0 may be replaced on the way, a UDP checksum of 0 means "none", and a
 * router that cuts a quotation may write zeros. */
struct tracked_stamp {
    uint16_t number, proof;
    uint32_t more_proof;
};

struct tracked_field {
    uint8_t place, size; /* in bytes; the place counts from the transport header; size 0: there is no
                          * such field */
    bool of_ip;          /* the place counts from the IP header */
};

#define TRACKED_IN_IP(place, size)                                                                           \
    {                                                                                                        \
        (place), (size), true                                                                                \
    }
#define TRACKED_BEHIND_IP(place, size)                                                                       \
    {                                                                                                        \
        (place), (size), false                                                                               \
    }

/* The 16 bits of IPv6's flow label that fill whole bytes. */
#define TRACKED_LABEL TRACKED_IN_IP(2, 2)

/* A packet with the form of the target's own answer: its kind, and the numbers that the probe may have. */
struct tracked_answer {
    enum reply_kind kind;
    uint16_t number, other_number; /* tried in this order */
};

/* A probe as it was sent: its first NAME_LONGEST bytes. */
struct tracked_request {
    const uint8_t *ip, *transport;
    unsigned room; /* bytes after the IP header, which may be more than there are here */
};

struct tracked_layout {
    const char *name;                         /* the name in trace and ping */
    uint16_t shortest;                        /* bytes from the IP header on: a probe without data */
    uint16_t headers;                         /* bytes before the data of a probe that has some */
    struct tracked_field number, same_number; /* two bytes each; the second is tried if the first fails */
    struct tracked_field flow, port;
    struct tracked_field proof; /* begins with the two bytes of the stamp */
    struct tracked_field label; /* depends on the flow; used if the proof is not quoted */
    struct tracked_field mark;

    /* max_flow() returns the highest flow that a probe can carry. */
    unsigned (*max_flow)(uint16_t port);

    /* craft() turns a prepared packet (NAME_prepare()) into the probe `p`, whose size is at least `shortest`.
     * It writes only the first NAME_LONGEST bytes; all bytes after them must be zero. */
    void (*craft)(const struct layout_template *t, const struct probe *p, struct tracked_stamp stamp,
                  uint8_t *ip);

    /* answer() returns whether a packet has the form of the target's own answer to probes with `room` bytes
     * after the IP header. answers() judges whether it answers `sent`: PROBE_OURS, PROBE_FOREIGN, or
     * PROBE_FORGED if everything but the proof is correct. `ip` is the answer's IP header. There are QUOTED_MIN
     * bytes at `transport`; further bytes must be checked against `end`. Both are NULL if the protocol has no
     * answers. */
    bool (*answer)(const uint8_t *transport, const uint8_t *end, unsigned room, struct tracked_answer *out);
    enum probe_origin (*answers)(const struct tracked_request *sent, const uint8_t *ip,
                                 const uint8_t *transport, const uint8_t *end);
};

/*
 * The data of a probe over IPv6, as far as there is room:
 *
 *    0  what makes the transport's checksum true
 *    2  the proof
 *    4  more of it
 *    8  the number
 */
#define TRACKED_DATA_PROOF  2
#define TRACKED_DATA_MORE   4
#define TRACKED_DATA_NUMBER 8
#define TRACKED_DATA        10

/* tracked_write_data() writes all of it except the first two bytes, into data of `room` bytes. Returns the sum
 * of what it wrote. */
static inline uint32_t tracked_write_data(uint8_t *data, unsigned room, struct tracked_stamp stamp)
{
    if (room < TRACKED_DATA_MORE)
        return 0;
    store_be16(data + TRACKED_DATA_PROOF, stamp.proof);
    if (room < TRACKED_DATA)
        return stamp.proof;
    store_be32(data + TRACKED_DATA_MORE, stamp.more_proof);
    store_be16(data + TRACKED_DATA_NUMBER, stamp.number);
    return stamp.proof + checksum_u32(stamp.more_proof) + stamp.number;
}
