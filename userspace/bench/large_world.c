// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/large_world.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "bench/target_shapes.h"
#include "mix.h"
#include "target/path.h"

enum {
    SHARED_HOPS = 10,
    /* Links of two paths: one per farther hop; per nearer hop a half, a quarter, … */
    LINKS_OF_TWO = LARGE_WORLD_HOPS - SHARED_HOPS + 1,
    NUMBER_BITS = 26, /* for an interface's number at its hop */
};

#define SCATTER      0x9e3779b1U /* odd: addresses remain distinct, and are spread below ADDRESS_MASK */
#define ADDRESS_MASK 0x7fffffffU /* excludes multicast addresses, which routers do not have */

void large_world_name(uint64_t links, char name[LARGE_WORLD_NAME_SIZE])
{
    if (links % 1000000 == 0)
        snprintf(name, LARGE_WORLD_NAME_SIZE, "%" PRIu64 "M links", links / 1000000);
    else if (links % 1000 == 0)
        snprintf(name, LARGE_WORLD_NAME_SIZE, "%" PRIu64 "k links", links / 1000);
    else
        snprintf(name, LARGE_WORLD_NAME_SIZE, "%" PRIu64 " links", links);
}

int large_world_make(struct large_world *world, uint64_t links, uint64_t interfaces)
{
    struct prefix_list list = {0};
    uint64_t targets = 2 * links / LINKS_OF_TWO / LARGE_WORLD_FLOWS;

    *world = (struct large_world){.links = links, .interfaces = interfaces};
    world->paths = path_count(targets, LARGE_WORLD_FLOWS);
    int error = shape_run(&list, targets);
    if (!error)
        world->targets = shape_targets(&list, SHAPE_GRANULARITY, NULL);
    return world->targets ? 0 : -ENOMEM;
}

void large_world_free(struct large_world *world)
{
    targets_destroy(world->targets);
    world->targets = NULL;
}

uint64_t large_world_replies(const struct large_world *world)
{
    return world->paths * LARGE_WORLD_HOPS;
}

struct address large_world_responder(const struct large_world *world, uint64_t path, unsigned ttl)
{
    unsigned shared = ttl > SHARED_HOPS ? 1 : SHARED_HOPS + 2 - ttl;
    uint64_t branch = path >> shared, branches = (world->paths >> shared) + 1;
    uint64_t routers = branches * world->interfaces / world->links + 1;
    uint32_t number = (uint32_t)((mix64(branch * LARGE_WORLD_HOPS + ttl) >> 32) * routers >> 32);

    return address_of_ipv4((ttl << NUMBER_BITS | number) * SCATTER & ADDRESS_MASK);
}
