// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey has learnt of each interface on its way: a word each, found by the hash of its address.
 *
 *   slots   [number of a node]…                    open addressing, random access
 *   nodes   [word] [key] [hop before it]…          in the order of their coming
 *
 * It belongs to a strategy and so to one thread. The tables of knowledge/ are written by all receivers at
 * once, and count answers; here stands what became of questions, which one sender alone knows.
 *
 * Silent hops have nodes as well: one before each node, silent ones included (hop_nodes_silent()).
 * Nothing grows: once the room is used up, what else answers has no node, and is 0. Nobody who answers can
 * choose where his addresses come to lie, since hashes have a secret in them, and no search goes on for longer
 * than NODE_REACH.
 */
#pragma once

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
    uint8_t standing;      /* how well it answers where it should: hop_node_is_limited() */
};

_Static_assert(sizeof(struct hop_node) == 8, "a word each");

struct hop_nodes {
    struct hop_node *nodes; /* from number 1 on */
    uint64_t *keys;
    uint32_t *before; /* who answered last before each; 0: nobody yet */
    uint32_t *slots;
    uint32_t count, room, slot_mask;
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

static inline struct hop_node *hop_nodes_at(struct hop_nodes *nodes, uint32_t number)
{
    return &nodes->nodes[number];
}

/* hop_node_end() and hop_node_go_beyond() count a path that was found to end at a node, and one that was found
 * to go on after `gap` silent hops. Where a byte is full both are halved: their ratio is what matters. */
void hop_node_end(struct hop_node *node);
void hop_node_go_beyond(struct hop_node *node, unsigned gap);

/* hop_node_hear() counts whether one that was expected to answer did. hop_node_is_limited() says that it fell
 * short in more than half of the last cases: then its silence tells nothing. */
void hop_node_hear(struct hop_node *node, bool answered);
bool hop_node_is_limited(const struct hop_node *node);

/* hop_nodes_save() and hop_nodes_load() are state_put() and state_get() of all of it. */
int hop_nodes_save(const struct hop_nodes *nodes, FILE *out);
int hop_nodes_load(struct hop_nodes *nodes, FILE *in);
