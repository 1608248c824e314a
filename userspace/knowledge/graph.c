// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/graph.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/pages.h"
#include "knowledge/node_table.h"

enum {
    /* What a key costs: its node, and about two bucket pointers at the table's load factor. */
    KEY_BYTES = sizeof(struct graph_node) + 2 * sizeof(void *),
    NO_HOP = 0, /* a hop word: nobody has answered there yet */
};

struct graph_handle {
    struct graph *graph;
    struct node_supply interfaces, links;
    struct graph_handle *next;
};

struct graph {
    struct node_table interfaces, links;
    uint64_t paths_kept; /* those with hop words */
    bool all_paths_kept;
    unsigned min_ttl, width;
    _Atomic uint32_t *hops; /* paths_kept × width hop words */
    void *hop_memory;       /* the same, as it was mapped */
    size_t hop_bytes;
    _Atomic(struct graph_handle *) handles; /* open or not: their nodes live as long as the tables */
};

static int allocate_interfaces(struct graph *graph, const struct graph_config *config)
{
    const struct node_table_config table = {
        .secret = config->secret, .limit = config->interface_memory / KEY_BYTES, .sampled = true};

    return node_table_init(&graph->interfaces, &table);
}

/* Hop words get at most three quarters of the memory, so that links found have room too. */
static int allocate_links(struct graph *graph, const struct graph_config *config)
{
    struct node_table_config table = {.secret = config->secret};
    uint64_t bytes_per_path = graph->width * sizeof(*graph->hops);
    uint64_t affordable = config->link_memory / 4 * 3 / bytes_per_path;

    graph->paths_kept = config->paths < affordable ? config->paths : affordable;
    graph->all_paths_kept = graph->paths_kept == config->paths;
    graph->hop_bytes = graph->paths_kept * bytes_per_path;
    table.limit = (config->link_memory - graph->hop_bytes) / KEY_BYTES;
    if (graph->hop_bytes)
        graph->hops = graph->hop_memory = pages_map(graph->hop_bytes);
    return graph->hop_bytes && !graph->hops ? -ENOMEM : node_table_init(&graph->links, &table);
}

struct graph *graph_create(const struct graph_config *config)
{
    struct graph *graph = calloc(1, sizeof(*graph));

    if (!graph)
        return NULL;
    graph->min_ttl = config->min_ttl;
    graph->width = config->max_ttl - config->min_ttl + 1;
    if (allocate_interfaces(graph, config) || allocate_links(graph, config)) {
        graph_destroy(graph);
        return NULL;
    }
    return graph;
}

void graph_destroy(struct graph *graph)
{
    if (!graph)
        return;
    rcu_register_thread();
    node_table_destroy(&graph->interfaces);
    node_table_destroy(&graph->links);
    rcu_unregister_thread();
    for (struct graph_handle *handle = atomic_load(&graph->handles), *next; handle; handle = next) {
        next = handle->next;
        node_supply_free(&handle->interfaces);
        node_supply_free(&handle->links);
        free(handle);
    }
    pages_unmap(graph->hop_memory, graph->hop_bytes);
    free(graph);
}

struct graph_handle *graph_prepare(struct graph *graph)
{
    struct graph_handle *handle = calloc(1, sizeof(*handle));

    if (!handle)
        return NULL;
    handle->graph = graph;
    handle->next = atomic_load(&graph->handles);
    while (!atomic_compare_exchange_weak(&graph->handles, &handle->next, handle))
        continue;
    return handle;
}

void graph_enter(struct graph_handle *handle)
{
    (void)handle;
    rcu_register_thread();
}

struct graph_handle *graph_open(struct graph *graph)
{
    struct graph_handle *handle = graph_prepare(graph);

    if (handle)
        graph_enter(handle);
    return handle;
}

void graph_close(struct graph_handle *handle)
{
    if (handle)
        rcu_unregister_thread();
}

/* A hop word is the responder plus 1, or NO_HOP: fresh memory, and what 255.255.255.255 would have. */
static uint32_t word_of(uint32_t responder)
{
    return responder + 1;
}

static void add_link(struct graph_handle *handle, uint32_t from_word, uint32_t to_word)
{
    struct graph *graph = handle->graph;
    uint32_t from = from_word - 1, to = to_word - 1;

    if (from_word == NO_HOP || to_word == NO_HOP || from == to)
        return;
    node_table_add_key(&graph->links, &handle->links, (uint64_t)from << 32 | to);
}

static void add_hop(struct graph_handle *handle, uint64_t path, unsigned ttl, uint32_t responder)
{
    struct graph *graph = handle->graph;
    unsigned column = ttl - graph->min_ttl;
    _Atomic uint32_t *hops = graph->hops + path * graph->width;
    uint32_t word = word_of(responder), first = NO_HOP;

    /* Where two answered at one TTL, each gets its links, and the first stays for neighbours yet to come. */
    atomic_compare_exchange_strong(&hops[column], &first, word);
    if (column > 0)
        add_link(handle, atomic_load(&hops[column - 1]), word);
    if (column + 1 < graph->width)
        add_link(handle, word, atomic_load(&hops[column + 1]));
}

void graph_prefetch(const struct graph_handle *handle, uint64_t path, unsigned ttl)
{
    const struct graph *graph = handle->graph;
    const uint32_t *hops = graph->hop_memory;

    if (path < graph->paths_kept)
        __builtin_prefetch(&hops[path * graph->width + ttl - graph->min_ttl], 1);
}

void graph_add(struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder,
               enum hop_kind kind)
{
    struct graph *graph = handle->graph;

    if (kind == HOP_INTERFACE)
        node_table_count_key(&graph->interfaces, &handle->interfaces, address_ipv4(responder));
    if (path < graph->paths_kept)
        add_hop(handle, path, ttl, address_ipv4(responder));
}

uint64_t graph_interfaces(const struct graph *graph)
{
    return atomic_load_explicit(&graph->interfaces.count, memory_order_relaxed);
}

uint64_t graph_links(const struct graph *graph)
{
    return atomic_load_explicit(&graph->links.count, memory_order_relaxed);
}

bool graph_interfaces_complete(const struct graph *graph)
{
    return !atomic_load_explicit(&graph->interfaces.full, memory_order_relaxed);
}

bool graph_links_complete(const struct graph *graph)
{
    return graph->all_paths_kept && !atomic_load_explicit(&graph->links.full, memory_order_relaxed);
}

static void insert_sorted(struct graph_interface *out, size_t *count, size_t n,
                          struct graph_interface candidate)
{
    size_t at = *count;

    if (at == n && out[n - 1].replies >= candidate.replies)
        return;
    if (at == n)
        at--;
    else
        (*count)++;
    for (; at > 0 && out[at - 1].replies < candidate.replies; at--)
        out[at] = out[at - 1];
    out[at] = candidate;
}

size_t graph_most_seen(struct graph_handle *handle, struct graph_interface *out, size_t n)
{
    struct cds_lfht_iter iter;
    struct cds_lfht_node *link;
    size_t count = 0;

    if (n == 0)
        return 0;
    rcu_read_lock();
    cds_lfht_for_each (handle->graph->interfaces.table, &iter, link) {
        const struct graph_node *node = graph_node_of(link);
        uint64_t replies = atomic_load_explicit(&node->seen, memory_order_relaxed);

        insert_sorted(out, &count, n, (struct graph_interface){(uint32_t)node->key, replies});
    }
    rcu_read_unlock();
    return count;
}
