// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An AF_XDP socket with a UMEM of its own: the source of the replies that the filter redirects from one RX
 * queue, and where it is asked for, a way to send on the TX queue of the same number.
 *
 *   UMEM: `frames` chunks of 2 KB. A chunk is always in exactly one place:
 *
 *     FILL ring --> kernel --> RX ring --> receive() --> the caller reads it
 *         ^                                                                |
 *         +------------------ release() <-----------------------+
 *
 * The FILL ring has twice as many slots as there are chunks. The kernel reads what is in it ahead, and tells
 * how far it has come only when it has used all of that up: with one slot a chunk, chunks given back
 * meanwhile would find the ring full, and the kernel, once through, would find it empty and drop replies.
 * With two, a release never fails.
 *
 * Order: a frame and its descriptor are written by the kernel before its release store of the RX ring's
 * producer, which peek() loads by acquire. The caller has read them before the release stores, first of the
 * RX ring's consumer, then of the FILL ring's producer: whoever finds a chunk in the latter finds its slot in
 * the former. Whether a driver waits for chunks is read after a full barrier behind the chunks given:
 * otherwise both sides could miss each other, also on x86.
 *
 * One thread owns a socket. Its sending half, where it has one, may belong to another (xdp/xdp_tx.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "receive/source.h"
#include "xdp/xdp_tx.h"

struct xdp_socket_config {
    const char *interface;
    unsigned queue;
    uint32_t frames; /* a power of two; 0: XDP_SOCKET_DEFAULT_FRAMES */
    struct xdp_tx_config tx;
    bool generic; /* the program runs in generic mode, which knows copy mode only */
};

enum {
    XDP_SOCKET_CHUNK = 2048, /* the smallest there is */
    /* 64 MB, where nothing is said. */
    XDP_SOCKET_DEFAULT_FRAMES = 32768,
    /* 64 KB: stays in the first- and second-level cache. */
    XDP_SOCKET_DEFAULT_TX_SLOTS = 256,
};

/*
 * xdp_socket_open() binds to the queue, waiting up to a second while a previous owner lets go of it.
 * 0 or a negative errno: -EBUSY where another process holds the queue, -ENODEV or -EINVAL where there is no
 * such device or queue.
 */
int xdp_socket_open(struct source **out, const struct xdp_socket_config *config);

/* xdp_socket_fd() is what the filter's map takes. */
int xdp_socket_fd(const struct source *source);

/* xdp_socket_filled() says how full the RX ring is, 0 … 1: what share of the chunks holds frames that nobody
 * has received yet. Safe from every thread. */
double xdp_socket_filled(const struct source *source);

/* xdp_socket_tx() is the sending half, of a socket with `tx.slots`; it lives as long as the socket. */
struct xdp_tx *xdp_socket_tx(struct source *source);

/* xdp_socket_zero_copy() says whether the driver writes into the UMEM itself. */
bool xdp_socket_zero_copy(const struct source *source);
