// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/node_table.h"

#include <errno.h>
#include <stdlib.h>

#include "mix.h"

enum {
    INITIAL_BUCKETS = 1 << 12,
    CHUNK_NODES = 2048, /* 64 KB: few enough calls of malloc, little left over in a small survey */
};

struct node_chunk {
    struct node_chunk *next;
    struct graph_node nodes[CHUNK_NODES];
};

static int key_matches(struct cds_lfht_node *link, const void *key)
{
    return graph_node_of(link)->key == *(const uint64_t *)key;
}

int node_table_init(struct node_table *table, const struct node_table_config *config)
{
    table->config = *config;
    atomic_init(&table->count, 0);
    atomic_init(&table->full, false);
    table->table =
        cds_lfht_new(INITIAL_BUCKETS, INITIAL_BUCKETS, 0, CDS_LFHT_AUTO_RESIZE | CDS_LFHT_ACCOUNTING, NULL);
    return table->table ? 0 : -ENOMEM;
}

void node_table_destroy(struct node_table *table)
{
    struct cds_lfht_iter iter;
    struct cds_lfht_node *link;

    if (!table->table)
        return;
    rcu_read_lock();
    cds_lfht_for_each (table->table, &iter, link)
        cds_lfht_del(table->table, link);
    rcu_read_unlock();
    /* liburcu's own thread may still walk over nodes while it resizes the table. */
    synchronize_rcu();
    cds_lfht_destroy(table->table, NULL);
    table->table = NULL;
}

static struct graph_node *supply_take(struct node_supply *supply)
{
    if (!supply->chunks || supply->used == CHUNK_NODES) {
        struct node_chunk *chunk = malloc(sizeof(*chunk));

        if (!chunk)
            return NULL;
        chunk->next = supply->chunks;
        supply->chunks = chunk;
        supply->used = 0;
    }
    return &supply->chunks->nodes[supply->used++];
}

/* Two multiplications by what the attacker does not know, and a mixing of all bits. */
static uint64_t hash_of(const struct node_table *table, uint64_t key)
{
    uint64_t secret = table->config.secret;

    return mix64((key ^ secret) * (mix64(secret) | 1));
}

/* Whether there is room for a new key. The table itself goes by the low bits of the hash. */
static bool admits(const struct node_table *table, uint64_t hash)
{
    uint64_t count = atomic_load_explicit(&table->count, memory_order_relaxed), limit = table->config.limit;

    if (count >= limit)
        return false;
    if (!table->config.sampled)
        return true;
    int halvings = 63 - __builtin_clzll(limit / (limit - count));
    return halvings == 0 || hash >> (64 - 2 * halvings) == 0;
}

static struct graph_node *find_or_add(struct node_table *table, struct node_supply *supply,
                                      unsigned long hash, uint64_t key)
{
    struct cds_lfht_iter iter;
    struct cds_lfht_node *found;

    cds_lfht_lookup(table->table, hash, key_matches, &key, &iter);
    found = cds_lfht_iter_get_node(&iter);
    if (found)
        return graph_node_of(found);

    struct graph_node *node = admits(table, hash) ? supply_take(supply) : NULL;
    if (!node) {
        atomic_store_explicit(&table->full, true, memory_order_relaxed);
        return NULL;
    }
    cds_lfht_node_init(&node->link);
    node->key = key;
    atomic_init(&node->seen, 0);
    found = cds_lfht_add_unique(table->table, hash, key_matches, &key, &node->link);
    if (found == &node->link)
        atomic_fetch_add_explicit(&table->count, 1, memory_order_relaxed);
    else
        supply->used--; /* another thread was first: the node was never visible and serves again */
    return graph_node_of(found);
}

/* The node of `key`, which stays where it is as long as the table; NULL where there was no room for it. */
static struct graph_node *node_of(struct node_table *table, struct node_supply *supply, uint64_t key)
{
    unsigned long hash = hash_of(table, key), place = hash % NODES_REMEMBERED;

    if (!supply->remembered[place].node || supply->remembered[place].key != key) {
        rcu_read_lock();
        supply->remembered[place].node = find_or_add(table, supply, hash, key);
        supply->remembered[place].key = key;
        rcu_read_unlock();
    }
    return supply->remembered[place].node;
}

void node_table_add_key(struct node_table *table, struct node_supply *supply, uint64_t key)
{
    node_of(table, supply, key);
}

void node_table_count_key(struct node_table *table, struct node_supply *supply, uint64_t key)
{
    struct graph_node *node = node_of(table, supply, key);

    if (node)
        atomic_fetch_add_explicit(&node->seen, 1, memory_order_relaxed);
}

void node_supply_free(struct node_supply *supply)
{
    while (supply->chunks) {
        struct node_chunk *next = supply->chunks->next;

        free(supply->chunks);
        supply->chunks = next;
    }
}
