// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/socket.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include <xdp/xsk.h>

#include "base/clock.h"
#include "filter.h"

enum {
    CHUNK = 2048,
    BIND_RETRIES = 20,
    BIND_RETRY_MS = 50,
};

struct xdp_socket {
    struct xsk_umem *umem;
    struct xsk_socket *socket;
    struct xsk_ring_prod fill;
    struct xsk_ring_cons completion; /* unused: nothing is sent, but a UMEM must have one */
    struct xsk_ring_cons rx;
    uint8_t *memory;
    size_t memory_size;
    bool zero_copy;
    uint64_t held[XDP_SOCKET_BATCH]; /* chunk addresses between receive and release */
};

static int make_umem(struct xdp_socket *self, uint32_t frames)
{
    const struct xsk_umem_config config = {
        .fill_size = frames,
        .comp_size = XSK_RING_CONS__DEFAULT_NUM_DESCS,
        .frame_size = CHUNK,
        .frame_headroom = 0,
    };

    self->memory_size = (size_t)frames * CHUNK;
    void *memory = mmap(NULL, self->memory_size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
        return -errno;
    self->memory = memory;
    return xsk_umem__create(&self->umem, memory, self->memory_size, &self->fill, &self->completion, &config);
}

static int bind_queue(struct xdp_socket *self, const struct xdp_socket_config *config, uint32_t frames)
{
    const struct xsk_socket_config socket_config = {
        .rx_size = frames,
        .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
        .bind_flags = (uint16_t)(XDP_USE_NEED_WAKEUP | (config->generic ? XDP_COPY : 0)),
    };
    int error = -EBUSY;

    for (int try = 0; try < BIND_RETRIES && error == -EBUSY; try++) {
        if (try)
            nanosleep(&(struct timespec){.tv_nsec = BIND_RETRY_MS * (long)NS_PER_MS}, NULL);
        error = xsk_socket__create(&self->socket, config->interface, config->queue, self->umem, &self->rx,
                                   NULL, &socket_config);
    }
    return error;
}

static void fill_all(struct xdp_socket *self, uint32_t frames)
{
    uint32_t start;

    xsk_ring_prod__reserve(&self->fill, frames, &start);
    for (uint32_t i = 0; i < frames; i++)
        *xsk_ring_prod__fill_addr(&self->fill, start + i) = (uint64_t)i * CHUNK;
    xsk_ring_prod__submit(&self->fill, frames);
}

static bool is_zero_copy(int fd)
{
    struct xdp_options options = {0};
    socklen_t length = sizeof(options);

    return getsockopt(fd, SOL_XDP, XDP_OPTIONS, &options, &length) == 0 &&
           (options.flags & XDP_OPTIONS_ZEROCOPY);
}

int xdp_socket_open(struct xdp_socket **out, const struct xdp_socket_config *config)
{
    uint32_t frames = config->frames ? config->frames : XDP_SOCKET_DEFAULT_FRAMES;
    struct xdp_socket *self = calloc(1, sizeof(*self)); /* libxdp wants its ring structures zeroed */

    if (!self)
        return -ENOMEM;
    int error = make_umem(self, frames);
    if (!error)
        error = bind_queue(self, config, frames);
    if (error) {
        xdp_socket_close(self);
        return error;
    }
    fill_all(self, frames);
    self->zero_copy = is_zero_copy(xdp_socket_fd(self));
    *out = self;
    return 0;
}

void xdp_socket_close(struct xdp_socket *self)
{
    if (!self)
        return;
    if (self->socket)
        xsk_socket__delete(self->socket);
    if (self->umem)
        xsk_umem__delete(self->umem);
    if (self->memory)
        munmap(self->memory, self->memory_size);
    free(self);
}

int xdp_socket_fd(const struct xdp_socket *self)
{
    return xsk_socket__fd(self->socket);
}

bool xdp_socket_zero_copy(const struct xdp_socket *self)
{
    return self->zero_copy;
}

static struct frame_meta *meta_before(const struct xdp_socket *self, uint64_t address)
{
    return (struct frame_meta *)(self->memory + address - sizeof(struct frame_meta));
}

/* A frame that starts less than the metadata into its chunk cannot have any in front. */
static bool has_room_for_meta(uint64_t address)
{
    return address % CHUNK >= sizeof(struct frame_meta) && address % _Alignof(struct frame_meta) == 0;
}

static struct received_frame read_frame(const struct xdp_socket *self, const struct xdp_desc *descriptor)
{
    struct received_frame frame = {.data = self->memory + descriptor->addr, .length = descriptor->len};

    if (has_room_for_meta(descriptor->addr)) {
        struct frame_meta *meta = meta_before(self, descriptor->addr);

        if (meta->valid == FRAME_META_VALID)
            frame.received_ns = meta->received_ns;
        meta->valid = 0; /* so that the chunk's next frame cannot show this one's */
    }
    return frame;
}

size_t xdp_socket_receive(struct xdp_socket *self, struct received_frame out[XDP_SOCKET_BATCH])
{
    uint32_t start;
    uint32_t count = xsk_ring_cons__peek(&self->rx, XDP_SOCKET_BATCH, &start);

    for (uint32_t i = 0; i < count; i++) {
        const struct xdp_desc *descriptor = xsk_ring_cons__rx_desc(&self->rx, start + i);

        self->held[i] = descriptor->addr;
        out[i] = read_frame(self, descriptor);
    }
    return count;
}

/* A zero-copy driver that ran out of chunks waits for a word that there are new ones. */
static void wake_driver(struct xdp_socket *self)
{
    if (xsk_ring_prod__needs_wakeup(&self->fill))
        recvfrom(xdp_socket_fd(self), NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

void xdp_socket_release(struct xdp_socket *self, size_t count)
{
    uint32_t start;

    if (!count)
        return;
    xsk_ring_prod__reserve(&self->fill, (uint32_t)count, &start);
    for (uint32_t i = 0; i < count; i++)
        *xsk_ring_prod__fill_addr(&self->fill, start + i) = self->held[i] & ~(uint64_t)(CHUNK - 1);
    xsk_ring_prod__submit(&self->fill, (uint32_t)count);
    xsk_ring_cons__release(&self->rx, (uint32_t)count);
    wake_driver(self);
}

int xdp_socket_losses(const struct xdp_socket *self, struct xdp_socket_losses *out)
{
    struct xdp_statistics statistics = {0};
    socklen_t length = sizeof(statistics);

    if (getsockopt(xdp_socket_fd(self), SOL_XDP, XDP_STATISTICS, &statistics, &length))
        return -errno;
    *out = (struct xdp_socket_losses){
        .ring_full = statistics.rx_ring_full,
        .fill_empty = statistics.rx_fill_ring_empty_descs,
        .rx_dropped = statistics.rx_dropped,
    };
    /* In copy mode the kernel counts a frame that found no chunk twice: as fill_empty and as dropped
     * (xsk_rcv). */
    if (!self->zero_copy)
        out->rx_dropped -= out->rx_dropped < out->fill_empty ? out->rx_dropped : out->fill_empty;
    return 0;
}
