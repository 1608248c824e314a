// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A world with any number of links and interfaces, computed from their numbers: what a survey of the whole
 * Internet finds, without using memory.
 *
 *   hops 11 … 20   each link is shared by two paths, each interface by more
 *   hops 1 … 10    each hop nearer is shared by twice as many
 *
 * Every hop answers, and most links are seen twice. This is harder for the tables than a real survey, in
 * which half of the hops are silent and a link is seen a dozen times.
 */
#pragma once

#include <stdint.h>

#include "address.h"
#include "target/targets.h"

enum {
    LARGE_WORLD_HOPS = 20,
    LARGE_WORLD_FLOWS = 2,
    LARGE_WORLD_LINKS_MIN = 1000,
    LARGE_WORLD_LINKS_MAX = 150000000, /* there are enough /24s for the paths that this needs */
    LARGE_WORLD_NAME_SIZE = 32,
};

struct large_world {
    uint64_t links, interfaces, paths;
    struct targets *targets;
};

/* large_world_name() writes the name of a world with that many links: "10M links". */
void large_world_name(uint64_t links, char name[LARGE_WORLD_NAME_SIZE]);

/* large_world_make() makes a world with about `links` links, at least LARGE_WORLD_LINKS_MIN, between about
 * `interfaces` interfaces, at least links / 100. Returns 0 or -ENOMEM. large_world_free() may be called after
 * any outcome. */
int large_world_make(struct large_world *world, uint64_t links, uint64_t interfaces);
void large_world_free(struct large_world *world);

/* large_world_replies() returns the number of replies: one per path and hop, since all probes are
 * answered. */
uint64_t large_world_replies(const struct large_world *world);

/* large_world_responder() returns the address that answers at `ttl`, counted from 1, of `path`. */
struct address large_world_responder(const struct large_world *world, uint64_t path, unsigned ttl);
