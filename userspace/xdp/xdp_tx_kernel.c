// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_tx_kernel.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

static int send_published(struct xdp_tx *tx)
{
    return sendto(tx->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
}

/* In copy mode frames are charged to the socket's send buffer, until after they have been reported as
 * completed (xsk_destruct_skb). */
static bool holds_frames(const struct xdp_tx *tx)
{
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof(memory);

    return getsockopt(tx->fd, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0 && memory[SK_MEMINFO_WMEM_ALLOC];
}

const struct xdp_tx_kernel xdp_tx_running_kernel = {.send = send_published, .holds_frames = holds_frames};

/* When a frame has completed, the kernel has taken it and all frames before it. */
uint32_t xdp_tx_taken(const struct xdp_tx *tx)
{
    uint32_t reported = __atomic_load_n(tx->ring.consumer, __ATOMIC_ACQUIRE);

    return xdp_tx_is_behind(reported, tx->completed) ? tx->completed : reported;
}

static uint32_t last_reported(const struct xdp_tx *tx)
{
    return __atomic_load_n(tx->completion.producer, __ATOMIC_ACQUIRE);
}

void xdp_tx_note_refused(struct xdp_tx *tx)
{
    /* peek() is not used, because it looks for new entries only when it knows of none. */
    uint32_t first = tx->completion.cached_cons, end = last_reported(tx), last = 0;

    tx->unsettled = false;
    for (uint32_t i = first; i != end; i++) {
        uint32_t slot = xdp_tx_slot_of(tx, *xsk_ring_cons__comp_addr(&tx->completion, i));

        if (i == first || xdp_tx_is_behind(tx->positions[last], tx->positions[slot]))
            last = slot;
    }
    if (first == end || tx->refused[last])
        return;
    tx->completed = tx->positions[last] + 1;
    tx->refused[last] = true;
    tx->refused_count++;
}

bool xdp_tx_settle(struct xdp_tx *tx)
{
    if (tx->unsettled && !tx->kernel->holds_frames(tx))
        xdp_tx_note_refused(tx);
    return !tx->unsettled;
}

int xdp_tx_call(struct xdp_tx *tx)
{
    int error = tx->kernel->send(tx);

    if (error == -EBUSY && !tx->zero_copy) {
        tx->unsettled = true;
        tx->reported = last_reported(tx);
        /* If refused frames are only counted, it does not matter which ones they are. */
        if (tx->drop_refused)
            xdp_tx_note_refused(tx);
        else
            xdp_tx_settle(tx);
    }
    return error == -EBUSY || error == -ENOBUFS || error == -EINTR ? -EAGAIN : error;
}

bool xdp_tx_works(struct xdp_tx *tx)
{
    uint32_t before = tx->reported;

    tx->reported = last_reported(tx);
    return tx->reported != before;
}
