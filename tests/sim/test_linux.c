// SPDX-License-Identifier: GPL-2.0-or-later
/* What the truth knows of real routers; that it is so, a survey of them shows (tests/e2e). */
#include <errno.h>

#include "capture.h"
#include "sim/steps.h"
#include "sim/topology.h"
#include "world_text.h"

static int resolve(const char *topology, struct sim_topology *world)
{
    struct sim_options options = sim_options_default();

    options.topology = topology;
    return sim_options_resolve(&options, world);
}

static void expect_hop(const struct sim_topology *world, uint8_t ttl, enum sim_hop_kind kind,
                       uint32_t address)
{
    struct sim_hop hop = world_text_hop(world, "198.19.255.254", 1, ttl);

    cr_expect_eq(hop.kind, kind, "TTL %u", ttl);
    cr_expect_eq(hop.address, address, "TTL %u: %08x", ttl, hop.address);
    cr_expect_eq(hop.answers, kind != SIM_HOP_NOTHING);
}

Test(linux_kind, a_chain_is_met_router_by_router)
{
    struct sim_topology world;

    cr_assert_eq(resolve("linux:3", &world), 0);
    cr_expect(sim_topology_is_closed(&world));
    expect_hop(&world, 1, SIM_HOP_ROUTER, 0xc6120001);
    expect_hop(&world, 2, SIM_HOP_ROUTER, 0xc6120102);
    expect_hop(&world, 3, SIM_HOP_ROUTER, 0xc6120202);
    expect_hop(&world, 4, SIM_HOP_TARGET, 0xc613fffe);
    expect_hop(&world, 64, SIM_HOP_TARGET, 0xc613fffe);
    cr_expect_eq(world_text_hop(&world, "198.20.0.1", 1, 1).kind, SIM_HOP_NOTHING);
}

Test(linux_kind, where_the_kernel_chooses_no_hop_is_known)
{
    struct sim_topology world;

    cr_assert_eq(resolve("linux:diamond", &world), 0);
    expect_hop(&world, 1, SIM_HOP_ROUTER, 0xc6120001);
    expect_hop(&world, 2, SIM_HOP_NOTHING, 0);
    expect_hop(&world, 3, SIM_HOP_ROUTER, 0xc6120302);
    expect_hop(&world, 4, SIM_HOP_TARGET, 0xc613fffe);
}

static int count_step(void *context, const struct sim_hop *from, const struct sim_hop *to)
{
    unsigned *count = context;

    cr_expect_eq(to->distance, from->distance + 1);
    ++*count;
    return *count == 3 ? -ENOSPC : 0;
}

Test(linux_kind, both_ways_of_a_diamond_are_visited)
{
    struct sim_topology diamond, chain;
    unsigned count = 10;

    cr_assert_eq(resolve("linux:diamond", &diamond), 0);
    cr_assert_eq(resolve("linux:3", &chain), 0);
    cr_expect_eq(sim_steps_visit(&diamond, 0xc6130001, count_step, &count), 0);
    cr_expect_eq(count, 14);
    cr_expect_eq(sim_steps_visit(&diamond, 0x08080808, count_step, &count), 0);
    cr_expect_eq(sim_steps_visit(&chain, 0xc6130001, count_step, &count), 0);
    cr_expect_eq(count, 14);
    count = 0;
    cr_expect_eq(sim_steps_visit(&diamond, 0xc6130001, count_step, &count), -ENOSPC);
}

Test(linux_kind, what_it_cannot_honour_is_refused)
{
    static const char *const bad[] = {"linux:0", "linux:33", "linux:x", "linux:", "linux", "linux:3:3"};
    struct capture capture = capture_start(STDERR_FILENO);
    struct sim_options options = sim_options_default();
    struct sim_topology world;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(resolve(bad[i], &world), -EINVAL, "%s", bad[i]);
    options.topology = "linux:3";
    options.silent_permille = 5;
    cr_expect_eq(sim_options_resolve(&options, &world), -EINVAL);
    cr_expect_not_null(strstr(capture_end(&capture), "determined by the kernel"));
}
