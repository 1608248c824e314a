// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_tx.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
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

static const struct xdp_tx_kernel running_kernel = {.send = send_published, .holds_frames = holds_frames};

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

    tx->kernel = &running_kernel;
    tx->memory = memory;
    tx->address = address;
    tx->slots = slots;
    tx->slot_size = slot_size(config);
    tx->drop_refused = config->drop_refused;
    tx->free = calloc(slots, sizeof(*tx->free));
    tx->lengths = calloc(slots, sizeof(*tx->lengths));
    tx->positions = calloc(slots, sizeof(*tx->positions));
    tx->refused = calloc(slots, sizeof(*tx->refused));
    if (!tx->free || !tx->lengths || !tx->positions || !tx->refused)
        return -ENOMEM;
    return xdp_tx_divide(tx, 1);
}

/* Slots that are left over after the division stay unused. */
int xdp_tx_divide(struct xdp_tx *tx, uint32_t parts)
{
    struct xdp_tx_part *divided = calloc(parts, sizeof(*divided));
    uint32_t slots = tx->slots / parts;

    if (!divided)
        return -ENOMEM;
    for (uint32_t i = 0; i < parts; i++) {
        divided[i] = (struct xdp_tx_part){
            .first = i * slots, .slots = slots, .free_count = slots, .free = tx->free + (size_t)i * slots};
        for (uint32_t k = 0; k < slots; k++)
            divided[i].free[k] = divided[i].first + slots - 1 - k;
    }
    free(tx->parts);
    tx->parts = divided;
    tx->part_count = parts;
    return 0;
}

void xdp_tx_free(struct xdp_tx *tx)
{
    free(tx->parts);
    free(tx->free);
    free(tx->lengths);
    free(tx->positions);
    free(tx->refused);
}

/*
 * The ring always has room: it is larger than the number of slots, and a slot is published again only once it
 * has completed. Asking libxdp for room would give wrong answers: see positions_taken().
 */
static void append(struct xdp_tx *tx, uint32_t slot)
{
    tx->positions[slot] = tx->ring.cached_prod;
    *xsk_ring_prod__tx_desc(&tx->ring, tx->ring.cached_prod++) = (struct xdp_desc){
        .addr = tx->address + (uint64_t)slot * tx->slot_size,
        .len = tx->lengths[slot],
    };
    tx->published++;
}

void xdp_tx_publish(struct xdp_tx *tx, uint32_t part, unsigned length)
{
    uint32_t slot = tx->parts[part].free[--tx->parts[part].free_count];

    tx->lengths[slot] = (uint16_t)length;
    append(tx, slot);
}

static uint32_t slot_of(const struct xdp_tx *tx, uint64_t address)
{
    return (uint32_t)(address - tx->address) / tx->slot_size;
}

static struct xdp_tx_part *part_of(const struct xdp_tx *tx, uint32_t slot)
{
    return tx->part_count == 1 ? tx->parts : &tx->parts[slot / tx->parts->slots];
}

static uint32_t reported(const struct xdp_tx *tx)
{
    return __atomic_load_n(tx->ring.consumer, __ATOMIC_ACQUIRE);
}

static bool is_behind(uint32_t position, uint32_t other)
{
    return (int32_t)(position - other) < 0;
}

/*
 * Returns a lower bound of how far the kernel has come in the TX ring. In copy mode the kernel updates the
 * consumer when it finds the ring empty, or with a frame that was sent, but not with a frame that the device
 * refused. Before 6.17 it then does not even report the frames sent before the refused one
 * (__xsk_generic_xmit). But when a frame has completed, the kernel has taken it and all frames before it.
 */
static uint32_t positions_taken(const struct xdp_tx *tx)
{
    uint32_t told = reported(tx);

    return is_behind(told, tx->completed) ? tx->completed : told;
}

/* Of the frames that wait to be collected, the refused one is the one furthest on in the ring: see xdp_tx.h.
 * Others may have completed in any order. */
static void note_refused(struct xdp_tx *tx)
{
    /* peek() is not used, because it looks for new entries only when it knows of none. */
    uint32_t first = tx->completion.cached_cons;
    uint32_t end = __atomic_load_n(tx->completion.producer, __ATOMIC_ACQUIRE);
    uint32_t last = 0;

    for (uint32_t i = first; i != end; i++) {
        uint32_t slot = slot_of(tx, *xsk_ring_cons__comp_addr(&tx->completion, i));

        if (i == first || is_behind(tx->positions[last], tx->positions[slot]))
            last = slot;
    }
    if (first == end || tx->refused[last])
        return;
    tx->completed = tx->positions[last] + 1;
    tx->refused[last] = true;
    tx->refused_count++;
}

/* Returns true unless it is not known yet which frame was refused. */
static bool settle(struct xdp_tx *tx)
{
    if (!tx->unsettled)
        return true;
    if (tx->kernel->holds_frames(tx))
        return false;
    note_refused(tx);
    tx->unsettled = false;
    return true;
}

static int call(struct xdp_tx *tx)
{
    int error = tx->kernel->send(tx);

    tx->unsettled = error == -EBUSY && !tx->zero_copy;
    settle(tx);
    return error == -EBUSY || error == -ENOBUFS || error == -EINTR ? -EAGAIN : error;
}

int xdp_tx_kick(struct xdp_tx *tx)
{
    xsk_ring_prod__submit(&tx->ring, tx->published);
    tx->published = 0;
    if (!settle(tx))
        return -EAGAIN;

    /* A call takes 32 frames. As long as a call makes progress, the next one can, too. */
    for (;;) {
        uint32_t taken = positions_taken(tx);
        if (taken == tx->ring.cached_prod)
            return 0;
        if (!xsk_ring_prod__needs_wakeup(&tx->ring))
            return -EAGAIN;

        int error = call(tx);
        bool wait = tx->unsettled || (tx->refused_count && !tx->drop_refused) || positions_taken(tx) == taken;
        if (error && (error != -EAGAIN || wait))
            return error;
        if (tx->zero_copy)
            return -EAGAIN;
    }
}

void xdp_tx_give_up(struct xdp_tx *tx)
{
    tx->drop_next_refused = true;
    if (tx->unsettled)
        note_refused(tx);
    tx->unsettled = false;
}

/* Returns true if the frame is offered again. */
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

/* Handles a frame that has completed. Returns true if its slot is free now. */
static bool finish(struct xdp_tx *tx, struct xdp_tx_part *part, uint32_t slot)
{
    if (!tx->refused[slot]) {
        part->finished.sent++;
        tx->drop_next_refused = false;
        return true;
    }
    if (take_back(tx, slot))
        return false;
    part->finished.dropped++;
    if (part->dropped)
        part->dropped(part->context, xdp_tx_slot(tx, slot));
    return true;
}

static void collect_completed(struct xdp_tx *tx)
{
    uint32_t start = 0;
    uint32_t count = xsk_ring_cons__peek(&tx->completion, tx->slots, &start);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = slot_of(tx, *xsk_ring_cons__comp_addr(&tx->completion, start + i));
        struct xdp_tx_part *of = part_of(tx, slot);

        if (is_behind(tx->completed, tx->positions[slot] + 1))
            tx->completed = tx->positions[slot] + 1;
        if (!finish(tx, of, slot))
            continue;
        tx->lengths[slot] = 0;
        of->free[of->free_count++] = slot;
    }
    xsk_ring_cons__release(&tx->completion, count);
}

struct xdp_tx_finished xdp_tx_collect(struct xdp_tx *tx, uint32_t part)
{
    if (settle(tx))
        collect_completed(tx);

    struct xdp_tx_finished finished = tx->parts[part].finished;

    tx->parts[part].finished = (struct xdp_tx_finished){0};
    return finished;
}

bool xdp_tx_is_unsent(const struct xdp_tx *tx, uint32_t slot)
{
    return tx->lengths[slot] && (tx->refused[slot] || !is_behind(tx->positions[slot], positions_taken(tx)));
}

uint32_t xdp_tx_unsent(const struct xdp_tx *tx, uint32_t part)
{
    const struct xdp_tx_part *of = &tx->parts[part];
    uint32_t unsent = 0;

    for (uint32_t slot = of->first; slot < of->first + of->slots; slot++)
        unsent += xdp_tx_is_unsent(tx, slot);
    return unsent;
}
