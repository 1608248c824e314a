// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/large_world.h"

#include <criterion/criterion.h>

#include "base/u64_set.h"
#include "table.h"

/* As many links and interfaces as were asked for, but for those that chance leaves out. */
static uint64_t responder(const struct large_world *world, uint64_t path, unsigned ttl)
{
    return address_ipv4(large_world_responder(world, path, ttl));
}

Test(large_world, has_its_links_and_interfaces)
{
    static const struct {
        uint64_t links, interfaces;
    } cases[] = {{1000, 1000}, {20000, 4000}, {300000, 60000}, {300000, 3000}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct u64_set interfaces = {0}, links = {0};
        struct large_world world;

        cr_assert_eq(large_world_make(&world, cases[i].links, cases[i].interfaces), 0);
        cr_expect_eq(large_world_replies(&world), world.paths * LARGE_WORLD_HOPS);
        for (uint64_t path = 0; path < world.paths; path++)
            for (unsigned ttl = 1; ttl <= LARGE_WORLD_HOPS; ttl++) {
                uint64_t hop = responder(&world, path, ttl);

                u64_set_add(&interfaces, hop);
                if (ttl > 1)
                    u64_set_add(&links, responder(&world, path, ttl - 1) << 32 | hop);
            }
        cr_expect(interfaces.count > cases[i].interfaces / 2 &&
                      interfaces.count < cases[i].interfaces * 6 / 5,
                  "case %zu: %d interfaces", i, (int)interfaces.count);
        cr_expect(links.count > cases[i].links / 2 && links.count <= cases[i].links * 21 / 20,
                  "case %zu: %d links", i, (int)links.count);
        u64_set_free(&interfaces);
        u64_set_free(&links);
        large_world_free(&world);
    }
}

Test(large_world, names)
{
    static const struct {
        uint64_t links;
        const char *name;
    } cases[] = {{10000000, "10M links"}, {15000, "15k links"}, {1234567, "1234567 links"}};
    char name[LARGE_WORLD_NAME_SIZE];

    for (size_t i = 0; i < COUNT(cases); i++) {
        large_world_name(cases[i].links, name);
        cr_expect_str_eq(name, cases[i].name);
    }
}
