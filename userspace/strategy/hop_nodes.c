// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/hop_nodes.h"

#include <errno.h>

#include "base/pages.h"
#include "mix.h"
#include "strategy/state.h"

enum {
    /* Slots that a search looks at: two in three are taken at most, so that longer ways are those that
     * somebody has made. */
    NODE_REACH = 64,
    /* `standing`: begins in the middle, and is one up or down each time. */
    STANDING_FIRST = 8,
    STANDING_BEST = 15,
    STANDING_LIMITED = 3,
    NODE_NUMBERS = 3, /* of a node's saved state */
};

int hop_nodes_init(struct hop_nodes *nodes, uint32_t room, uint64_t secret)
{
    uint32_t slots = 2;

    while (slots < room + room / 2)
        slots *= 2;
    *nodes = (struct hop_nodes){.room = room, .slot_mask = slots - 1, .secret = secret};
    nodes->nodes = pages_map_untouched((room + 1ULL) * sizeof(*nodes->nodes));
    nodes->keys = pages_map_untouched((room + 1ULL) * sizeof(*nodes->keys));
    nodes->before = pages_map_untouched((room + 1ULL) * sizeof(*nodes->before));
    nodes->slots = pages_map_untouched(slots * sizeof(*nodes->slots));
    return nodes->nodes && nodes->keys && nodes->before && nodes->slots ? 0 : -ENOMEM;
}

void hop_nodes_free(struct hop_nodes *nodes)
{
    pages_unmap(nodes->nodes, (nodes->room + 1ULL) * sizeof(*nodes->nodes));
    pages_unmap(nodes->keys, (nodes->room + 1ULL) * sizeof(*nodes->keys));
    pages_unmap(nodes->before, (nodes->room + 1ULL) * sizeof(*nodes->before));
    pages_unmap(nodes->slots, (nodes->slot_mask + 1ULL) * sizeof(*nodes->slots));
}

/* The slot of a key, or the free one where it belongs; NULL where there is neither. */
static uint32_t *slot_of(struct hop_nodes *nodes, uint64_t key)
{
    for (uint32_t i = 0; i < NODE_REACH; i++) {
        uint32_t *slot = &nodes->slots[((uint32_t)(key >> 32) + i) & nodes->slot_mask];

        if (*slot == 0 || nodes->keys[*slot] == key)
            return slot;
    }
    return NULL;
}

static uint32_t meet(struct hop_nodes *nodes, uint64_t key, bool *is_new)
{
    uint32_t *slot = slot_of(nodes, key);

    *is_new = slot && *slot == 0 && nodes->count < nodes->room;
    if (*is_new) {
        *slot = ++nodes->count;
        nodes->keys[*slot] = key;
        nodes->nodes[*slot].standing = STANDING_FIRST;
    }
    return slot ? *slot : 0;
}

uint32_t hop_nodes_meet(struct hop_nodes *nodes, struct address address, bool *is_new)
{
    return meet(nodes, mix64(mix64(address.high ^ nodes->secret) + address.low) | 1, is_new);
}

/* Keys of silent hops are even, those of interfaces odd. */
uint32_t hop_nodes_silent(struct hop_nodes *nodes, uint32_t after, bool *is_new)
{
    return meet(nodes, mix64(nodes->secret ^ after) & ~1ULL, is_new);
}

static void halve(struct hop_node *node)
{
    node->ended /= 2;
    node->beyond /= 2;
}

void hop_node_end(struct hop_node *node)
{
    if (node->ended == UINT8_MAX)
        halve(node);
    node->ended++;
}

void hop_node_go_beyond(struct hop_node *node, unsigned gap)
{
    if (node->beyond == UINT8_MAX)
        halve(node);
    node->beyond++;
    if (node->depth < HOP_NODE_DEEPEST && gap + 1 > node->depth)
        node->depth = gap + 1 < HOP_NODE_DEEPEST ? (uint8_t)(gap + 1) : HOP_NODE_DEEPEST;
}

void hop_node_hear(struct hop_node *node, bool answered)
{
    if (answered && node->standing < STANDING_BEST)
        node->standing++;
    else if (!answered && node->standing > 0)
        node->standing--;
}

bool hop_node_is_limited(const struct hop_node *node)
{
    return node->standing <= STANDING_LIMITED;
}

static uint64_t pack(const struct hop_node *node)
{
    return (uint64_t)node->asked << 48 | (uint64_t)node->ways << 40 | (uint64_t)node->ended << 32 |
           (uint64_t)node->beyond << 24 | (uint64_t)node->depth << 16 | (uint64_t)node->silent_before << 8 |
           node->standing;
}

static struct hop_node unpack(uint64_t word)
{
    return (struct hop_node){(uint16_t)(word >> 48), (uint8_t)(word >> 40), (uint8_t)(word >> 32),
                             (uint8_t)(word >> 24),  (uint8_t)(word >> 16), (uint8_t)(word >> 8),
                             (uint8_t)word};
}

int hop_nodes_save(const struct hop_nodes *nodes, FILE *out)
{
    const uint64_t head[] = {nodes->count, nodes->secret};
    int error = state_put(out, head, 2);

    for (uint32_t i = 1; !error && i <= nodes->count; i++) {
        const uint64_t numbers[NODE_NUMBERS] = {pack(&nodes->nodes[i]), nodes->keys[i], nodes->before[i]};

        error = state_put(out, numbers, NODE_NUMBERS);
    }
    return error;
}

static int load_node(struct hop_nodes *nodes, FILE *in, uint32_t number)
{
    uint64_t numbers[NODE_NUMBERS];
    struct hop_node node;
    uint32_t *slot;

    if (state_get(in, numbers, NODE_NUMBERS))
        return -EINVAL;
    node = unpack(numbers[0]);
    slot = slot_of(nodes, numbers[1]);
    if (!slot || *slot || node.depth > HOP_NODE_DEEPEST || numbers[2] > nodes->room)
        return -EINVAL;
    *slot = number;
    nodes->nodes[number] = node;
    nodes->keys[number] = numbers[1];
    nodes->before[number] = (uint32_t)numbers[2];
    return 0;
}

int hop_nodes_load(struct hop_nodes *nodes, FILE *in)
{
    uint64_t head[2];

    if (state_get(in, head, 2) || head[0] > nodes->room)
        return -EINVAL;
    nodes->secret = head[1];
    for (nodes->count = 0; nodes->count < head[0]; nodes->count++)
        if (load_node(nodes, in, nodes->count + 1))
            return -EINVAL;
    return 0;
}
