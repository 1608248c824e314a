// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sending half of an AF_XDP socket: publish, kick, collect, as packet_ring.h does for AF_PACKET. The
 * socket (xdp/socket.h) has one UMEM for both directions, since a queue of a device takes only one:
 *
 *   UMEM   [ chunks to receive into, 2 KB each | slots to send from, one or more a chunk ]
 *   rings    FILL, RX: the receiver's thread     TX, COMPLETION: the sender's thread
 *
 * Where these are two threads, they share the descriptor and nothing else. A slot is always in exactly one
 * place:
 *
 *   free --> next(), publish() --> TX ring --> kernel --> COMPLETION ring --> collect() --> free
 *                                     ^                                          |
 *                                     +------------- refused: once more ---------+
 *
 * Order: slots and descriptors are written before the release store of the TX ring's producer (libxdp's
 * submit()), which the kernel loads by acquire. It stores the COMPLETION ring's producer by release when it
 * reads the slot no more; peek() loads that by acquire before we write the slot, or the descriptor, anew. An
 * entry of the COMPLETION ring is read before the release store of its consumer.
 *
 * In copy mode the kernel takes a frame out of the TX ring before it offers it to the device, and completes
 * it also when the device refuses it; sendto() then says EBUSY, once for each such frame. Those are published
 * again, or dropped and counted, as is asked for. A zero-copy driver takes frames as it has room.
 *
 * Slots can be divided into parts of equal size, each with a user of its own, of the same thread, who keeps
 * in its slots what all of its frames have in common. They share the rings: kick() sends what all have
 * published, and collect() keeps for each what became of its frames.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp/xsk.h>

enum {
    /* Holds the longest probe and never crosses a page. Slots as large as the chunks would all compete for
     * the same few sets of the first-level cache. */
    XDP_TX_PROBE_SLOT = 256,
};

struct xdp_tx_config {
    uint32_t slots;     /* frames in flight, a power of two; 0: the socket only receives */
    uint32_t slot_size; /* in bytes, a divisor of a chunk; 0: XDP_TX_PROBE_SLOT */
    bool drop_refused;  /* frames that the device refuses are dropped, not offered again */
};

struct xdp_tx_finished {
    uint32_t sent;
    uint32_t dropped; /* which the device refused, and which are not to be offered again */
};

/* The slots of one user, from `first` on. */
struct xdp_tx_part {
    uint32_t first, slots;
    uint32_t free_count; /* the others are in flight */
    uint32_t *free;
    struct xdp_tx_finished finished;                      /* and not told yet */
    void (*dropped)(void *context, const uint8_t *frame); /* is shown each frame that is dropped; or NULL */
    void *context;
};

struct xdp_tx {
    struct xsk_ring_prod ring;
    struct xsk_ring_cons completion;
    int fd;
    bool zero_copy;
    uint8_t *memory;  /* of the first slot */
    uint64_t address; /* of the same in the UMEM */
    uint32_t slots, slot_size;
    struct xdp_tx_part *parts;
    uint32_t part_count;
    uint32_t *free;      /* the stacks of all parts */
    uint16_t *lengths;   /* of the frames in flight; 0: the slot is free */
    uint32_t *positions; /* of these in the TX ring */
    bool *refused;       /* those on their way back from a refusal */
    uint32_t refused_count;
    bool drop_refused, drop_next_refused;
    uint32_t published; /* in the TX ring, not yet shown to the kernel */
    uint32_t completed; /* the position behind the last frame known to have completed */
};

/* xdp_tx_memory() is how many bytes of a UMEM the slots take. */
size_t xdp_tx_memory(const struct xdp_tx_config *config);

/* xdp_tx_init() takes over xdp_tx_memory() bytes of the UMEM, whose rings are set up; 0 or -ENOMEM.
 * xdp_tx_free() is right after every outcome, and for zeroed memory. */
int xdp_tx_init(struct xdp_tx *tx, uint8_t *memory, uint64_t address, const struct xdp_tx_config *config);
void xdp_tx_free(struct xdp_tx *tx);

/* xdp_tx_divide() divides the slots into `parts`, at least 1 and no more than there are slots, while none is in
 * flight: one after xdp_tx_init(). 0 or -ENOMEM, and then they are divided as before. */
int xdp_tx_divide(struct xdp_tx *tx, uint32_t parts);

static inline uint8_t *xdp_tx_slot(const struct xdp_tx *tx, uint32_t slot)
{
    return tx->memory + (size_t)slot * tx->slot_size;
}

/* xdp_tx_next() is the frame buffer of a part to fill next, or NULL while all its slots are in flight. */
static inline uint8_t *xdp_tx_next(const struct xdp_tx *tx, uint32_t part)
{
    const struct xdp_tx_part *of = &tx->parts[part];

    return of->free_count ? xdp_tx_slot(tx, of->free[of->free_count - 1]) : NULL;
}

/* xdp_tx_publish() asks for the frame of the last xdp_tx_next() of this part, `length` bytes of its slot, to be
 * sent at the next kick. */
void xdp_tx_publish(struct xdp_tx *tx, uint32_t part, unsigned length);

/*
 * xdp_tx_kick() makes the kernel send what is published; it never sleeps. 0; -EAGAIN while not all is taken;
 * -ENETDOWN; or another negative errno.
 */
int xdp_tx_kick(struct xdp_tx *tx);

/* xdp_tx_give_up() has the next frame that the device refuses dropped, unless one is sent before. */
void xdp_tx_give_up(struct xdp_tx *tx);

/* xdp_tx_collect() frees the slots of finished frames, of all parts, and returns how many of this part have
 * finished since the last time. */
struct xdp_tx_finished xdp_tx_collect(struct xdp_tx *tx, uint32_t part);

static inline bool xdp_tx_pending(const struct xdp_tx *tx, uint32_t part)
{
    return tx->parts[part].free_count != tx->parts[part].slots;
}

/* xdp_tx_unsent() counts the frames of a part in flight that the device does not have. */
uint32_t xdp_tx_unsent(const struct xdp_tx *tx, uint32_t part);
