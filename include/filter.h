// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What crosses between the XDP reply filter (bpf/reply_filter.bpf.c) and userspace
 * (userspace/xdp/xdp_filter.c).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "probe.h"

/*
 * The time when a frame arrived, CLOCK_MONOTONIC in nanoseconds, which the program writes over the Ethernet
 * addresses of each that it redirects: nobody needs these any more. XDP metadata would be the place for it,
 * but not all drivers have room for that, and where a dispatcher calls the program, newer kernels let it
 * change what is in a frame, not where it begins.
 */
#define FRAME_STAMP_BYTES 8

static inline void frame_stamp(uint8_t ethernet[FRAME_STAMP_BYTES], uint64_t received_ns)
{
    __builtin_memcpy(ethernet, &received_ns, FRAME_STAMP_BYTES);
}

static inline uint64_t frame_stamped(const uint8_t ethernet[FRAME_STAMP_BYTES])
{
    uint64_t received_ns;

    __builtin_memcpy(&received_ns, ethernet, FRAME_STAMP_BYTES);
    return received_ns;
}

/* Why a frame is none that a survey takes; `rejected_filter` of the ledger has them one by one. */
enum filter_rejection {
    FILTER_REJECT_TRUNCATED, /* an ICMP error that quotes less than an IP header and eight bytes */
    FILTER_REJECT_FOREIGN,   /* an ICMP error about somebody else's packet */
    FILTER_REJECT_FORGED,    /* shaped like a reply to us, with no right tag */
    FILTER_REJECT_NO_SOCKET, /* a reply to us on a queue without a socket */
    FILTER_REJECT_EXCESS,    /* one of too many replies to one probe: dropped (answer_cell.h) */
    FILTER_REJECTIONS,
};

/*
 * A target that is not answered sends its SYN-ACK again after a second (RFC 6298, section 2.1), and for a
 * minute keeps a connection that nobody wants. So a SYN-ACK that comes this long after its SYN is left to the
 * kernel, which knows no such connection and answers RST (RFC 9293, section 3.10.7.1): that ends it. Longer,
 * and the first repetition is missed; shorter, and true answers are.
 */
#define SYN_ACK_REPEATED_US 950000U
#define SYN_ACK_EARLY_US    1000000U /* what clocks may differ, seen modulo 2^24 */

static inline bool syn_ack_is_repeated(uint32_t sent_at, uint64_t now_ns)
{
    uint32_t after = ((uint32_t)(now_ns / 1000) - sent_at) & PROBE_TIME_MASK;

    return after >= SYN_ACK_REPEATED_US && after < PROBE_TIME_MASK - SYN_ACK_EARLY_US;
}

/* Each frame raises FILTER_RECEIVED and exactly one of the others, up to FILTER_REDIRECT_FAILED. */
enum filter_counter {
    FILTER_RECEIVED,
    FILTER_PASSED,     /* left to the kernel: no reply to us, or a SYN-ACK that is repeated */
    FILTER_REDIRECTED, /* handed to an AF_XDP socket */
    FILTER_REJECTED,   /* the first of as many as there are rejections */
    FILTER_REJECTED_TRUNCATED = FILTER_REJECTED + FILTER_REJECT_TRUNCATED,
    FILTER_REJECTED_FOREIGN = FILTER_REJECTED + FILTER_REJECT_FOREIGN,
    FILTER_REJECTED_FORGED = FILTER_REJECTED + FILTER_REJECT_FORGED,
    FILTER_REJECTED_NO_SOCKET = FILTER_REJECTED + FILTER_REJECT_NO_SOCKET,
    FILTER_REJECTED_EXCESS = FILTER_REJECTED + FILTER_REJECT_EXCESS,
    /* Of those redirected: the kernel refused, and no socket has counted it. */
    FILTER_REDIRECT_FAILED = FILTER_REJECTED + FILTER_REJECTIONS,
    /* Of those rejected: there was no room to tell of it. */
    FILTER_UNTOLD,
    FILTER_COUNTERS,
};

/* A frame that was rejected, for who wants to see it. Its bytes, as many as there are of them, reach as far as an
 * ICMP error of IPv4 does (RFC 1812, section 4.3.2.3: 576), with its link header and tags. */
#define REJECTED_BYTES 608

struct rejected_frame {
    uint64_t received_ns; /* CLOCK_MONOTONIC */
    uint32_t rejection;   /* enum filter_rejection */
    uint32_t length;      /* of the frame, also where that is more */
    uint8_t bytes[REJECTED_BYTES];
};

struct filter_counters {
    uint64_t count[FILTER_COUNTERS];
};
