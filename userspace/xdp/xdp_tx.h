// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sending half of an AF_XDP socket. Its steps are publish, kick and collect, as in packet_ring.h for
 * AF_PACKET. The socket (xdp/socket.h) has one UMEM for both directions, because a queue of a device takes only
 * one:
 *
 *   UMEM   [ chunks to receive into, 2 KB each | slots to send from, one or more per chunk ]
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
 * submit()), which the kernel loads by acquire. When the kernel no longer reads a slot, it stores the
 * COMPLETION ring's producer by release. peek() loads that by acquire before the slot or its descriptor is
 * written again. An entry of the COMPLETION ring is read before the release store of the ring's consumer.
 *
 * In copy mode the kernel takes a frame out of the TX ring before it offers it to the device, and completes it
 * even if the device refuses it. As configured, refused frames are published again, or dropped and counted.
 * xdp_tx_kernel.h finds out which frame was refused; until then nothing is sent or collected. A zero-copy driver
 * takes frames only while it has room.
 *
 * Slots can be divided into parts of equal size. Each part has a user of its own; all users run in the same
 * thread. A user keeps in its slots the bytes that all of its frames share. The parts share the rings: kick()
 * sends what all users have published, and collect() counts for each part what became of its frames.
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

struct xdp_tx_kernel;

struct xdp_tx_config {
    uint32_t slots;     /* frames in flight, a power of two; 0: the socket only receives */
    uint32_t slot_size; /* in bytes, a divisor of a chunk; 0: XDP_TX_PROBE_SLOT */
    bool drop_refused;  /* frames that the device refuses are dropped, not offered again */
};

struct xdp_tx_finished {
    uint32_t sent;
    uint32_t dropped; /* frames that the device refused and that are not offered again */
};

/* The slots of one user, from `first` on. */
struct xdp_tx_part {
    uint32_t first, slots;
    uint32_t free_count; /* the other slots are in flight */
    uint32_t *free;
    struct xdp_tx_finished finished;                      /* not yet returned by xdp_tx_collect() */
    void (*dropped)(void *context, const uint8_t *frame); /* called for each dropped frame; or NULL */
    void *context;
};

struct xdp_tx {
    const struct xdp_tx_kernel *kernel;
    struct xsk_ring_prod ring;
    struct xsk_ring_cons completion;
    int fd;
    bool zero_copy;
    uint8_t *memory;  /* address of the first slot */
    uint64_t address; /* offset of the same slot in the UMEM */
    uint32_t slots, slot_size;
    struct xdp_tx_part *parts;
    uint32_t part_count;
    uint32_t *free;      /* the stacks of free slots of all parts */
    uint16_t *lengths;   /* of the frames in flight; 0: the slot is free */
    uint32_t *positions; /* of these frames in the TX ring */
    bool *refused;       /* slots whose frame was refused and that are not collected yet */
    uint32_t refused_count;
    bool unsettled;    /* a frame was refused, and it is not known yet which one */
    uint32_t reported; /* of the COMPLETION ring, when that frame was refused or somebody wanted to give up */
    bool drop_refused, drop_next_refused;
    uint32_t published; /* in the TX ring, not yet shown to the kernel */
    uint32_t completed; /* the position behind the last frame known to have completed */
};

/* xdp_tx_memory() returns the number of bytes that the slots take in a UMEM. */
size_t xdp_tx_memory(const struct xdp_tx_config *config);

/* xdp_tx_init() takes xdp_tx_memory() bytes of the UMEM, whose rings must be set up. Returns 0 or -ENOMEM.
 * xdp_tx_free() may be called after either, and for zeroed memory. */
int xdp_tx_init(struct xdp_tx *tx, uint8_t *memory, uint64_t address, const struct xdp_tx_config *config);
void xdp_tx_free(struct xdp_tx *tx);

/* xdp_tx_divide() divides the slots into `parts` parts: at least 1, and no more than there are slots. No
 * slot may be in flight. After xdp_tx_init() there is one part. Returns 0 or -ENOMEM; after -ENOMEM the
 * slots are divided as before. */
int xdp_tx_divide(struct xdp_tx *tx, uint32_t parts);

static inline uint8_t *xdp_tx_slot(const struct xdp_tx *tx, uint32_t slot)
{
    return tx->memory + (size_t)slot * tx->slot_size;
}

/* xdp_tx_next() returns the next frame buffer of a part to fill, or NULL while all its slots are in flight. */
static inline uint8_t *xdp_tx_next(const struct xdp_tx *tx, uint32_t part)
{
    const struct xdp_tx_part *of = &tx->parts[part];

    return of->free_count ? xdp_tx_slot(tx, of->free[of->free_count - 1]) : NULL;
}

/* xdp_tx_publish() queues the frame of this part's last xdp_tx_next(), `length` bytes of its slot, for the
 * next kick. */
void xdp_tx_publish(struct xdp_tx *tx, uint32_t part, unsigned length);

/*
 * xdp_tx_kick() makes the kernel send what is published. It never sleeps. Returns 0; -EAGAIN while the kernel
 * has not taken all, or it is not known which frame was refused; -ENETDOWN; or another negative errno.
 */
int xdp_tx_kick(struct xdp_tx *tx);

/* xdp_tx_give_up() makes collect() drop the next frame that the device refuses, unless a frame is sent
 * before. While it is not known which frame was refused, it does nothing as long as the device finishes frames
 * between two calls, and calls xdp_tx_judge() otherwise. */
void xdp_tx_give_up(struct xdp_tx *tx);

/* xdp_tx_judge() decides now which frame was refused, if that is not known. From Linux 6.6 to 6.17 it may decide
 * for another frame, if the device holds frames. */
void xdp_tx_judge(struct xdp_tx *tx);

/* xdp_tx_collect() frees the slots of finished frames, of all parts; none while it is not known which frame was
 * refused. Returns how many frames of this part have finished since its last call. */
struct xdp_tx_finished xdp_tx_collect(struct xdp_tx *tx, uint32_t part);

static inline bool xdp_tx_pending(const struct xdp_tx *tx, uint32_t part)
{
    return tx->parts[part].free_count != tx->parts[part].slots;
}

/* xdp_tx_is_unsent() returns whether a slot's frame is in flight and the device does not have it, xdp_tx_unsent() how
 * many such slots a part has. */
bool xdp_tx_is_unsent(const struct xdp_tx *tx, uint32_t slot);
uint32_t xdp_tx_unsent(const struct xdp_tx *tx, uint32_t part);
