// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What crosses between the XDP reply filter (bpf/reply_filter.bpf.c) and userspace
 * (userspace/xdp/xdp_filter.c).
 */
#pragma once

#include <stdint.h>

/*
 * Stands just before each redirected frame, as XDP metadata: 16 bytes, a multiple of four as the kernel asks.
 * A driver without room for metadata leaves the previous content of the chunk there, therefore the receiver
 * clears `valid` when it gives the chunk back.
 */
struct frame_meta {
    uint64_t received_ns; /* CLOCK_MONOTONIC, in the XDP program: a busy userspace does not distort RTTs */
    uint32_t valid;       /* FRAME_META_VALID where this was written for this frame */
    uint32_t reserved;
};

#define FRAME_META_VALID 0x6877736dU

/* Each frame raises FILTER_RECEIVED and exactly one of the others, up to FILTER_REDIRECT_FAILED. */
enum filter_counter {
    FILTER_RECEIVED,
    FILTER_PASSED,             /* left to the kernel without being an ICMP error */
    FILTER_REDIRECTED,         /* handed to an AF_XDP socket */
    FILTER_REJECTED_TRUNCATED, /* an ICMP error that quotes less than 28 bytes */
    FILTER_REJECTED_FOREIGN,   /* an ICMP error about somebody else's packet */
    FILTER_REJECTED_FORGED,    /* shaped like a reply to us, with no right tag */
    FILTER_REJECTED_NO_SOCKET, /* a reply to us on a queue without a socket */
    FILTER_REJECTED_EXCESS,    /* one of too many replies to one probe: dropped (answer_cell.h) */
    FILTER_REDIRECT_FAILED,    /* of those redirected: the kernel refused, and no socket has counted it */
    FILTER_COUNTERS,
};

struct filter_counters {
    uint64_t count[FILTER_COUNTERS];
};
