// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel has done with the frames in the TX ring of xdp_tx.h: which ones it took, and which one the
 * device refused. Private to userspace/xdp/.
 *
 * sendto() returns EBUSY when the device has refused the last frame that the kernel took. It does not tell
 * which frame that is. The ring's consumer is not updated for it. Before 6.17 it is not even updated for the
 * frames sent before in the same call (__xsk_generic_xmit). Single completions do not tell it either: from 6.6
 * to 6.17 the kernel reports addresses in the order of the TX ring, whichever frames have completed
 * (xskq_prod_submit_n). A device that still holds earlier frames would then seem to have refused one of those.
 *
 * So after EBUSY nothing more is sent, and nothing is collected, until all frames that the kernel took have
 * completed: until then the ring is unsettled. Of the frames that wait to be collected, the refused one is then
 * the one furthest on in the ring.
 */
#pragma once

#include "xdp/xdp_tx.h"

/* What is asked of the kernel. Tests have a kernel of their own, since virtual devices hold no frames. */
struct xdp_tx_kernel {
    int (*send)(struct xdp_tx *tx);                /* sendto(); returns 0 or a negative errno */
    bool (*holds_frames)(const struct xdp_tx *tx); /* whether frames that it took have not completed */
};

extern const struct xdp_tx_kernel xdp_tx_running_kernel;

static inline bool xdp_tx_is_behind(uint32_t position, uint32_t other)
{
    return (int32_t)(position - other) < 0;
}

static inline uint32_t xdp_tx_slot_of(const struct xdp_tx *tx, uint64_t address)
{
    return (uint32_t)(address - tx->address) / tx->slot_size;
}

/* xdp_tx_taken() returns a lower bound of how far the kernel has come in the TX ring. */
uint32_t xdp_tx_taken(const struct xdp_tx *tx);

/* xdp_tx_call() makes the kernel take frames, and notes which one was refused if that is known at once. Returns
 * 0; -EAGAIN if not all were sent; or another negative errno. */
int xdp_tx_call(struct xdp_tx *tx);

/* xdp_tx_note_refused() decides, by what has completed so far, which frame was refused. xdp_tx_settle() does so once
 * everything has completed, and returns false while the ring is unsettled. */
void xdp_tx_note_refused(struct xdp_tx *tx);
bool xdp_tx_settle(struct xdp_tx *tx);

/* xdp_tx_works() returns whether frames have completed since the last call, or since a frame was refused. */
bool xdp_tx_works(struct xdp_tx *tx);
