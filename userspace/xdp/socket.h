// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An AF_XDP socket with a UMEM of its own, receiving one RX queue.
 *
 *   UMEM: `frames` chunks of 2 KB. A chunk is always in exactly one place:
 *
 *     FILL ring --> kernel --> RX ring --> xdp_socket_receive() --> the caller reads it
 *         ^                                                                |
 *         +------------------ xdp_socket_release() <-----------------------+
 *
 * The FILL ring is as large as the frame count, so that a release never fails. One thread owns a socket.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xdp_socket;

struct xdp_socket_config {
    const char *interface;
    unsigned queue;
    uint32_t frames; /* a power of two; 0: XDP_SOCKET_DEFAULT_FRAMES */
    bool generic;    /* the program runs in generic mode, which knows copy mode only */
};

enum {
    /* 32 MB a queue, 16 ms of replies at 1 M/s: with 4,096 frames a receiver that sleeps 100 µs on a machine
     * of two busy cores lost replies to an empty FILL ring. */
    XDP_SOCKET_DEFAULT_FRAMES = 16384,
    XDP_SOCKET_BATCH = 64,
};

struct received_frame {
    const uint8_t *data;
    uint32_t length;
    uint64_t received_ns; /* CLOCK_MONOTONIC, by the XDP program; 0 where the driver carries no metadata */
};

/* Replies that the program redirected and the socket lost, by place. */
struct xdp_socket_losses {
    uint64_t ring_full;  /* RX ring */
    uint64_t fill_empty; /* no chunk to receive into */
    uint64_t rx_dropped; /* otherwise */
};

/*
 * xdp_socket_open() binds to the queue, waiting up to a second while a previous owner lets go of it.
 * 0 or a negative errno: -EBUSY where another process holds the queue, -ENETDOWN where the device is down.
 */
int xdp_socket_open(struct xdp_socket **out, const struct xdp_socket_config *config);
void xdp_socket_close(struct xdp_socket *socket);

int xdp_socket_fd(const struct xdp_socket *socket);
bool xdp_socket_zero_copy(const struct xdp_socket *socket);

/* xdp_socket_receive() gives up to XDP_SOCKET_BATCH frames, which stay valid until xdp_socket_release() with
 * the same count. */
size_t xdp_socket_receive(struct xdp_socket *socket, struct received_frame out[XDP_SOCKET_BATCH]);
void xdp_socket_release(struct xdp_socket *socket, size_t count);

/* xdp_socket_losses() may be called by any thread; 0 or a negative errno. */
int xdp_socket_losses(const struct xdp_socket *socket, struct xdp_socket_losses *out);
