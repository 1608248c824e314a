// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey has learnt of each interface: one word each, found by the hash of the interface's address.
 *
 *   slots   [number of a node]…                    open addressing by one half of the hash, random access
 *   nodes   [word, key, hop before it]…            in the order of creation; the key is the other half
 *
 * While no hop has answered before an interface, its node has a witness instead: a path on which the interface
 * answered, so that the hop before it can be probed again.
 *
 * All senders of a survey share the nodes. Each change replaces an atomic word, and no sender waits. If two
 * senders meet a new interface at once, both use the node that was entered first.
 *
 * Silent hops have nodes, too: one before each node, silent ones included (hop_nodes_silent()). The tables do not
 * grow: once the room is used up, further interfaces have no node, which is number 0. A responder cannot choose
 * the slots of its addresses, because the hashes are keyed with a secret, and no search looks at more than
 * NODE_REACH slots. With three million interfaces, two of them share a node in one of some hundred surveys.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

enum {
    HOP_NODE_DEEPEST = 5, /* the longest silent gap; other tools give up there */
};

/* Nodes have lower numbers, and paths with higher ones are no witnesses. */
#define HOP_WITNESS 0x80000000U

struct hop_node {
    uint16_t asked;            /* how often walks at this node sent a probe for the hop before it */
    uint8_t ways;              /* how many different hops were found before it */
    uint8_t ended;             /* how often nothing was found behind it */
    uint8_t beyond;            /* how often something was found behind it */
    uint8_t depth : 4;         /* the longest silence behind it after which something answered, plus one */
    uint8_t silent_before : 4; /* how often no answer came from before it, although a hop there can answer: up
                                * to 2 */
    uint8_t ttl;               /* at which it answered on the path of its witness */
    uint8_t share : 7; /* of the last probes that should have met it, those answered: hop_node_share() */
    bool noticed : 1;  /* that it is limited */
};

_Static_assert(sizeof(struct hop_node) == 8, "a word each");

/* A whole node, so that it costs one cache miss. */
struct hop_node_entry {
    _Atomic uint64_t word;   /* a struct hop_node */
    _Atomic uint32_t key;    /* odd: an interface's; even: a silent hop's; 0: the number is not used */
    _Atomic uint32_t before; /* the hop that last answered before it, or HOP_WITNESS and a path; 0: neither */
};

struct hop_nodes {
    struct hop_node_entry *entries; /* from number 1 on */
    _Atomic uint32_t *slots;
    _Atomic uint32_t count;
    uint32_t room, slot_mask;
    uint64_t secret;
};

/* hop_nodes_init() makes room for `room` nodes, and for a third more slots, rounded up to a power of two. Returns 0
 * or -ENOMEM. hop_nodes_free() may be called after either. Memory is touched only as it is filled. */
int hop_nodes_init(struct hop_nodes *nodes, uint32_t room, uint64_t secret);
void hop_nodes_free(struct hop_nodes *nodes);

/* hop_nodes_meet() returns the number of an interface's node, or 0 where there is no room for it. `is_new` is
 * set if the node was not there before. */
uint32_t hop_nodes_meet(struct hop_nodes *nodes, struct address address, bool *is_new);

/* hop_nodes_silent() returns the number of the silent hop before node `after`, in the same way. */
uint32_t hop_nodes_silent(struct hop_nodes *nodes, uint32_t after, bool *is_new);

/* hop_nodes_prefetch() prefetches the slot at which hop_nodes_meet() looks first. When that has come,
 * hop_nodes_prefetch_entry() prefetches the node whose number is in the slot, and returns the number; 0 where
 * there is none. It is most likely the interface's. */
void hop_nodes_prefetch(const struct hop_nodes *nodes, struct address address);
uint32_t hop_nodes_prefetch_entry(const struct hop_nodes *nodes, struct address address);

/* hop_nodes_look() returns the present state of a node. */
struct hop_node hop_nodes_look(const struct hop_nodes *nodes, uint32_t number);

/* hop_nodes_count() returns the highest number of a node. */
static inline uint32_t hop_nodes_count(const struct hop_nodes *nodes)
{
    return atomic_load_explicit(&nodes->count, memory_order_acquire);
}

static inline uint32_t hop_nodes_before(const struct hop_nodes *nodes, uint32_t number)
{
    uint32_t before = atomic_load_explicit(&nodes->entries[number].before, memory_order_relaxed);

    return before & HOP_WITNESS ? 0 : before;
}

static inline void hop_nodes_set_before(struct hop_nodes *nodes, uint32_t number, uint32_t before)
{
    atomic_store_explicit(&nodes->entries[number].before, before, memory_order_relaxed);
}

/* hop_nodes_set_witness() notes that the interface answered at `ttl` of a path, unless a hop before it is known or the
 * number of the path is too high. hop_nodes_witness() returns false where there is none. Its TTL is in the node. */
void hop_nodes_set_witness(struct hop_nodes *nodes, uint32_t number, uint64_t path, unsigned ttl);
bool hop_nodes_witness(const struct hop_nodes *nodes, uint32_t number, uint64_t *path);

/* hop_nodes_is_silent() says whether the node is that of a silent hop. */
static inline bool hop_nodes_is_silent(const struct hop_nodes *nodes, uint32_t number)
{
    return !(atomic_load_explicit(&nodes->entries[number].key, memory_order_relaxed) & 1);
}

/* hop_nodes_change() changes a node by one of the functions below. It may call the function several times. */
typedef void hop_node_change(struct hop_node *node, unsigned argument);
void hop_nodes_change(struct hop_nodes *nodes, uint32_t number, hop_node_change *change, unsigned argument);

/* hop_node_end() counts a path that ended at a node, hop_node_go_beyond() one that went on after `gap` silent
 * hops. When a byte is full, both counts are halved, because only their ratio matters. */
hop_node_change hop_node_end, hop_node_go_beyond;

/* hop_node_ask() counts a probe for the hop before the node. hop_node_add_way() counts a new hop found there.
 * hop_node_miss() takes back a probe that brought no information: no answer came, although a hop there can
 * answer. After two such probes hop_node_is_silent_for_sure() returns true: there is a silent hop, too. */
hop_node_change hop_node_ask, hop_node_add_way, hop_node_miss;
bool hop_node_is_silent_for_sure(struct hop_node node);

/* hop_node_hear() counts whether a hop that was expected to answer did. hop_node_share() returns the share of probes that
 * it answers, mostly of the last dozen; hop_node_is_limited() returns true if it is less than half: then its silence means
 * nothing. hop_node_notice() marks it as limited. */
hop_node_change hop_node_hear, hop_node_notice;
double hop_node_share(struct hop_node node);
bool hop_node_is_limited(struct hop_node node);

/* hop_nodes_save() and hop_nodes_load() save and load everything by state_put() and state_get(), while nothing
 * changes it. */
int hop_nodes_save(const struct hop_nodes *nodes, FILE *out);
int hop_nodes_load(struct hop_nodes *nodes, FILE *in);
