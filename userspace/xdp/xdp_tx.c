// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_tx.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <sys/socket.h>

static uint32_t slot_size(const struct xdp_tx_config *config)
{
    return config->slot_size ? config->slot_size : XDP_TX_PROBE_SLOT;
}

size_t xdp_tx_memory(const struct xdp_tx_config *config)
{
    return (size_t)config->slots * slot_size(config);
}

int xdp_tx_init(struct xdp_tx *tx, uint8_t *memory, uint64_t address, const struct xdp_tx_config *config)
{
    uint32_t slots = config->slots;

    tx->memory = memory;
    tx->address = address;
    tx->slots = tx->free_count = slots;
    tx->slot_size = slot_size(config);
    tx->drop_refused = config->drop_refused;
    tx->free = calloc(slots, sizeof(*tx->free));
    tx->lengths = calloc(slots, sizeof(*tx->lengths));
    tx->refused = calloc(slots, sizeof(*tx->refused));
    if (!tx->free || !tx->lengths || !tx->refused)
        return -ENOMEM;
    for (uint32_t i = 0; i < slots; i++)
        tx->free[i] = slots - 1 - i;
    return 0;
}

void xdp_tx_free(struct xdp_tx *tx)
{
    free(tx->free);
    free(tx->lengths);
    free(tx->refused);
}

/*
 * The ring has room without asking: it is larger than the number of slots, and a slot is published again only
 * once the kernel has taken it out. Asking would be wrong, too: see positions_taken().
 */
static void append(struct xdp_tx *tx, uint32_t slot)
{
    *xsk_ring_prod__tx_desc(&tx->ring, tx->ring.cached_prod++) = (struct xdp_desc){
        .addr = tx->address + (uint64_t)slot * tx->slot_size,
        .len = tx->lengths[slot],
    };
    tx->published++;
}

void xdp_tx_publish(struct xdp_tx *tx, unsigned length)
{
    uint32_t slot = tx->free[--tx->free_count];

    tx->lengths[slot] = (uint16_t)length;
    append(tx, slot);
}

static uint32_t slot_of(const struct xdp_tx *tx, uint64_t address)
{
    return (uint32_t)(address - tx->address) / tx->slot_size;
}

static uint32_t reported(const struct xdp_tx *tx)
{
    return __atomic_load_n(tx->ring.consumer, __ATOMIC_ACQUIRE);
}

/*
 * How far the kernel has come in the TX ring. In copy mode it reports its position only with a frame that was
 * sent: where the device refuses the first frame of a call, one more is taken than it says
 * (__xsk_generic_xmit).
 */
static uint32_t positions_taken(const struct xdp_tx *tx)
{
    return reported(tx) + tx->taken_unreported;
}

/* The frame that the device refused is the last that the kernel took. */
static void note_refused(struct xdp_tx *tx, bool any_sent)
{
    if (!any_sent)
        tx->taken_unreported++;

    const struct xdp_desc *last = xsk_ring_prod__tx_desc(&tx->ring, positions_taken(tx) - 1);
    tx->refused[slot_of(tx, last->addr)] = true;
    tx->refused_count++;
}

static int call(struct xdp_tx *tx)
{
    uint32_t before = reported(tx);
    int error = sendto(tx->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
    bool any_sent = reported(tx) != before;

    if (any_sent)
        tx->taken_unreported = 0;
    if (error == -EBUSY && !tx->zero_copy)
        note_refused(tx, any_sent);
    return error == -EBUSY || error == -ENOBUFS || error == -EINTR ? -EAGAIN : error;
}

int xdp_tx_kick(struct xdp_tx *tx)
{
    xsk_ring_prod__submit(&tx->ring, tx->published);
    tx->published = 0;

    /* A call takes 32 frames: as long as it gets on, the next one does too. */
    for (;;) {
        uint32_t taken = positions_taken(tx);
        if (taken == tx->ring.cached_prod)
            return 0;
        if (!xsk_ring_prod__needs_wakeup(&tx->ring))
            return -EAGAIN;

        int error = call(tx);
        bool wait = (tx->refused_count && !tx->drop_refused) || positions_taken(tx) == taken;
        if (error && (error != -EAGAIN || wait))
            return error;
        if (tx->zero_copy)
            return -EAGAIN;
    }
}

void xdp_tx_give_up(struct xdp_tx *tx)
{
    tx->drop_next_refused = true;
}

/* Whether the frame is offered once more. */
static bool take_back(struct xdp_tx *tx, uint32_t slot)
{
    bool drop = tx->drop_refused || tx->drop_next_refused;

    tx->drop_next_refused = false;
    tx->refused[slot] = false;
    tx->refused_count--;
    if (!drop)
        append(tx, slot);
    return !drop;
}

struct xdp_tx_finished xdp_tx_collect(struct xdp_tx *tx)
{
    struct xdp_tx_finished finished = {0};
    uint32_t start = 0;
    uint32_t count = xsk_ring_cons__peek(&tx->completion, tx->slots, &start);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = slot_of(tx, *xsk_ring_cons__comp_addr(&tx->completion, start + i));

        if (!tx->refused[slot]) {
            finished.sent++;
            tx->drop_next_refused = false;
        } else if (take_back(tx, slot)) {
            continue;
        } else {
            finished.dropped++;
        }
        tx->free[tx->free_count++] = slot;
    }
    xsk_ring_cons__release(&tx->completion, count);
    return finished;
}

uint32_t xdp_tx_unsent(const struct xdp_tx *tx)
{
    return tx->ring.cached_prod - positions_taken(tx) + tx->refused_count;
}
