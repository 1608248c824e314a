// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The TX_RING of an AF_PACKET socket as slots: publish, kick, collect. It handles frames, not probes:
 * tx_ring.c crafts probes into it, and a benchmark sends one constant frame again and again.
 *
 *      tail (oldest not collected)          head (next to publish)
 *        |                                    |
 *   [ . . | S S S R R R R R R R R R R R R R R | . . . free . . . ]
 *
 *   S: the device has it, R: send requested
 *
 * A slot (TPACKET_V2 with PACKET_VNET_HDR):
 *
 *   0            32                  42
 *   tpacket2_hdr | virtio_net_hdr    | frame
 *
 * The vnet header sets hdr_len to the whole frame. So the kernel copies the frame into the linear part of one
 * skb, instead of attaching ring pages as fragments, which receivers copy again. Over veth this gives 1.3 to
 * 1.5 times the rate.
 *
 * Order: the kernel reads a slot in packet_ring_kick(), called by the thread that wrote it, so program order
 * suffices in that direction. The release store of the status is for a kernel thread that would read slots by
 * itself. The kernel copies the frame, and gives the slot back when the device is done with the copy, on any
 * CPU, after all its reads (tpacket_destruct_skb). The acquire load that sees AVAILABLE comes before the slot
 * is written again.
 *
 * The kernel consumes from its own head and stops at the first slot that is not SEND_REQUEST. A refused frame
 * keeps its slot: it need not be published again, only kicked again. A malformed frame sets its slot to
 * WRONG_FORMAT and blocks the ring until it is taken out; PACKET_LOSS would hide it.
 */
#pragma once

#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* The headers and the longest probe, a power of two so that slots never cross pages. */
    PACKET_RING_SLOT = 256,
    PACKET_RING_VNET_OFFSET = TPACKET2_HDRLEN - sizeof(struct sockaddr_ll),
    PACKET_RING_FRAME_OFFSET = PACKET_RING_VNET_OFFSET + sizeof(struct virtio_net_hdr),
};

struct packet_ring {
    int fd;
    uint8_t *slots;
    uint32_t mask;
    unsigned slot_bits; /* a slot has 2^slot_bits bytes */
    unsigned interface_index;
    uint64_t head, tail;
    void (*dropped)(void *context, const uint8_t *frame); /* called for each frame that is taken out; or
                                                             NULL */
    void *context;
};

/*
 * packet_ring_open() makes a socket that sends through the device, past its queueing discipline, and receives
 * nothing. `slots` is a power of two, at least 16. Each slot holds a frame of up to `longest` bytes; it has
 * PACKET_RING_SLOT bytes if that is enough. Returns 0 or a negative errno: -EPERM without CAP_NET_RAW,
 * -EINVAL if a frame does not fit a page.
 */
int packet_ring_open(struct packet_ring *ring, unsigned interface_index, uint32_t slots, unsigned longest);
void packet_ring_close(struct packet_ring *ring);

/* packet_ring_slot() returns the slot at a position, the head or any before it. */
static inline uint8_t *packet_ring_slot(const struct packet_ring *ring, uint64_t position)
{
    return ring->slots + ((position & ring->mask) << ring->slot_bits);
}

static inline uint32_t packet_ring_status(const uint8_t *slot)
{
    return __atomic_load_n(&((const struct tpacket2_hdr *)slot)->tp_status, __ATOMIC_ACQUIRE);
}

/* packet_ring_next() returns the frame buffer to fill next, or NULL while all slots are in use. */
static inline uint8_t *packet_ring_next(const struct packet_ring *ring)
{
    uint8_t *slot = packet_ring_slot(ring, ring->head);

    if (ring->head - ring->tail > ring->mask || packet_ring_status(slot) != TP_STATUS_AVAILABLE)
        return NULL;
    return slot + PACKET_RING_FRAME_OFFSET;
}

/* packet_ring_publish() marks the frame of the last packet_ring_next(), `length` bytes, to be sent at the
 * next kick. */
static inline void packet_ring_publish(struct packet_ring *ring, unsigned length)
{
    uint8_t *slot = packet_ring_slot(ring, ring->head++);
    struct tpacket2_hdr *header = (struct tpacket2_hdr *)slot;
    struct virtio_net_hdr *vnet = (struct virtio_net_hdr *)(slot + PACKET_RING_VNET_OFFSET);

    vnet->hdr_len = (uint16_t)length;
    header->tp_len = (uint32_t)sizeof(*vnet) + length;
    __atomic_store_n(&header->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
}

/*
 * packet_ring_kick() makes the kernel send the published frames; it never sleeps. Returns 0; -EAGAIN while
 * the device is busy, or while a malformed frame waits for packet_ring_collect(); -ENETDOWN; or another
 * negative errno.
 */
int packet_ring_kick(struct packet_ring *ring);

/* packet_ring_link_down() returns whether the device is up but has no carrier. packet_ring_kick() does not
 * show that: it returns the same error as when there is no room. */
bool packet_ring_link_down(const struct packet_ring *ring);

/* What packet_ring_collect() found finished. */
struct packet_ring_finished {
    uint64_t sent;
    uint64_t unsent; /* malformed, or abandoned */
};

/* packet_ring_collect() frees the slots of finished frames, and takes malformed ones out of the ring. */
struct packet_ring_finished packet_ring_collect(struct packet_ring *ring);

/* packet_ring_waits() returns whether the kernel still has to read the frame at a position between tail and
 * head, in a kick. packet_ring_give_up() takes the first such frame out of the ring; it returns false if
 * there is none. */
static inline bool packet_ring_waits(const struct packet_ring *ring, uint64_t position)
{
    return packet_ring_status(packet_ring_slot(ring, position)) == TP_STATUS_SEND_REQUEST;
}
bool packet_ring_give_up(struct packet_ring *ring);

/* packet_ring_abandon() returns what becomes of the frames in the ring if it is closed now: those that the
 * device holds are sent, the others are not. */
struct packet_ring_finished packet_ring_abandon(struct packet_ring *ring);

static inline bool packet_ring_pending(const struct packet_ring *ring)
{
    return ring->head != ring->tail;
}
