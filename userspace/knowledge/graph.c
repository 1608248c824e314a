// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/graph.h"

#include <errno.h>
#include <stdlib.h>

#include "knowledge/hop_words.h"
#include "knowledge/interfaces.h"
#include "knowledge/recent_hops.h"

enum {
    /* Replies that a handle holds until they are settled: a batch of a receiver. */
    UNSETTLED_MOST = 64,
    LINKS_A_REPLY = 2,
    /* An interface is confirmed this many replies after it was met, when its memory has come: about 2 µs. If
     * more, all links are looked up at the end of a batch, and wait for memory. */
    CONFIRMED_BEHIND = 8,
};

/* A reply whose responder's number must be confirmed. */
struct met_reply {
    struct address responder;
    struct interface_entry *met;
    uint64_t path;
    unsigned ttl;
    enum hop_kind kind;
};

struct unsettled_link {
    uint64_t word, hash;
    bool ipv6;
};

struct graph_handle {
    struct graph *graph;
    struct reader reader;
    interface_spare spare;
    unsigned unsettled; /* replies */
    size_t met_count, confirmed, answer_count, link_count;
    struct met_reply met[UNSETTLED_MOST];
    struct interface_entry *answers[UNSETTLED_MOST];
    struct unsettled_link links[UNSETTLED_MOST * LINKS_A_REPLY];
    struct graph_handle *next;
};

struct graph {
    struct readers readers;
    struct hop_words hops;
    struct recent_hops recent; /* used instead of `hops` */
    struct interfaces interfaces;
    struct key_table links;
    _Atomic uint64_t ipv6_links;
    _Atomic bool hops_unnumbered;           /* the address of some hop got no number, so the hop has no
                                               links */
    _Atomic(struct graph_handle *) handles; /* open or not */
};

/* Hops get at most three quarters of the memory, so that the links found have room too. */
static int allocate_hops(struct graph *graph, const struct graph_config *config, uint64_t *taken)
{
    uint64_t most = config->link_memory / 4 * 3, recent = recent_hops_bytes(config->recent);
    bool all_fit = hop_words_bytes(config->paths, config->min_ttl, config->max_ttl) <= most;
    int error;

    if (config->recent && !all_fit && recent <= most) {
        *taken = recent;
        return recent_hops_init(&graph->recent, config->recent, config->secret);
    }
    error =
        hop_words_init(&graph->hops, config->paths, config->min_ttl, config->max_ttl, most, config->secret);
    *taken = graph->hops.bytes;
    return error;
}

static int allocate_links(struct graph *graph, const struct graph_config *config)
{
    uint64_t taken;
    int error = allocate_hops(graph, config, &taken);
    const struct key_table_config table = {
        .key_bits = UINT64_MAX,
        .secret = config->secret,
        .memory = config->link_memory - taken,
        .limit = UINT64_MAX,
        .readers = &graph->readers,
    };

    return error ? error : key_table_init(&graph->links, &table);
}

struct graph *graph_create(const struct graph_config *config)
{
    struct graph *graph = aligned_alloc(_Alignof(struct graph), sizeof(*graph)); /* aligned for its tables */

    if (!graph)
        return NULL;
    *graph = (struct graph){0};
    if (interfaces_init(&graph->interfaces, config->interface_memory, config->secret, &graph->readers) ||
        allocate_links(graph, config)) {
        graph_destroy(graph);
        return NULL;
    }
    return graph;
}

void graph_destroy(struct graph *graph)
{
    if (!graph)
        return;
    for (struct graph_handle *handle = atomic_load(&graph->handles), *next; handle; handle = next) {
        next = handle->next;
        free(handle);
    }
    interfaces_free(&graph->interfaces);
    key_table_free(&graph->links);
    hop_words_free(&graph->hops);
    recent_hops_free(&graph->recent);
    free(graph);
}

struct graph_handle *graph_open(struct graph *graph)
{
    struct graph_handle *handle = calloc(1, sizeof(*handle));

    if (!handle)
        return NULL;
    handle->graph = graph;
    handle->next = atomic_load(&graph->handles);
    while (!atomic_compare_exchange_weak(&graph->handles, &handle->next, handle))
        continue;
    readers_join(&graph->readers, &handle->reader);
    return handle;
}

void graph_close(struct graph_handle *handle)
{
    if (!handle)
        return;
    graph_settle(handle);
    reader_leave(&handle->reader);
}

void graph_prefetch(const struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder)
{
    const struct graph *graph = handle->graph;
    const _Atomic uint32_t *hops;
    unsigned column = ttl - graph->hops.min_ttl;

    interfaces_prefetch(&graph->interfaces, responder);
    if (graph->recent.words) {
        recent_hops_prefetch(&graph->recent, path);
        return;
    }
    hops = hop_words_of(&graph->hops, path);
    if (!hops)
        return;
    /* The words of a path are in one or two cache lines: the neighbours of this hop cover both. */
    __builtin_prefetch(&hops[column > 0 ? column - 1 : 0], 1);
    __builtin_prefetch(&hops[column + 1 < graph->hops.width ? column + 1 : column], 1);
}

static void add_link(struct graph_handle *handle, uint32_t from_word, uint32_t to_word, bool ipv6)
{
    struct unsettled_link *link = &handle->links[handle->link_count];

    if (from_word == HOP_NONE || to_word == HOP_NONE || from_word == to_word)
        return;
    link->word = (uint64_t)hop_interface(from_word) << 32 | hop_interface(to_word);
    link->hash = key_table_hash(&handle->graph->links, link->word);
    link->ipv6 = ipv6;
    key_table_prefetch(&handle->graph->links, link->hash);
    handle->link_count++;
}

static void add_to_row(struct graph_handle *handle, _Atomic uint32_t *hops, unsigned column, uint32_t word,
                       bool ipv6)
{
    uint32_t first = HOP_NONE;

    /* If two responders answered at one TTL, each gets its links, and the first stays for later
     * neighbours. */
    atomic_compare_exchange_strong(&hops[column], &first, word);
    if (column > 0)
        add_link(handle, atomic_load(&hops[column - 1]), word, ipv6);
    if (column + 1 < handle->graph->hops.width)
        add_link(handle, word, atomic_load(&hops[column + 1]), ipv6);
}

static void add_to_recent(struct graph_handle *handle, uint64_t path, unsigned ttl, uint32_t word, bool ipv6)
{
    struct hop_neighbours neighbours = recent_hops_put(&handle->graph->recent, path, ttl, word);

    add_link(handle, neighbours.before, word, ipv6);
    add_link(handle, word, neighbours.behind, ipv6);
}

static void add_hop(struct graph_handle *handle, uint64_t path, unsigned ttl, interface_id id, bool ipv6)
{
    const struct graph *graph = handle->graph;
    _Atomic uint32_t *hops;

    if (graph->recent.words) {
        add_to_recent(handle, path, ttl, hop_word(id), ipv6);
        return;
    }
    hops = hop_words_of(&graph->hops, path);
    if (hops)
        add_to_row(handle, hops, ttl - graph->hops.min_ttl, hop_word(id), ipv6);
}

static void confirm(struct graph_handle *handle, const struct met_reply *reply)
{
    struct graph *graph = handle->graph;
    struct interface_entry *entry =
        interfaces_confirm(&graph->interfaces, &handle->spare, reply->met, reply->responder);

    if (!entry) {
        atomic_store_explicit(&graph->hops_unnumbered, true, memory_order_relaxed);
        return;
    }
    if (reply->kind == HOP_INTERFACE)
        handle->answers[handle->answer_count++] = entry;
    add_hop(handle, reply->path, reply->ttl, interfaces_id(&graph->interfaces, entry),
            !address_is_ipv4(reply->responder));
}

/* Confirms all met replies but the last `behind`. */
static void confirm_most(struct graph_handle *handle, size_t behind)
{
    while (handle->confirmed + behind < handle->met_count)
        confirm(handle, &handle->met[handle->confirmed++]);
}

/* A target needs an entry too, for its number. */
static void meet(struct graph_handle *handle, struct met_reply reply)
{
    reply.met = interfaces_meet(&handle->graph->interfaces, &handle->spare, reply.responder);
    handle->met[handle->met_count++] = reply;
    confirm_most(handle, CONFIRMED_BEHIND);
}

void graph_add(struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder,
               enum hop_kind kind)
{
    struct graph *graph = handle->graph;
    struct interface_entry *entry = NULL;
    interface_id id;

    if (handle->unsettled == UNSETTLED_MOST)
        graph_settle(handle);
    handle->unsettled++;
    if (!interface_id_of(responder, &id)) {
        meet(handle, (struct met_reply){responder, NULL, path, ttl, kind});
        return;
    }
    if (kind == HOP_INTERFACE)
        entry = interfaces_meet(&graph->interfaces, &handle->spare, responder);
    if (entry)
        handle->answers[handle->answer_count++] = entry;
    add_hop(handle, path, ttl, id, false);
}

static void settle_link(struct graph *graph, struct unsettled_link *link)
{
    if (key_table_add(&graph->links, link->hash, &link->word) == KEY_ADDED && link->ipv6)
        atomic_fetch_add_explicit(&graph->ipv6_links, 1, memory_order_relaxed);
}

void graph_settle(struct graph_handle *handle)
{
    struct graph *graph = handle->graph;

    confirm_most(handle, 0);
    for (size_t i = 0; i < handle->answer_count; i++)
        interfaces_count_answer(&graph->interfaces, handle->answers[i]);
    for (size_t i = 0; i < handle->link_count; i++)
        settle_link(graph, &handle->links[i]);
    handle->unsettled = 0;
    handle->met_count = handle->confirmed = handle->answer_count = handle->link_count = 0;
    reader_holds_nothing(&graph->readers, &handle->reader);
    key_table_tidy(&graph->links);
    key_table_tidy(&graph->interfaces.table);
}

void graph_prepare(struct graph *graph)
{
    key_table_prepare(&graph->links);
    key_table_prepare(&graph->interfaces.table);
}

uint64_t graph_interfaces(const struct graph *graph)
{
    return atomic_load_explicit(&graph->interfaces.ipv4_count, memory_order_relaxed) +
           graph_ipv6_interfaces(graph);
}

uint64_t graph_ipv6_interfaces(const struct graph *graph)
{
    return atomic_load_explicit(&graph->interfaces.ipv6_count, memory_order_relaxed);
}

uint64_t graph_links(const struct graph *graph)
{
    return atomic_load_explicit(&graph->links.count, memory_order_relaxed);
}

uint64_t graph_ipv6_links(const struct graph *graph)
{
    return atomic_load_explicit(&graph->ipv6_links, memory_order_relaxed);
}

bool graph_interfaces_complete(const struct graph *graph)
{
    return !atomic_load_explicit(&graph->interfaces.table.full, memory_order_relaxed);
}

/* Returns true if there was room for all links of the hops that are remembered. */
static bool links_fit(const struct graph *graph)
{
    return !atomic_load_explicit(&graph->links.full, memory_order_relaxed) &&
           !atomic_load_explicit(&graph->hops_unnumbered, memory_order_relaxed);
}

bool graph_links_complete(const struct graph *graph)
{
    return !graph->recent.words && hop_words_complete(&graph->hops) && links_fit(graph);
}

bool graph_links_recent(const struct graph *graph)
{
    return graph->recent.words && links_fit(graph);
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

size_t graph_most_seen(const struct graph *graph, struct graph_interface *out, size_t n)
{
    uint64_t end = interfaces_end(&graph->interfaces);
    size_t count = 0;

    for (uint64_t place = 0; n > 0 && place < end; place++) {
        const struct interface_entry *entry = interfaces_at(&graph->interfaces, place);

        if (entry)
            insert_sorted(out, &count, n,
                          (struct graph_interface){interfaces_address(&graph->interfaces, entry),
                                                   atomic_load(&entry->answers)});
    }
    return count;
}
