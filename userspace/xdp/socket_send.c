// SPDX-License-Identifier: GPL-2.0-or-later
/* Sending through an AF_XDP socket: chunks of its own, never those of the FILL ring. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "xdp/socket.h"
#include "xdp/socket_parts.h"

int xdp_socket_init_tx(struct xdp_socket *self, uint64_t first, uint32_t frames)
{
    self->tx_free = calloc(frames, sizeof(*self->tx_free));
    if (!self->tx_free)
        return -ENOMEM;
    self->tx_frames = self->tx_free_count = frames;
    for (uint32_t i = 0; i < frames; i++)
        self->tx_free[i] = first + (uint64_t)i * XDP_CHUNK;
    return 0;
}

/* Takes back the chunks of frames that have left, or were refused. */
static void collect(struct xdp_socket *self)
{
    uint32_t start = 0;
    uint32_t count = xsk_ring_cons__peek(&self->completion, self->tx_frames, &start);

    for (uint32_t i = 0; i < count; i++)
        self->tx_free[self->tx_free_count++] = *xsk_ring_cons__comp_addr(&self->completion, start + i);
    xsk_ring_cons__release(&self->completion, count);
}

bool xdp_socket_send(struct source *source, const void *frame, uint32_t length)
{
    struct xdp_socket *self = (struct xdp_socket *)source;
    uint32_t slot = 0;

    if (!self->tx_free_count)
        collect(self);
    if (length > XDP_CHUNK || !self->tx_free_count || !xsk_ring_prod__reserve(&self->tx, 1, &slot))
        return false;

    uint64_t address = self->tx_free[--self->tx_free_count];
    memcpy(self->memory + address, frame, length);
    *xsk_ring_prod__tx_desc(&self->tx, slot) = (struct xdp_desc){.addr = address, .len = length};
    xsk_ring_prod__submit(&self->tx, 1);
    return true;
}

static bool is_pending(struct xdp_socket *self)
{
    return xsk_prod_nb_free(&self->tx, self->tx_frames) < self->tx_frames;
}

int xdp_socket_push(struct source *source, uint64_t *refused)
{
    struct xdp_socket *self = (struct xdp_socket *)source;

    *refused = 0;
    while (is_pending(self)) {
        if (sendto(xsk_socket__fd(self->socket), NULL, 0, MSG_DONTWAIT, NULL, 0) >= 0)
            continue;
        if (errno == EBUSY) /* copy mode: the device dropped the last one that was taken (xsk_generic_xmit) */
            ++*refused;
        else if (errno != EAGAIN && errno != EINTR) /* EAGAIN: it takes a limited number at a time */
            return -errno;
    }
    return 0;
}
