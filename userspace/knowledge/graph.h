// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The map as it grows, within bounds: interfaces (addresses that answer Time Exceeded) and links (two
 * responders at consecutive TTLs of one path), counted live by all receivers at once without locks.
 *
 *   hop words      path 0 [ttl 1][ttl 2]… path 1 …     who answered first there     hop_words.h
 *   or recent      [path, ttl, who answered]…          of the last seconds only     recent_hops.h
 *   interfaces     [answers, id]…                      found by a table of words    interfaces.h
 *   links          words [from | to]                   a table of words             key_table.h
 *
 * Each of these is a cache miss in a large survey, and a link is known only once its hops are. So a reply
 * goes through three calls, and a batch of them through each before the next: graph_prefetch() asks for the
 * words of its path and its interface; graph_add() reads them, and asks for the interface's entry and the
 * links' lines; graph_settle() counts the answers and adds the links. Whether a number is that of an IPv6
 * address stands beside the interface's entry (interfaces.h): its links are asked for a few replies later.
 *
 * A receiver stores its hop before it reads the neighbouring ones, all of it sequentially consistent: of two
 * receivers that fill neighbouring hops at once, at least one sees the other, so no link is missed.
 *
 * Any address may be an interface, 0.0.0.0 too, which routers without one of their own answer from.
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
    uint64_t link_memory; /* bytes for hop words and links together; of paths beyond it a sample has links */
    uint64_t
        recent; /* answers within which neighbouring hops of a path answer: so many are remembered where memory
                        does not suffice for all paths, and none of them is left out. 0: nobody can tell */
    uint64_t interface_memory; /* bytes for interfaces and the numbers of IPv6 targets; those beyond it are a
                                  sample (key_table.h) */
    uint64_t secret;           /* of hashes, so that nobody who answers chooses where they lead */
};

/* One thread's way into the graph: what it has yet to settle, and whether it may still read what others would
 * give back. */
struct graph_handle;

enum hop_kind {
    HOP_INTERFACE, /* answered Time Exceeded */
    HOP_TARGET,    /* the target itself answered: ends a link, is no interface */
};

struct graph_interface {
    struct address address;
    uint64_t replies;
};

/* graph_create() returns NULL when memory is short. */
struct graph *graph_create(const struct graph_config *config);

/* graph_destroy(): all handles must be closed, or never used. NULL is allowed. */
void graph_destroy(struct graph *graph);

/* graph_open() makes a handle, for one thread at a time; NULL when memory is short. It goes with the graph.
 * graph_close() settles what is left; NULL is allowed. */
struct graph_handle *graph_open(struct graph *graph);
void graph_close(struct graph_handle *handle);

/* graph_prefetch() asks for the memory that graph_add() will touch. */
void graph_prefetch(const struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder);

/* graph_add() takes one reply: `responder` at `ttl` of `path`. Its answer and its links are counted when it
 * is settled. */
void graph_add(struct graph_handle *handle, uint64_t path, unsigned ttl, struct address responder,
               enum hop_kind kind);

/* graph_settle() counts what was added by this handle. Where nothing was, it should be called all the same
 * now and then: the handle holds nothing afterwards that others would give back. */
void graph_settle(struct graph_handle *handle);

/* graph_prepare() has memory come that will soon be needed, in a thread that can wait for it: one alone, every
 * GRAPH_PREPARE_NS. */
#define GRAPH_PREPARE_NS 50000000ULL /* longer, and a table may be full before the next one is there */
void graph_prepare(struct graph *graph);

/* Readable at any time from any thread: of what is settled. All of them, and those of IPv6. */
uint64_t graph_interfaces(const struct graph *graph);
uint64_t graph_ipv6_interfaces(const struct graph *graph);
uint64_t graph_links(const struct graph *graph);
uint64_t graph_ipv6_links(const struct graph *graph);

/* graph_interfaces_complete() is false where `interface_memory` did not suffice for all interfaces, or for
 * the numbers of IPv6 targets. */
bool graph_interfaces_complete(const struct graph *graph);

/* graph_links_complete() is false where `link_memory` did not suffice for all paths or links, or
 * `interface_memory` for the numbers of their IPv6 addresses; and where only recent answers are remembered. */
bool graph_links_complete(const struct graph *graph);

/* graph_most_seen() fills `out` with up to `n` interfaces that answered most, most first, and returns how
 * many. */
size_t graph_most_seen(const struct graph *graph, struct graph_interface *out, size_t n);
