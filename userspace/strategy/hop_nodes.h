// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey has learnt of each interface on its way: a word each, found by the hash of its address.
 *
 *   slots   [number of a node]…                    open addressing by one half of the hash, random access
 *   nodes   [word, key, hop before it]…            in the order of their coming; the key is the other half
 *
 * All senders of a survey share them, each change is one of an atomic word, and nobody waits: an interface that two
 * meet at once has the node of the one who was first.
 *
 * Silent hops have nodes as well: one before each node, silent ones included (hop_nodes_silent()).
 * Nothing grows: once the room is used up, what else answers has no node, and is 0. Nobody who answers can
 * choose where his addresses come to lie, since hashes have a secret in them, and no search goes on for longer
 * than NODE_REACH. Two of three million interfaces are taken for one in one survey of some hundred.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

enum {
    HOP_NODE_DEEPEST = 5, /* of silent gaps; 5 of silence are where everybody else gives up */
};

struct hop_node {
    uint16_t asked;        /* how often the hop before it was asked for, from here */
    uint8_t ways;          /* how many were found to stand before it */
    uint8_t ended;         /* how often nothing was found behind it */
    uint8_t beyond;        /* how often something was */
    uint8_t depth;         /* the longest silence behind it after which something answered, and one */
    uint8_t silent_before; /* how often nobody answered before it, though somebody can: up to 2 */
    uint8_t standing : 7;  /* how well it answers where it should: hop_node_is_limited() */
    bool noticed : 1;      /* that it did not */
};

_Static_assert(sizeof(struct hop_node) == 8, "a word each");

/* All of a node, so that it costs one cache miss. */
struct hop_node_entry {
    _Atomic uint64_t word;   /* a struct hop_node */
    _Atomic uint32_t key;    /* odd: an interface's, even: a silent hop's; 0: of a number that is not used */
    _Atomic uint32_t before; /* who answered last before it; 0: nobody yet */
};

struct hop_nodes {
    struct hop_node_entry *entries; /* from number 1 on */
    _Atomic uint32_t *slots;
    _Atomic uint32_t count;
    uint32_t room, slot_mask;
    uint64_t secret;
};

/* hop_nodes_init() makes room for `room` nodes, and twice as many slots. 0 or -ENOMEM; hop_nodes_free() is right
 * after both. Memory is taken as it is filled. */
int hop_nodes_init(struct hop_nodes *nodes, uint32_t room, uint64_t secret);
void hop_nodes_free(struct hop_nodes *nodes);

/* hop_nodes_meet() is the number of an interface, `is_new` says that it was not there before; 0 where there is
 * no room for it. */
uint32_t hop_nodes_meet(struct hop_nodes *nodes, struct address address, bool *is_new);

/* hop_nodes_silent() is the number of the silent hop before node `after`, likewise. */
uint32_t hop_nodes_silent(struct hop_nodes *nodes, uint32_t after, bool *is_new);

/* hop_nodes_prefetch() asks for the slot that hop_nodes_meet() looks at first. Once that has come,
 * hop_nodes_prefetch_entry() asks for the node whose number stands there and returns it: most likely the interface's,
 * 0 where there is none. */
void hop_nodes_prefetch(const struct hop_nodes *nodes, struct address address);
uint32_t hop_nodes_prefetch_entry(const struct hop_nodes *nodes, struct address address);

/* hop_nodes_look() is what is known of a node now. */
struct hop_node hop_nodes_look(const struct hop_nodes *nodes, uint32_t number);

static inline uint32_t hop_nodes_before(const struct hop_nodes *nodes, uint32_t number)
{
    return atomic_load_explicit(&nodes->entries[number].before, memory_order_relaxed);
}

static inline void hop_nodes_set_before(struct hop_nodes *nodes, uint32_t number, uint32_t before)
{
    atomic_store_explicit(&nodes->entries[number].before, before, memory_order_relaxed);
}

/* hop_nodes_change() changes a node by one of the functions below, or another that may be called several times. */
typedef void hop_node_change(struct hop_node *node, unsigned argument);
void hop_nodes_change(struct hop_nodes *nodes, uint32_t number, hop_node_change *change, unsigned argument);

/* hop_node_end() and hop_node_go_beyond() count a path that was found to end at a node, and one that was found
 * to go on after `gap` silent hops. Where a byte is full both are halved: their ratio is what matters. */
hop_node_change hop_node_end, hop_node_go_beyond;

/* hop_node_ask() counts that the hop before it is asked for; hop_node_add_way() that a new one stands there;
 * hop_node_miss() takes a question back that told nothing: nobody answered, though somebody can. Once that was so
 * twice hop_node_is_silent_for_sure(): there is a silent hop as well. */
hop_node_change hop_node_ask, hop_node_add_way, hop_node_miss;
bool hop_node_is_silent_for_sure(struct hop_node node);

/* hop_node_hear() counts whether one that was expected to answer did. hop_node_is_limited() says that it fell
 * short in more than half of the last cases: then its silence tells nothing. hop_node_notice() keeps that in mind. */
hop_node_change hop_node_hear, hop_node_notice;
bool hop_node_is_limited(struct hop_node node);

/* hop_nodes_save() and hop_nodes_load() are state_put() and state_get() of all of it, while nobody changes it. */
int hop_nodes_save(const struct hop_nodes *nodes, FILE *out);
int hop_nodes_load(struct hop_nodes *nodes, FILE *in);
