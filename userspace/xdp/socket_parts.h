// SPDX-License-Identifier: GPL-2.0-or-later
/* What an AF_XDP socket consists of. Private to socket.c, which receives, and socket_send.c, which sends. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <xdp/xsk.h>

#include "receive/source.h"

enum {
    XDP_CHUNK = 2048, /* the smallest there is */
};

struct xdp_socket {
    struct source base;
    struct xsk_umem *umem;
    struct xsk_socket *socket;
    struct xsk_ring_prod fill, tx;
    struct xsk_ring_cons completion, rx;
    uint8_t *memory;
    size_t memory_size;
    bool zero_copy;
    uint64_t held[SOURCE_BATCH]; /* chunk addresses between receive and release */

    uint64_t *tx_free; /* addresses of the chunks that are not on their way, a stack; NULL: only receives */
    uint32_t tx_frames, tx_free_count;
};

/* xdp_socket_init_tx() sets `frames` chunks aside for sending, from `first` on. 0 or -ENOMEM. */
int xdp_socket_init_tx(struct xdp_socket *self, uint64_t first, uint32_t frames);
