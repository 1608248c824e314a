// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A world with as many links and interfaces as one likes, computed from their numbers: what a survey of all
 * the Internet finds, in no memory.
 *
 *   hops 11 … 20   two paths each share their links, and interfaces with more
 *   hops 1 … 10    twice as many share each hop nearer
 *
 * Every hop answers, and most links are seen twice: harder on what is known than any real survey, where half
 * of the hops are silent and a link is seen a dozen times.
 */
#pragma once

#include <stdint.h>

#include "address.h"
#include "target/targets.h"

enum {
    LARGE_WORLD_HOPS = 20,
    LARGE_WORLD_FLOWS = 2,
    LARGE_WORLD_LINKS_MIN = 1000,
    LARGE_WORLD_LINKS_MAX = 150000000, /* there are /24s for as many paths */
    LARGE_WORLD_NAME_SIZE = 32,
};

struct large_world {
    uint64_t links, interfaces, paths;
    struct targets *targets;
};

/* large_world_name() writes what a world of as many links is called: "10M links". */
void large_world_name(uint64_t links, char name[LARGE_WORLD_NAME_SIZE]);

/* large_world_make() has some `links` links, LARGE_WORLD_LINKS_MIN at least, between some `interfaces`
 * interfaces, links / 100 at least. 0 or -ENOMEM. large_world_free() is right after every outcome. */
int large_world_make(struct large_world *world, uint64_t links, uint64_t interfaces);
void large_world_free(struct large_world *world);

/* large_world_replies() is how many probes are answered: all, one per path and hop. */
uint64_t large_world_replies(const struct large_world *world);

/* large_world_responder() is the address that answers at `ttl`, from 1 on, of `path`. */
struct address large_world_responder(const struct large_world *world, uint64_t path, unsigned ttl);
