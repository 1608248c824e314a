// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growing set of 64-bit keys with a count each, filled by several threads at once without locks: liburcu's
 * lock-free hash table, with nodes from per-thread chunks. Nodes are never removed, hence no grace periods on
 * the way.
 *
 * Keys may be chosen by an attacker: hashes have a secret in them, so that he cannot fill one bucket. And a
 * table that would be full of what came first can be a sample instead: its first half is for whoever comes
 * first, half of the rest for every fourth key by its hash, half of what is left then for every sixteenth,
 * and so on. Each part takes twice as many keys as the one before it to fill: the last place is taken after
 * about limit²/2 keys, for 10,000 places as many as there are addresses in 1 % of IPv4, and nobody chooses
 * which keys get in.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <urcu.h>
#include <urcu/rculfhash.h>

struct graph_node {
    struct cds_lfht_node link;
    uint64_t key;
    _Atomic uint64_t seen;
};

/* graph_node_of() is the node that holds `link`; clang refuses the casts of liburcu's own macro. */
static inline struct graph_node *graph_node_of(struct cds_lfht_node *link)
{
    return (struct graph_node *)((char *)link - offsetof(struct graph_node, link));
}

struct node_chunk;

enum {
    /* Most replies tell of routers and links near the source. With a quarter of this a reply took 205 ns,
     * with this 170, and more gained nothing; 64 KB stay in the second-level cache. */
    NODES_REMEMBERED = 1 << 12,
};

/* One thread's supply of nodes, and those it met last; zero-initialised. */
struct node_supply {
    struct node_chunk *chunks;
    unsigned used;
    struct {
        uint64_t key;
        struct graph_node *node;
    } remembered[NODES_REMEMBERED];
};

struct node_table_config {
    uint64_t secret;
    uint64_t limit; /* of keys */
    bool sampled;   /* not all room is for whoever comes first */
};

struct node_table {
    struct node_table_config config;
    struct cds_lfht *table;
    _Atomic uint64_t count;
    _Atomic bool full; /* some key was not added, for want of room or of memory */
};

/* node_table_init(): 0 or -ENOMEM. */
int node_table_init(struct node_table *table, const struct node_table_config *config);

/* node_table_destroy() unlinks all nodes; their supplies are freed afterwards. The thread must be registered.
 */
void node_table_destroy(struct node_table *table);

/*
 * node_table_add_key() adds `key` where it is new and there is room; node_table_count_key() also raises its
 * count. The thread must be registered with liburcu.
 */
void node_table_add_key(struct node_table *table, struct node_supply *supply, uint64_t key);
void node_table_count_key(struct node_table *table, struct node_supply *supply, uint64_t key);

void node_supply_free(struct node_supply *supply);
