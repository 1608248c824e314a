// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/socket.h"

#include <assert.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <xdp/xsk.h>

#include "base/clock.h"
#include "base/pages.h"
#include "filter.h"

enum {
    BIND_RETRIES = 20,
    BIND_RETRY_MS = 50,
};

struct xdp_socket {
    struct source base;
    struct xsk_umem *umem;
    struct xsk_socket *socket;
    struct xsk_ring_prod fill;
    struct xsk_ring_cons rx;
    struct xdp_tx tx; /* belongs to the sender's thread */
    uint8_t *memory;
    size_t memory_size;
    bool zero_copy;
    uint64_t held[SOURCE_BATCH]; /* chunk addresses between receive and release */
};

static int make_umem(struct xdp_socket *self, uint32_t frames, const struct xdp_tx_config *tx)
{
    const struct xsk_umem_config config = {
        .fill_size = 2 * frames,
        .comp_size = tx->slots ? tx->slots : XSK_RING_CONS__DEFAULT_NUM_DESCS, /* a UMEM must have one */
        .frame_size = XDP_SOCKET_CHUNK,
        .frame_headroom = 0,
    };
    size_t tx_start = (size_t)frames * XDP_SOCKET_CHUNK;
    size_t tx_chunks = (xdp_tx_memory(tx) + XDP_SOCKET_CHUNK - 1) / XDP_SOCKET_CHUNK;

    self->memory_size = tx_start + tx_chunks * XDP_SOCKET_CHUNK;
    self->memory = pages_map(self->memory_size);
    if (!self->memory)
        return -ENOMEM;

    int error = xsk_umem__create(&self->umem, self->memory, self->memory_size, &self->fill,
                                 &self->tx.completion, &config);
    return error || !tx->slots ? error : xdp_tx_init(&self->tx, self->memory + tx_start, tx_start, tx);
}

/* Gives chunks to the kernel. The ring always has room for them: see socket.h. */
static void fill(struct xdp_socket *self, const uint64_t *chunks, uint32_t count)
{
    uint32_t start = 0;
    uint32_t reserved = xsk_ring_prod__reserve(&self->fill, count, &start);

    assert(reserved == count);
    for (uint32_t i = 0; i < reserved; i++)
        *xsk_ring_prod__fill_addr(&self->fill, start + i) = chunks[i];
    xsk_ring_prod__submit(&self->fill, reserved);
}

/* Must run before the socket is bound: a zero-copy driver that finds no chunks then waits for a wakeup. */
static void fill_all(struct xdp_socket *self, uint32_t frames)
{
    for (uint64_t i = 0; i < frames; i++)
        fill(self, &(uint64_t){i * XDP_SOCKET_CHUNK}, 1);
}

static int bind_queue(struct xdp_socket *self, const struct xdp_socket_config *config, uint32_t frames)
{
    const struct xsk_socket_config socket_config = {
        .rx_size = frames,
        .tx_size = 2 * config->tx.slots,
        .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
        .bind_flags = (uint16_t)(XDP_USE_NEED_WAKEUP | (config->generic ? XDP_COPY : 0)),
    };
    int error = -EBUSY;

    for (int try = 0; try < BIND_RETRIES && error == -EBUSY; try++) {
        if (try)
            nanosleep(&(struct timespec){.tv_nsec = BIND_RETRY_MS * (long)NS_PER_MS}, NULL);
        error = xsk_socket__create(&self->socket, config->interface, config->queue, self->umem, &self->rx,
                                   config->tx.slots ? &self->tx.ring : NULL, &socket_config);
    }
    return error;
}

static bool is_zero_copy(int fd)
{
    struct xdp_options options = {0};
    socklen_t length = sizeof(options);

    return getsockopt(fd, SOL_XDP, XDP_OPTIONS, &options, &length) == 0 &&
           (options.flags & XDP_OPTIONS_ZEROCOPY);
}

static void socket_close(struct source *source)
{
    struct xdp_socket *self = (struct xdp_socket *)source;

    if (self->socket)
        xsk_socket__delete(self->socket);
    if (self->umem)
        xsk_umem__delete(self->umem);
    xdp_tx_free(&self->tx);
    pages_unmap(self->memory, self->memory_size);
    free(self);
}

int xdp_socket_fd(const struct source *source)
{
    return xsk_socket__fd(((const struct xdp_socket *)source)->socket);
}

/* If the consumer is loaded first, it cannot be beyond the producer; but it may be far behind it. */
uint32_t xdp_socket_waiting(const struct source *source)
{
    const struct xsk_ring_cons *rx = &((const struct xdp_socket *)source)->rx;
    uint32_t consumer = __atomic_load_n(rx->consumer, __ATOMIC_ACQUIRE);
    uint32_t waiting = __atomic_load_n(rx->producer, __ATOMIC_RELAXED) - consumer;

    return waiting < rx->size ? waiting : rx->size;
}

double xdp_socket_filled(const struct source *source)
{
    return (double)xdp_socket_waiting(source) / ((const struct xdp_socket *)source)->rx.size;
}

struct xdp_tx *xdp_socket_tx(struct source *source)
{
    return &((struct xdp_socket *)source)->tx;
}

bool xdp_socket_zero_copy(const struct source *source)
{
    return ((const struct xdp_socket *)source)->zero_copy;
}

static size_t socket_receive(struct source *source, struct received_frame out[SOURCE_BATCH])
{
    struct xdp_socket *self = (struct xdp_socket *)source;
    uint32_t start = 0;
    uint32_t count = xsk_ring_cons__peek(&self->rx, SOURCE_BATCH, &start);

    for (uint32_t i = 0; i < count; i++) {
        const struct xdp_desc *descriptor = xsk_ring_cons__rx_desc(&self->rx, start + i);

        self->held[i] = descriptor->addr & ~(uint64_t)(XDP_SOCKET_CHUNK - 1);
        const uint8_t *data = self->memory + descriptor->addr;
        out[i] = (struct received_frame){
            .data = data,
            .length = descriptor->len,
            .received_ns = descriptor->len >= FRAME_STAMP_BYTES ? frame_stamped(data) : 0,
        };
    }
    return count;
}

/* A zero-copy driver that ran out of chunks waits for a wakeup before it takes new ones. */
static void wake_driver(struct xdp_socket *self)
{
    if (!self->zero_copy)
        return;
    atomic_thread_fence(memory_order_seq_cst); /* see socket.h */
    if (xsk_ring_prod__needs_wakeup(&self->fill))
        recvfrom(xsk_socket__fd(self->socket), NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

static void socket_release(struct source *source, size_t count)
{
    struct xdp_socket *self = (struct xdp_socket *)source;

    if (!count)
        return;
    /* Release slots before chunks: then no frame can have a chunk and find the RX ring full. */
    xsk_ring_cons__release(&self->rx, (uint32_t)count);
    fill(self, self->held, (uint32_t)count);
    wake_driver(self);
}

static int socket_losses(const struct source *source, struct source_losses *out)
{
    const struct xdp_socket *self = (const struct xdp_socket *)source;
    struct xdp_statistics statistics = {0};
    socklen_t length = sizeof(statistics);

    if (getsockopt(xsk_socket__fd(self->socket), SOL_XDP, XDP_STATISTICS, &statistics, &length))
        return -errno;
    *out = (struct source_losses){
        .ring_full = statistics.rx_ring_full,
        .dropped = statistics.rx_dropped,
    };
    /* A zero-copy driver without chunks receives nothing, so nothing is lost here: its counter counts
     * attempts. */
    if (self->zero_copy)
        return 0;
    /* In copy mode the kernel counts a frame that found no chunk twice: as fill_empty and as dropped
     * (xsk_rcv). */
    out->fill_empty = statistics.rx_fill_ring_empty_descs;
    out->dropped -= out->dropped < out->fill_empty ? out->dropped : out->fill_empty;
    return 0;
}

static const struct source_ops xdp_socket_ops = {
    .receive = socket_receive,
    .release = socket_release,
    .losses = socket_losses,
    .close = socket_close,
};

int xdp_socket_open(struct source **out, const struct xdp_socket_config *config)
{
    uint32_t frames = config->frames ? config->frames : XDP_SOCKET_DEFAULT_FRAMES;
    struct xdp_socket *self = calloc(1, sizeof(*self)); /* libxdp wants its ring structures zeroed */

    if (!self)
        return -ENOMEM;
    self->base.ops = &xdp_socket_ops;
    int error = make_umem(self, frames, &config->tx);
    if (!error) {
        fill_all(self, frames);
        error = bind_queue(self, config, frames);
    }
    if (error) {
        socket_close(&self->base);
        return error;
    }
    self->tx.fd = xsk_socket__fd(self->socket);
    self->zero_copy = self->tx.zero_copy = is_zero_copy(self->tx.fd);
    *out = &self->base;
    return 0;
}
