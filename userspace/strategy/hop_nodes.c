// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/hop_nodes.h"

#include <errno.h>
#include <string.h>

#include "base/pages.h"
#include "mix.h"
#include "strategy/state.h"

enum {
    /* Slots that a search looks at. At most three in four are taken, so only an attacker could make longer
     * searches. */
    NODE_REACH = 64,
    /* A node is assumed to answer at first, and each case weighs an eighth. Lower weights need dozens of probes in vain
     * to find a limited hop; with higher ones three lost answers in a row make any hop limited. */
    SHARE_ALL = 127,
    SHARE_WEIGHT = 8,
    /* Missing answers where some hop answers at other times, after which a silent hop is assumed, too.
     * Lower, and each lost answer makes a silent hop. Higher, and load balancers past silent routers are not
     * followed. */
    SILENT_FOR_SURE = 2,
    NODE_NUMBERS = 3, /* of a node's saved state */
};

/* In the saved state, this number comes after the last node, in place of a slot. */
static const uint64_t no_more = UINT64_MAX;

int hop_nodes_init(struct hop_nodes *nodes, uint32_t room, uint64_t secret)
{
    uint32_t slots = 2;

    while (slots < room + room / 3)
        slots *= 2;
    *nodes = (struct hop_nodes){.room = room, .slot_mask = slots - 1, .secret = secret};
    nodes->entries = pages_map_untouched((room + 1ULL) * sizeof(*nodes->entries));
    nodes->slots = pages_map_untouched(slots * sizeof(*nodes->slots));
    return nodes->entries && nodes->slots ? 0 : -ENOMEM;
}

void hop_nodes_free(struct hop_nodes *nodes)
{
    pages_unmap(nodes->entries, (nodes->room + 1ULL) * sizeof(*nodes->entries));
    pages_unmap(nodes->slots, (nodes->slot_mask + 1ULL) * sizeof(*nodes->slots));
}

static uint64_t pack(struct hop_node node)
{
    uint64_t word;

    memcpy(&word, &node, sizeof(word));
    return word;
}

static struct hop_node unpack(uint64_t word)
{
    struct hop_node node;

    memcpy(&node, &word, sizeof(node));
    return node;
}

/* Makes a node that no search can find yet. Returns 0 where there is no room. */
static uint32_t make(struct hop_nodes *nodes, uint32_t key)
{
    uint32_t number = atomic_fetch_add_explicit(&nodes->count, 1, memory_order_relaxed) + 1;

    if (number > nodes->room) {
        atomic_fetch_sub_explicit(&nodes->count, 1, memory_order_relaxed);
        return 0;
    }
    atomic_store_explicit(&nodes->entries[number].key, key, memory_order_relaxed);
    atomic_store_explicit(&nodes->entries[number].word, pack((struct hop_node){.share = SHARE_ALL}),
                          memory_order_relaxed);
    return number;
}

/* Another sender was faster: the node's number stays unused, and its key is cleared. */
static void drop(struct hop_nodes *nodes, uint32_t number)
{
    if (number)
        atomic_store_explicit(&nodes->entries[number].key, 0, memory_order_relaxed);
}

static _Atomic uint32_t *slot_at(const struct hop_nodes *nodes, uint64_t hash, uint32_t step)
{
    return &nodes->slots[((uint32_t)(hash >> 32) + step) & nodes->slot_mask];
}

/* All searches for a key look at the same slots in the same order, and no slot is ever freed, so a key is
 * entered only once. The acquire matches the release of the sender that entered the node, so its key is
 * visible. */
static uint32_t meet(struct hop_nodes *nodes, uint64_t hash, uint32_t key, bool *is_new)
{
    uint32_t made = 0;

    *is_new = false;
    for (uint32_t i = 0; i < NODE_REACH; i++) {
        _Atomic uint32_t *slot = slot_at(nodes, hash, i);
        uint32_t number = atomic_load_explicit(slot, memory_order_acquire);

        if (number == 0) {
            if (!made && !(made = make(nodes, key)))
                return 0;
            *is_new = atomic_compare_exchange_strong_explicit(slot, &number, made, memory_order_release,
                                                              memory_order_acquire);
            if (*is_new)
                return made;
        }
        if (atomic_load_explicit(&nodes->entries[number].key, memory_order_relaxed) == key) {
            drop(nodes, made);
            return number;
        }
    }
    drop(nodes, made);
    return 0;
}

static uint64_t hash_of(const struct hop_nodes *nodes, struct address address)
{
    return mix64(mix64(address.high ^ nodes->secret) + address.low);
}

void hop_nodes_prefetch(const struct hop_nodes *nodes, struct address address)
{
    __builtin_prefetch(slot_at(nodes, hash_of(nodes, address), 0), 1);
}

uint32_t hop_nodes_prefetch_entry(const struct hop_nodes *nodes, struct address address)
{
    uint32_t number = atomic_load_explicit(slot_at(nodes, hash_of(nodes, address), 0), memory_order_relaxed);

    __builtin_prefetch(&nodes->entries[number], 1);
    return number;
}

uint32_t hop_nodes_meet(struct hop_nodes *nodes, struct address address, bool *is_new)
{
    uint64_t hash = hash_of(nodes, address);

    return meet(nodes, hash, (uint32_t)hash | 1, is_new);
}

uint32_t hop_nodes_silent(struct hop_nodes *nodes, uint32_t after, bool *is_new)
{
    uint64_t hash = mix64(nodes->secret ^ after);
    uint32_t key = (uint32_t)hash & ~1U;

    return meet(nodes, hash, key ? key : 2, is_new);
}

struct hop_node hop_nodes_look(const struct hop_nodes *nodes, uint32_t number)
{
    return unpack(atomic_load_explicit(&nodes->entries[number].word, memory_order_relaxed));
}

void hop_nodes_change(struct hop_nodes *nodes, uint32_t number, hop_node_change *change, unsigned argument)
{
    uint64_t before = atomic_load_explicit(&nodes->entries[number].word, memory_order_relaxed);
    struct hop_node node;

    do {
        node = unpack(before);
        change(&node, argument);
    } while (!atomic_compare_exchange_weak_explicit(&nodes->entries[number].word, &before, pack(node),
                                                    memory_order_relaxed, memory_order_relaxed));
}

static void set_ttl(struct hop_node *node, unsigned ttl)
{
    node->ttl = (uint8_t)ttl;
}

/* A sender that reads between the two changes probes another TTL in vain. */
void hop_nodes_set_witness(struct hop_nodes *nodes, uint32_t number, uint64_t path, unsigned ttl)
{
    _Atomic uint32_t *word = &nodes->entries[number].before;
    uint32_t before = atomic_load_explicit(word, memory_order_relaxed);

    if (path >= HOP_WITNESS || (before && !(before & HOP_WITNESS)))
        return;
    hop_nodes_change(nodes, number, set_ttl, ttl);
    atomic_compare_exchange_strong_explicit(word, &before, (uint32_t)path | HOP_WITNESS, memory_order_relaxed,
                                            memory_order_relaxed);
}

bool hop_nodes_witness(const struct hop_nodes *nodes, uint32_t number, uint64_t *path)
{
    uint32_t before = atomic_load_explicit(&nodes->entries[number].before, memory_order_relaxed);

    *path = before & ~HOP_WITNESS;
    return before & HOP_WITNESS;
}

static void halve(struct hop_node *node)
{
    node->ended /= 2;
    node->beyond /= 2;
}

void hop_node_end(struct hop_node *node, unsigned unused)
{
    (void)unused;
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

void hop_node_ask(struct hop_node *node, unsigned unused)
{
    (void)unused;
    node->asked += node->asked < UINT16_MAX;
}

void hop_node_add_way(struct hop_node *node, unsigned unused)
{
    (void)unused;
    node->ways += node->ways < UINT8_MAX;
}

void hop_node_miss(struct hop_node *node, unsigned unused)
{
    (void)unused;
    node->silent_before += node->silent_before < SILENT_FOR_SURE;
    node->asked -= node->asked > 0;
}

bool hop_node_is_silent_for_sure(struct hop_node node)
{
    return node.silent_before >= SILENT_FOR_SURE;
}

void hop_node_hear(struct hop_node *node, unsigned answered)
{
    unsigned far = answered ? SHARE_ALL - node->share : node->share;
    unsigned step = (far + SHARE_WEIGHT - 1) / SHARE_WEIGHT;

    node->share = (uint8_t)(answered ? node->share + step : node->share - step) & SHARE_ALL;
}

/* Nobody is believed never to answer. */
double hop_node_share(struct hop_node node)
{
    return (node.share + 1) / (SHARE_ALL + 1.0);
}

void hop_node_notice(struct hop_node *node, unsigned unused)
{
    (void)unused;
    node->noticed = true;
}

bool hop_node_is_limited(struct hop_node node)
{
    return node.share < SHARE_ALL / 2;
}

/* The same on every machine. */
static uint64_t number_of(struct hop_node node)
{
    return (uint64_t)node.asked << 48 | (uint64_t)node.ways << 40 | (uint64_t)node.ended << 32 |
           (uint64_t)node.beyond << 24 | (uint64_t)node.depth << 20 | (uint64_t)node.silent_before << 16 |
           (uint64_t)node.ttl << 8 | (uint64_t)node.noticed << 7 | node.share;
}

static struct hop_node node_of(uint64_t number)
{
    return (struct hop_node){
        .asked = (uint16_t)(number >> 48),
        .ways = (uint8_t)(number >> 40),
        .ended = (uint8_t)(number >> 32),
        .beyond = (uint8_t)(number >> 24),
        .depth = number >> 20 & 0xf,
        .silent_before = number >> 16 & 0xf,
        .ttl = (uint8_t)(number >> 8),
        .noticed = number >> 7 & 1,
        .share = number & 0x7f,
    };
}

/* Saves nodes with their slots, because a key does not determine its slot. */
int hop_nodes_save(const struct hop_nodes *nodes, FILE *out)
{
    const uint64_t head[] = {nodes->count, nodes->secret};
    int error = state_put(out, head, 2);

    for (uint32_t slot = 0; !error && slot <= nodes->slot_mask; slot++) {
        uint32_t number = nodes->slots[slot];
        const uint64_t numbers[NODE_NUMBERS] = {
            (uint64_t)slot << 32 | number, number_of(hop_nodes_look(nodes, number)),
            (uint64_t)nodes->entries[number].key << 32 | nodes->entries[number].before};

        if (number)
            error = state_put(out, numbers, NODE_NUMBERS);
    }
    return error ? error : state_put(out, &no_more, 1);
}

/* Returns true if the node may be in this slot: the slot is free, and the node is in no other one. */
static bool has_place(const struct hop_nodes *nodes, uint32_t slot, uint32_t number)
{
    return slot <= nodes->slot_mask && nodes->slots[slot] == 0 && number != 0 && number <= nodes->count &&
           nodes->entries[number].key == 0;
}

static int load_node(struct hop_nodes *nodes, uint64_t place, const uint64_t numbers[NODE_NUMBERS - 1])
{
    uint32_t slot = (uint32_t)(place >> 32), number = (uint32_t)place;
    uint32_t key = (uint32_t)(numbers[1] >> 32), before = (uint32_t)numbers[1];
    struct hop_node node = node_of(numbers[0]);

    if (!has_place(nodes, slot, number) || !key || (before > nodes->count && before < HOP_WITNESS) ||
        node.depth > HOP_NODE_DEEPEST)
        return -EINVAL;
    nodes->slots[slot] = number;
    nodes->entries[number].word = pack(node);
    nodes->entries[number].key = key;
    nodes->entries[number].before = before;
    return 0;
}

int hop_nodes_load(struct hop_nodes *nodes, FILE *in)
{
    uint64_t head[2], place, numbers[NODE_NUMBERS - 1];
    int error;

    if (state_get(in, head, 2) || head[0] > nodes->room)
        return -EINVAL;
    nodes->count = (uint32_t)head[0];
    nodes->secret = head[1];
    while (!(error = state_get(in, &place, 1)) && place != no_more)
        if (state_get(in, numbers, NODE_NUMBERS - 1) || load_node(nodes, place, numbers))
            return -EINVAL;
    return error;
}
