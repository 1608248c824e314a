// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/watched_hop.h"

#include <stddef.h>

static bool is_remembered(const struct watched_hop *hop, const struct watched_responder *responder)
{
    return hop->rounds - responder->seen < WATCHED_MEMORY;
}

static void forget_old(struct watched_hop *hop)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < hop->count; i++)
        if (is_remembered(hop, &hop->known[i]))
            hop->known[kept++] = hop->known[i];
    hop->count = kept;
}

static struct watched_responder *find(struct watched_hop *hop, struct address value)
{
    for (unsigned i = 0; i < hop->count; i++)
        if (address_equal(hop->known[i].value, value))
            return &hop->known[i];
    return NULL;
}

/* Returns a free entry, or that of the responder that answered longest ago. */
static struct watched_responder *place_for_another(struct watched_hop *hop)
{
    struct watched_responder *oldest = &hop->known[0];

    if (hop->count < WATCHED_RESPONDERS)
        return &hop->known[hop->count++];
    for (unsigned i = 1; i < hop->count; i++)
        if (hop->known[i].seen < oldest->seen)
            oldest = &hop->known[i];
    return oldest;
}

/* Adds one answer. Returns true if its responder is remembered and is not the last one. */
static bool note(struct watched_hop *hop, struct address value)
{
    struct watched_responder *responder = find(hop, value);
    bool returned = responder && !address_equal(value, hop->last);

    if (!responder)
        responder = place_for_another(hop);
    *responder = (struct watched_responder){value, hop->rounds};
    hop->last = value;
    return returned;
}

static enum hop_state next_state(const struct watched_hop *hop, bool alternates)
{
    if (alternates || hop->count == WATCHED_RESPONDERS)
        return HOP_BALANCED;
    return hop->state == HOP_BALANCED && hop->count > 1 ? HOP_BALANCED : HOP_STEADY;
}

static bool is_among(struct address value, const struct address *values, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (address_equal(values[i], value))
            return true;
    return false;
}

bool watched_hop_round(struct watched_hop *hop, const struct address *values, unsigned count)
{
    enum hop_state before = hop->state;
    bool alternates = count > 1;

    if (count == 0)
        return false;
    hop->rounds++;
    forget_old(hop);
    for (unsigned i = 0; i < count; i++)
        alternates |= note(hop, values[i]);
    hop->state = next_state(hop, alternates);
    if (before == HOP_BALANCED && hop->state == HOP_BALANCED)
        return false;
    if (before != HOP_NEW && is_among(hop->told, values, count))
        return false;
    hop->told = values[0];
    return before != HOP_NEW;
}

void watched_hop_reopen(struct watched_hop *hop)
{
    hop->state = HOP_NEW;
}
