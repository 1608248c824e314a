// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data that the XDP reply filter (bpf/reply_filter.bpf.c) and userspace (userspace/xdp/xdp_filter.c) share.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "probe.h"

/*
 * The time at which a frame arrived, CLOCK_MONOTONIC in nanoseconds. The program writes it over the Ethernet
 * addresses of each frame that it redirects, because nothing reads these any more. XDP metadata would be the
 * usual place. But some drivers have no room for metadata, and in newer kernels a program that a dispatcher
 * calls may change the bytes of a frame but not where it begins.
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

/* Why the filter rejects a frame. `rejected_filter` of the ledger counts each reason. */
enum filter_rejection {
    FILTER_REJECT_TRUNCATED, /* an ICMP error that quotes less than an IP header and eight bytes */
    FILTER_REJECT_FOREIGN,   /* an ICMP error about a packet that is not ours */
    FILTER_REJECT_FORGED,    /* has the form of a reply to us, but no correct tag */
    FILTER_REJECT_NO_SOCKET, /* a reply to us on a queue without a socket */
    FILTER_REJECT_EXCESS,    /* one reply too many to one probe; it is dropped (answer_cell.h) */
    FILTER_REJECTIONS,
};

/*
 * A target that gets no answer repeats its SYN-ACK after a second (RFC 6298, section 2.1) and keeps a useless
 * half-open connection for a minute. So a SYN-ACK that arrives this long after its SYN is passed to the kernel.
 * The kernel has no such connection and answers RST (RFC 9293, section 3.10.7.1), which ends it. A longer time
 * would miss the first repetition, a shorter one would take true answers away from the survey.
 */
#define SYN_ACK_REPEATED_US 950000U
#define SYN_ACK_EARLY_US    1000000U /* how far clocks may differ; times are compared modulo 2^24 */

static inline bool syn_ack_is_repeated(uint32_t sent_at, uint64_t now_ns)
{
    uint32_t after = ((uint32_t)(now_ns / 1000) - sent_at) & PROBE_TIME_MASK;

    return after >= SYN_ACK_REPEATED_US && after < PROBE_TIME_MASK - SYN_ACK_EARLY_US;
}

/* Each frame increments FILTER_RECEIVED and exactly one of the counters before FILTER_REDIRECT_FAILED. */
enum filter_counter {
    FILTER_RECEIVED,
    FILTER_PASSED,     /* passed to the kernel: no reply to us, or a repeated SYN-ACK */
    FILTER_REDIRECTED, /* handed to an AF_XDP socket */
    FILTER_REJECTED,   /* the first of FILTER_REJECTIONS counters */
    FILTER_REJECTED_TRUNCATED = FILTER_REJECTED + FILTER_REJECT_TRUNCATED,
    FILTER_REJECTED_FOREIGN = FILTER_REJECTED + FILTER_REJECT_FOREIGN,
    FILTER_REJECTED_FORGED = FILTER_REJECTED + FILTER_REJECT_FORGED,
    FILTER_REJECTED_NO_SOCKET = FILTER_REJECTED + FILTER_REJECT_NO_SOCKET,
    FILTER_REJECTED_EXCESS = FILTER_REJECTED + FILTER_REJECT_EXCESS,
    /* Redirected frames that the kernel refused and that no socket has counted. */
    FILTER_REDIRECT_FAILED = FILTER_REJECTED + FILTER_REJECTIONS,
    /* Rejected frames that could not be reported because the ring was full. */
    FILTER_UNTOLD,
    FILTER_COUNTERS,
};

/* A rejected frame, as the filter reports it. Its first bytes are enough for the longest ICMP error of IPv4
 * (576 bytes: RFC 1812, section 4.3.2.3) with link header and tags. */
#define REJECTED_BYTES 608

struct rejected_frame {
    uint64_t received_ns; /* CLOCK_MONOTONIC */
    uint32_t rejection;   /* enum filter_rejection */
    uint32_t length;      /* of the whole frame, which may be longer than `bytes` */
    uint8_t bytes[REJECTED_BYTES];
};

struct filter_counters {
    uint64_t count[FILTER_COUNTERS];
};
