// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other stamp of the layouts: a number that leads into a table of probes (packet/tracked.h) instead of
 * time and tags. A probe with it may have any size from its headers on. A layout says in a constant,
 * NAME_tracked, where its probes have what they are known by in a quotation:
 *
 *   number   leads to the probe in the table
 *   flow     follows from target and flow alone, and nobody else knows it
 *   port     the other field that NATs change
 *   proof    follows from the number alone, and nobody else knows it
 *   mark     proof, more proof and number in the data, where the whole probe comes back: over IPv6
 *
 * and how they are made. Who judges a quotation makes the probe of its number again and compares these
 * fields: what is written in one place is not read back in another.
 */
#pragma once

#include "layout.h"

/* What a probe carries that no other one does: the low half of its number and the proof that follows from all
 * of it. Neither is 0: as IP ID that would be filled in on the way, as UDP checksum it would be none, and a
 * router that cuts a quotation may put zeros there. */
struct tracked_stamp {
    uint16_t number, proof;
    uint32_t more_proof;
};

struct tracked_field {
    uint8_t place, size; /* bytes, counted from the transport header; no size: there is no such field */
    bool of_ip;          /* counted from the IP header */
};

#define TRACKED_IN_IP(place, size)                                                                           \
    {                                                                                                        \
        (place), (size), true                                                                                \
    }
#define TRACKED_BEHIND_IP(place, size)                                                                       \
    {                                                                                                        \
        (place), (size), false                                                                               \
    }

/* Of IPv6's flow label the 16 bits that have bytes of their own. */
#define TRACKED_LABEL TRACKED_IN_IP(2, 2)

/* A packet that has the shape of the target's own answer: what it is, and where the probe may stand. */
struct tracked_answer {
    enum reply_kind kind;
    uint16_t number, other_number; /* tried in this order */
};

/* A probe as it was sent, the first NAME_LONGEST bytes of it. */
struct tracked_request {
    const uint8_t *ip, *transport;
    unsigned room; /* bytes behind the IP header: more than are here, where it is long */
};

struct tracked_layout {
    const char *name;                         /* by which trace and ping know it */
    uint16_t shortest;                        /* bytes from the IP header on: a probe without data */
    uint16_t headers;                         /* bytes before the data of a probe that has some */
    struct tracked_field number, same_number; /* two bytes each; the second is tried where the first fails */
    struct tracked_field flow, port;
    struct tracked_field proof; /* begins with the two bytes of the stamp */
    struct tracked_field label; /* of the flow: in place of a proof that is not quoted */
    struct tracked_field mark;

    /* max_flow() is the highest flow that a probe can carry. */
    unsigned (*max_flow)(uint16_t port);

    /* craft() makes a prepared packet (NAME_prepare()) the probe `p`, whose size is at least `shortest`. It
     * writes within NAME_LONGEST bytes; all that is behind them must be zero. */
    void (*craft)(const struct layout_template *t, const struct probe *p, struct tracked_stamp stamp,
                  uint8_t *ip);

    /* answer() says whether a packet has the shape of the target's own answer to probes with `room` bytes
     * behind the IP header; answers() judges whether it is one to `sent`: PROBE_OURS, PROBE_FOREIGN, or
     * PROBE_FORGED where all is right but what proves it. At `ip` is the answer's header; QUOTED_MIN bytes are
     * at `transport`, what is behind them is compared with `end` first. NULL where the protocol has no
     * answer. */
    bool (*answer)(const uint8_t *transport, const uint8_t *end, unsigned room, struct tracked_answer *out);
    enum probe_origin (*answers)(const struct tracked_request *sent, const uint8_t *ip,
                                 const uint8_t *transport, const uint8_t *end);
};

/*
 * What is in the data of a probe over IPv6, as far as there is room:
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

/* tracked_write_data() writes all but the first two bytes of it into data of `room` bytes; returns what that
 * adds to a checksum. */
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
