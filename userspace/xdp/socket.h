// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An AF_XDP socket with a UMEM of its own. It is the source of the replies that the filter redirects from
 * one RX queue, and can also send on the TX queue of the same number.
 *
 *   UMEM: `frames` chunks of 2 KB. A chunk is always in exactly one place:
 *
 *     FILL ring --> kernel --> RX ring --> receive() --> the caller reads it
 *         ^                                                                |
 *         +------------------ release() <----------------------------------+
 *
 * The FILL ring has twice as many slots as there are chunks. The kernel reads its entries ahead, and updates
 * its consumer only when it has used all that it read. With one slot per chunk, chunks released meanwhile
 * would find the ring full; and the kernel, once through, would find it empty and drop replies. With two
 * slots per chunk, a release never fails.
 *
 * Order: the kernel writes a frame and its descriptor before its release store of the RX ring's producer,
 * which peek() loads by acquire. The caller has read both before two release stores: first of the RX ring's
 * consumer, then of the FILL ring's producer. So if the kernel finds a chunk in the FILL ring, the chunk's
 * slot in the RX ring is free. The flag by which a driver asks for a wakeup is read after the chunks are
 * given, behind a full barrier. Without it each side could miss the other's store, even on x86.
 *
 * One thread owns a socket. Its sending half, if it has one, may belong to another thread (xdp/xdp_tx.h).
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
    bool generic; /* the program runs in generic mode, where only copy mode works */
};

enum {
    XDP_SOCKET_CHUNK = 2048, /* the smallest that a UMEM allows */
    /* 64 MB: the default. */
    XDP_SOCKET_DEFAULT_FRAMES = 32768,
    /* 64 KB: stays in the first- and second-level cache. */
    XDP_SOCKET_DEFAULT_TX_SLOTS = 256,
};

/*
 * xdp_socket_open() binds to the queue. It waits up to a second while a previous owner releases the queue.
 * Returns 0 or a negative errno: -EBUSY where another process holds the queue, -ENODEV or -EINVAL where there
 * is no such device or queue.
 */
int xdp_socket_open(struct source **out, const struct xdp_socket_config *config);

/* xdp_socket_fd() returns the descriptor to put into the filter's map. */
int xdp_socket_fd(const struct source *source);

/* xdp_socket_waiting() returns the number of frames in the RX ring, which are not received yet, and
 * xdp_socket_filled() how full it is by them, from 0 to 1. Any thread may call them. */
uint32_t xdp_socket_waiting(const struct source *source);
double xdp_socket_filled(const struct source *source);

/* xdp_socket_tx() returns the sending half of a socket that was opened with `tx.slots`. It lives as long
 * as the socket. */
struct xdp_tx *xdp_socket_tx(struct source *source);

/* xdp_socket_zero_copy() returns true if the driver writes into the UMEM itself. */
bool xdp_socket_zero_copy(const struct source *source);
