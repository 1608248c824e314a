// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The map as it grows, within bounds: interfaces (addresses that answer Time Exceeded) and links (two
 * responders at consecutive TTLs of one path), counted live by all receivers at once without locks.
 *
 *   hop words: path 0 [ttl 1][ttl 2]… path 1 …     who answered first there; plain atomic words
 *   interfaces, links: lock-free hash tables        (liburcu cds_lfht); nodes are added, never removed, while
 * it lives
 *
 * A path is one target and flow. A receiver stores its hop before it reads the neighbouring ones, all of it
 * sequentially consistent: of two receivers that fill neighbouring hops at once, at least one sees the other,
 * so no link is missed.
 *
 * Any address may be an interface, 0.0.0.0 too, which routers without one of their own answer from.
 * 255.255.255.255, which nothing can be sent from (RFC 1122, section 3.2.1.3), is counted, but has no links.
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
    uint64_t link_memory;      /* bytes for hop words and links together; paths beyond it get no links */
    uint64_t interface_memory; /* bytes for interfaces; those beyond it are a sample (node_table.h) */
    uint64_t secret;           /* of hashes, so that nobody who answers chooses where they lead */
};

/* One thread's way into the graph: liburcu wants each thread registered, and nodes are carved from a thread's
 * own chunks. */
struct graph_handle;

enum hop_kind {
    HOP_INTERFACE, /* answered Time Exceeded */
    HOP_TARGET,    /* the target itself answered: ends a link, is no interface */
};

struct graph_interface {
    uint32_t address;
    uint64_t replies;
};

/* graph_create() returns NULL when memory is short. */
struct graph *graph_create(const struct graph_config *config);

/* graph_destroy(): all handles must be closed. */
void graph_destroy(struct graph *graph);

/* graph_open() and graph_close() are called by the thread that uses the handle. NULL when memory is short. */
struct graph_handle *graph_open(struct graph *graph);
void graph_close(struct graph_handle *handle);

/* graph_prepare() makes a handle for a thread yet to be started, which begins with graph_enter(): so that
 * what can fail does so before there is a thread. A handle that no thread enters goes with the graph. */
struct graph_handle *graph_prepare(struct graph *graph);
void graph_enter(struct graph_handle *handle);

/* graph_prefetch() asks for the memory that graph_add() will touch first. */
void graph_prefetch(const struct graph_handle *handle, uint64_t path, unsigned ttl);

/* graph_add() takes one reply: `responder` at `ttl` of `path`. */
void graph_add(struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder,
               enum hop_kind kind);

/* Readable at any time from any thread. */
uint64_t graph_interfaces(const struct graph *graph);
uint64_t graph_links(const struct graph *graph);

/* graph_interfaces_complete() is false where `interface_memory` did not suffice for all interfaces. */
bool graph_interfaces_complete(const struct graph *graph);

/* graph_links_complete() is false where `link_memory` did not suffice for all paths or links. */
bool graph_links_complete(const struct graph *graph);

/*
 * graph_most_seen() fills `out` with up to `n` interfaces that answered most, most first, and returns how
 * many. The calling thread must hold an open handle.
 */
size_t graph_most_seen(struct graph_handle *handle, struct graph_interface *out, size_t n);
