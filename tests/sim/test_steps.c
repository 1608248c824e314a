// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/u64_set.h"
#include "sim/steps.h"
#include "world_text.h"

/* Collects from << 32 | to, 0 for what is nothing and before the first. */
static int collect(void *context, const struct sim_hop *from, const struct sim_hop *to)
{
    cr_expect_eq(to->distance, 0, "which flows come by is known");
    int added = u64_set_add(context, (uint64_t)(from ? from->address : 0) << 32 | to->address);

    return added < 0 ? added : 0;
}

static void expect_steps(const struct sim_topology *world, uint32_t target, const uint64_t *expected,
                         size_t count)
{
    struct u64_set steps = {.count = 0};

    cr_assert_eq(sim_steps_visit(world, target, collect, &steps), 0);
    cr_expect_eq(steps.count, count);
    for (size_t i = 0; i < count; i++)
        cr_expect(u64_set_contains(&steps, expected[i]), "%016llx", (unsigned long long)expected[i]);
    u64_set_free(&steps);
}

#define STEP(from, to) ((uint64_t)(from) << 32 | (to))

Test(steps, all_edges_that_lead_to_the_target)
{
    static const uint64_t first[] = {
        STEP(0, 0x0a000001),          STEP(0x0a000001, 0x0a000101), STEP(0x0a000001, 0x0a000201),
        STEP(0x0a000101, 0x0a000301), STEP(0x0a000201, 0x0a000202), STEP(0x0a000202, 0x0a000301),
        STEP(0x0a000301, 0x7f010106),
    };
    static const uint64_t second[] = {
        STEP(0, 0x0a000001),
        STEP(0x0a000001, 0x0a000201),
        STEP(0x0a000201, 0x0a000202),
        STEP(0x0a000202, 0x7f010107),
    };
    struct sim_topology world = world_text_make("edges", EDGES_TEXT);

    expect_steps(&world, 0x7f010106, first, 7);
    expect_steps(&world, 0x7f010107, second, 4);
    expect_steps(&world, 0x0a000001, NULL, 0);
    sim_topology_free(&world);
}

Test(steps, all_alternatives_and_nothing_where_there_is_one)
{
    static const uint64_t both[] = {
        STEP(0, 0xc0000201),          STEP(0xc0000201, 0),          STEP(0, 0xc0000203),
        STEP(0xc0000203, 0x0a000001), STEP(0xc0000201, 0xc0000202), STEP(0xc0000202, 0xc0000204),
        STEP(0xc0000204, 0xc0000205), STEP(0xc0000205, 0x0a000001),
    };
    struct sim_topology world = world_text_make("routes", ROUTES_TEXT);

    expect_steps(&world, 0x0a000001, both, 8);
    expect_steps(&world, 0xac100009, NULL, 0);
    sim_topology_free(&world);
}

static int refuse(void *context, const struct sim_hop *from, const struct sim_hop *to)
{
    (void)context, (void)from, (void)to;
    return -ENOSPC;
}

Test(steps, the_visitor_may_end_it)
{
    struct sim_topology routes = world_text_make("routes", ROUTES_TEXT);
    struct sim_topology edges = world_text_make("edges", EDGES_TEXT);

    cr_expect_eq(sim_steps_visit(&routes, 0x0a000001, refuse, NULL), -ENOSPC);
    cr_expect_eq(sim_steps_visit(&edges, 0x7f010106, refuse, NULL), -ENOSPC);
    sim_topology_free(&routes);
    sim_topology_free(&edges);
}
