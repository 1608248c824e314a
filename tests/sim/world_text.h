// SPDX-License-Identifier: GPL-2.0-or-later
/* Worlds from files that stand in the test. */
#pragma once

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/address_text.h"
#include "sim/options.h"
#include "sim/topology.h"

/* Two flows' worth of alternatives, a silent hop, RTTs, a target that does not answer, a silent last hop. */
static const char ROUTES_TEXT[] = "# targets of all sorts\n"
                                  "10.0.0.1 192.0.2.1@1.5 * 192.0.2.3 10.0.0.1@30\n"
                                  "172.16.0.9\t192.0.2.1 192.0.2.9   # does not answer\r\n"
                                  "\n"
                                  "10.0.0.1 192.0.2.1@1.5 192.0.2.2 192.0.2.4 192.0.2.5 10.0.0.1@40.25\n"
                                  "127.0.0.1 192.0.2.1 127.0.0.1 192.0.2.8 *";

/* A diamond of unequal length, and two ends, of which the second is reached by one way only. */
static const char EDGES_TEXT[] = "127.0.0.1 10.0.0.1\n\n"
                                 "10.0.0.1 10.0.1.1\n"
                                 "10.0.0.1 10.0.2.1\n"
                                 "10.0.0.1 10.0.2.1\n"
                                 "10.0.1.1 10.0.3.1\n"
                                 "10.0.2.1 10.0.2.2\n"
                                 "10.0.2.2 10.0.3.1\n"
                                 "10.0.3.1 127.1.1.6\n"
                                 "10.0.2.2 127.1.1.7";

/* world_text_path() makes a file of `size` bytes that lives as long as the test, and returns its name. */
static inline const char *world_text_path(const void *bytes, size_t size)
{
    static char path[32];
    int fd = memfd_create("world", 0);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return path;
}

/* world_text_resolve() makes a world of the kind `kind` from the text of its file: 0 or a negative errno. */
static inline int world_text_resolve(const char *kind, const char *text, struct sim_topology *world)
{
    struct sim_options options = sim_options_default();
    char topology[64];

    snprintf(topology, sizeof(topology), "%s:%s", kind, world_text_path(text, strlen(text)));
    options.topology = topology;
    options.realism = "ideal"; /* what the file says and nothing else */
    return sim_options_resolve(&options, world);
}

static inline struct sim_topology world_text_make(const char *kind, const char *text)
{
    struct sim_topology world;

    cr_assert_eq(world_text_resolve(kind, text, &world), 0);
    return world;
}

static inline struct sim_hop world_text_hop(const struct sim_topology *world, const char *target,
                                            uint64_t flow, uint8_t ttl)
{
    struct sim_hop hop;
    struct address address;

    cr_assert(address_parse(target, &address));
    sim_hop(world, sim_target_number(world, address), flow, 0, ttl, &hop);
    return hop;
}

/* world_text_address() is who answers a probe of flow 0. */
static inline struct address world_text_address(const struct sim_topology *world, const char *target,
                                                uint8_t ttl)
{
    struct sim_hop hop = world_text_hop(world, target, 0, ttl);
    struct address address = ADDRESS_NONE;

    cr_assert(address_parse(target, &address));
    return sim_hop_address(world, &hop, address);
}
