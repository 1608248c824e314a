// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_tx.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdlib.h>

#include "xdp/xdp_tx_kernel.h"

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

    tx->kernel = &xdp_tx_running_kernel;
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
 * has completed. Asking libxdp for room would give wrong answers: see xdp_tx_kernel.h.
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

static struct xdp_tx_part *part_of(const struct xdp_tx *tx, uint32_t slot)
{
    return tx->part_count == 1 ? tx->parts : &tx->parts[slot / tx->parts->slots];
}

int xdp_tx_kick(struct xdp_tx *tx)
{
    xsk_ring_prod__submit(&tx->ring, tx->published);
    tx->published = 0;
    if (!xdp_tx_settle(tx))
        return -EAGAIN;

    /* A call takes 32 frames. As long as a call makes progress, the next one can, too. */
    for (;;) {
        uint32_t taken = xdp_tx_taken(tx);
        if (taken == tx->ring.cached_prod)
            return 0;
        if (!xsk_ring_prod__needs_wakeup(&tx->ring))
            return -EAGAIN;

        int error = xdp_tx_call(tx);
        bool wait = tx->unsettled || (tx->refused_count && !tx->drop_refused) || xdp_tx_taken(tx) == taken;
        if (error && (error != -EAGAIN || wait))
            return error;
        if (tx->zero_copy)
            return -EAGAIN;
    }
}

void xdp_tx_judge(struct xdp_tx *tx)
{
    if (!xdp_tx_settle(tx))
        xdp_tx_note_refused(tx);
}

void xdp_tx_give_up(struct xdp_tx *tx)
{
    if (tx->unsettled && xdp_tx_works(tx))
        return;
    xdp_tx_judge(tx);
    tx->drop_next_refused = true;
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
        uint32_t slot = xdp_tx_slot_of(tx, *xsk_ring_cons__comp_addr(&tx->completion, start + i));
        struct xdp_tx_part *of = part_of(tx, slot);

        if (xdp_tx_is_behind(tx->completed, tx->positions[slot] + 1))
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
    if (!tx->unsettled)
        collect_completed(tx);

    struct xdp_tx_finished finished = tx->parts[part].finished;

    tx->parts[part].finished = (struct xdp_tx_finished){0};
    return finished;
}

bool xdp_tx_is_unsent(const struct xdp_tx *tx, uint32_t slot)
{
    return tx->lengths[slot] &&
           (tx->refused[slot] || !xdp_tx_is_behind(tx->positions[slot], xdp_tx_taken(tx)));
}

uint32_t xdp_tx_unsent(const struct xdp_tx *tx, uint32_t part)
{
    const struct xdp_tx_part *of = &tx->parts[part];
    uint32_t unsent = 0;

    for (uint32_t slot = of->first; slot < of->first + of->slots; slot++)
        unsent += xdp_tx_is_unsent(tx, slot);
    return unsent;
}
