// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The growing map, within bounds of memory: interfaces (addresses that answer Time Exceeded) and links (two
 * responders at consecutive TTLs of one path). All receivers add to it at once, without locks.
 *
 *   hop words      path 0 [ttl 1][ttl 2]… path 1 …     the first responder there    hop_words.h
 *   or recent      [path, ttl, responder]…             of the last seconds only     recent_hops.h
 *   interfaces     [answers, id]…                      found by a table of words    interfaces.h
 *   links          words [from | to]                   a table of words             key_table.h
 *
 * In a large survey each of these is a cache miss, and a link is known only when both its hops are. So a
 * batch of replies goes through three calls, one after the other: graph_prefetch() prefetches the words of
 * each path and interface; graph_add() reads them, and prefetches the interface's entry and the links' lines;
 * graph_settle() counts the answers and adds the links. The number of an IPv6 address is confirmed beside the
 * interface's entry (interfaces.h), so its links are prefetched a few replies later.
 *
 * A receiver stores its hop before it reads the neighbouring ones, both sequentially consistent. If two
 * receivers fill neighbouring hops at once, at least one sees the other's hop, so no link is missed.
 *
 * Any address may be an interface, even 0.0.0.0, from which routers without an address answer.
 * 255.255.255.255 is counted, but has no links (hop_word()).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

struct graph;

struct graph_config {
    uint64_t paths;
    unsigned min_ttl, max_ttl;
    uint64_t link_memory; /* bytes for hop words and links together; if they do not suffice for all paths,
                             only a sample of paths has links */
    uint64_t recent;      /* number of answers within which neighbouring hops of a path answer: so many are
                   remembered if memory does not suffice for all paths, and then no path is left out. 0:
                   unknown */
    uint64_t interface_memory; /* bytes for interfaces and the numbers of IPv6 targets; if they do not
                                  suffice, only a sample is kept (key_table.h) */
    uint64_t secret;           /* for hashes, so that responders cannot choose their place in tables */
};

/* One thread's access to the graph: the replies not settled yet, and whether it may still read memory that
 * others want to free. */
struct graph_handle;

enum hop_kind {
    HOP_INTERFACE, /* answered Time Exceeded */
    HOP_TARGET,    /* the target itself answered: it ends a link, and is no interface */
};

struct graph_interface {
    struct address address;
    uint64_t replies;
};

/* graph_create() returns a new graph, or NULL when memory is short. */
struct graph *graph_create(const struct graph_config *config);

/* graph_destroy() frees the graph; all handles must be closed, or never used. NULL is allowed. */
void graph_destroy(struct graph *graph);

/* graph_open() makes a handle, for one thread at a time, or returns NULL when memory is short. The graph
 * frees it. graph_close() settles what is left; NULL is allowed. */
struct graph_handle *graph_open(struct graph *graph);
void graph_close(struct graph_handle *handle);

/* graph_prefetch() prefetches the memory that graph_add() touches. */
void graph_prefetch(const struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder);

/* graph_add() adds a reply: `responder` at `ttl` of `path`. graph_settle() counts its answer and links. */
void graph_add(struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder,
               enum hop_kind kind);

/* graph_settle() counts all that this handle has added. Call it now and then even if nothing was added:
 * afterwards the handle uses no memory that others want to free. */
void graph_settle(struct graph_handle *handle);

/* graph_prepare() allocates memory that will soon be needed, in a thread that can wait for it. Only one
 * thread may call it, every GRAPH_PREPARE_NS. */
#define GRAPH_PREPARE_NS 50000000ULL /* if longer, a table may be full before the next one exists */
void graph_prepare(struct graph *graph);

/* Counts of what is settled, from any thread at any time: of both families, and of IPv6. */
uint64_t graph_interfaces(const struct graph *graph);
uint64_t graph_ipv6_interfaces(const struct graph *graph);
uint64_t graph_links(const struct graph *graph);
uint64_t graph_ipv6_links(const struct graph *graph);

/* graph_interfaces_complete() returns false if `interface_memory` did not suffice for all interfaces, or for
 * the numbers of IPv6 targets. */
bool graph_interfaces_complete(const struct graph *graph);

/* graph_links_complete() returns false if `link_memory` did not suffice for all paths or links, if
 * `interface_memory` did not suffice for the numbers of their IPv6 addresses, or if only recent answers are
 * remembered. */
bool graph_links_complete(const struct graph *graph);

/* graph_links_recent() returns true if links are incomplete only because recent answers alone are remembered. */
bool graph_links_recent(const struct graph *graph);

/* graph_most_seen() fills `out` with up to `n` interfaces with the most answers, most first, and returns how
 * many. */
size_t graph_most_seen(const struct graph *graph, struct graph_interface *out, size_t n);
