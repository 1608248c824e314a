// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/packet_ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "send/packet_socket.h"

enum {
    BLOCK = 4096,
    FEWEST_SLOTS = BLOCK / PACKET_RING_SLOT,
};

static int set_options(int fd, uint32_t slots, uint32_t slot_size)
{
    int version = TPACKET_V2, on = 1;
    struct tpacket_req request = {
        .tp_block_size = BLOCK,
        .tp_block_nr = slots / (BLOCK / slot_size),
        .tp_frame_size = slot_size,
        .tp_frame_nr = slots,
    };

    if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
        setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
        setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &request, sizeof(request)))
        return -errno;
    return 0;
}

static size_t ring_size(uint32_t slots, unsigned slot_bits)
{
    return (size_t)slots << slot_bits;
}

static int map(struct packet_ring *ring, uint32_t slots)
{
    void *memory = mmap(NULL, ring_size(slots, ring->slot_bits), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_POPULATE, ring->fd, 0);

    if (memory == MAP_FAILED)
        return -errno;
    ring->slots = memory;
    ring->mask = slots - 1;
    return 0;
}

static unsigned slot_bits_for(unsigned longest)
{
    unsigned bits = (unsigned)__builtin_ctz(PACKET_RING_SLOT);

    while ((1U << bits) < PACKET_RING_FRAME_OFFSET + longest)
        bits++;
    return bits;
}

int packet_ring_open(struct packet_ring *ring, unsigned interface_index, uint32_t slots, unsigned longest)
{
    *ring = (struct packet_ring){.fd = -1};
    if (slots < FEWEST_SLOTS || (slots & (slots - 1)) || longest > BLOCK - PACKET_RING_FRAME_OFFSET)
        return -EINVAL;
    ring->slot_bits = slot_bits_for(longest);
    ring->interface_index = interface_index;
    ring->fd = packet_socket_open(interface_index, slots);
    if (ring->fd < 0)
        return ring->fd;

    int error = set_options(ring->fd, slots, 1U << ring->slot_bits);
    if (!error)
        error = map(ring, slots);
    if (error)
        packet_ring_close(ring);
    return error;
}

void packet_ring_close(struct packet_ring *ring)
{
    if (ring->slots)
        munmap(ring->slots, ring_size(ring->mask + 1, ring->slot_bits));
    if (ring->fd >= 0)
        close(ring->fd);
    *ring = (struct packet_ring){.fd = -1};
}

/* Whether a malformed frame waits to be taken out. It is not at the tail while the device still holds frames
 * before it. */
static bool has_malformed(const struct packet_ring *ring)
{
    for (uint64_t position = ring->tail; position < ring->head; position++)
        if (packet_ring_status(packet_ring_slot(ring, position)) & TP_STATUS_WRONG_FORMAT)
            return true;
    return false;
}

int packet_ring_kick(struct packet_ring *ring)
{
    if (send(ring->fd, NULL, 0, MSG_DONTWAIT) >= 0)
        return 0;

    int error = -errno;
    if (error == -EAGAIN || error == -ENOBUFS || error == -EINTR || has_malformed(ring))
        return -EAGAIN;
    return error;
}

bool packet_ring_link_down(const struct packet_ring *ring)
{
    return packet_socket_link_down(ring->fd, ring->interface_index);
}

static void set_status(uint8_t *slot, uint32_t status)
{
    __atomic_store_n(&((struct tpacket2_hdr *)slot)->tp_status, status, __ATOMIC_RELEASE);
}

/* The kernel waits at `position` for a frame that it can send: so move the frames behind it up by one. */
static void take_out(struct packet_ring *ring, uint64_t position)
{
    if (ring->dropped)
        ring->dropped(ring->context, packet_ring_slot(ring, position) + PACKET_RING_FRAME_OFFSET);
    for (; position + 1 < ring->head; position++) {
        uint8_t *to = packet_ring_slot(ring, position);
        const uint8_t *from = packet_ring_slot(ring, position + 1);

        ((struct tpacket2_hdr *)to)->tp_len = ((const struct tpacket2_hdr *)from)->tp_len;
        memcpy(to + PACKET_RING_VNET_OFFSET, from + PACKET_RING_VNET_OFFSET,
               (1U << ring->slot_bits) - PACKET_RING_VNET_OFFSET);
        set_status(to, TP_STATUS_SEND_REQUEST);
    }
    set_status(packet_ring_slot(ring, --ring->head), TP_STATUS_AVAILABLE);
}

struct packet_ring_finished packet_ring_collect(struct packet_ring *ring)
{
    struct packet_ring_finished finished = {0};

    while (ring->tail < ring->head) {
        uint32_t status = packet_ring_status(packet_ring_slot(ring, ring->tail));

        if (status == TP_STATUS_AVAILABLE) {
            ring->tail++;
            finished.sent++;
        } else if (status & TP_STATUS_WRONG_FORMAT) {
            take_out(ring, ring->tail);
            finished.unsent++;
        } else {
            break;
        }
    }
    return finished;
}

bool packet_ring_give_up(struct packet_ring *ring)
{
    for (uint64_t position = ring->tail; position < ring->head; position++) {
        if (packet_ring_waits(ring, position)) {
            take_out(ring, position);
            return true;
        }
    }
    return false;
}

struct packet_ring_finished packet_ring_abandon(struct packet_ring *ring)
{
    struct packet_ring_finished finished = packet_ring_collect(ring);

    for (; ring->tail < ring->head; ring->tail++) {
        uint32_t status = packet_ring_status(packet_ring_slot(ring, ring->tail));

        if (status == TP_STATUS_AVAILABLE || (status & TP_STATUS_SENDING))
            finished.sent++;
        else
            finished.unsent++;
    }
    return finished;
}
