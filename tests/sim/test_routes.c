// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "capture.h"
#include "sim/node_number.h"
#include "world_text.h"

enum { FLOWS = 1000 };

/* What stands at a TTL of some flow: "-" for nothing, a '!' behind a target. */
static const char *name_hop(const struct sim_topology *world, const struct sim_hop *hop,
                            char text[ADDRESS_TEXT_SIZE + 1])
{
    if (hop->kind == SIM_HOP_NOTHING)
        return "-";
    address_format(sim_number_address(world, hop->address, FAMILY_IPV4), text);
    return hop->kind == SIM_HOP_TARGET ? strcat(text, "!") : text;
}

/* The hops of a flow at TTLs 1 to 6, separated by blanks. */
static const char *route_of(const struct sim_topology *world, const char *target, uint64_t flow)
{
    static char text[256];
    char address[ADDRESS_TEXT_SIZE + 1];

    text[0] = '\0';
    for (uint8_t ttl = 1; ttl <= 6; ttl++) {
        struct sim_hop hop = world_text_hop(world, target, flow, ttl);

        strcat(strcat(text, ttl > 1 ? " " : ""), name_hop(world, &hop, address));
    }
    return text;
}

Test(routes, a_route_is_met_hop_by_hop)
{
    static const struct {
        const char *target, *route;
    } table[] = {
        {"172.16.0.9", "192.0.2.1 192.0.2.9 - - - -"},
        {"127.0.0.1", "192.0.2.1 127.0.0.1 192.0.2.8 - - -"},
        {"10.0.0.2", "- - - - - -"},
        {"192.0.2.1", "- - - - - -"},
    };
    struct sim_topology world = world_text_make("routes", ROUTES_TEXT);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        cr_expect_str_eq(route_of(&world, table[i].target, 5), table[i].route);
    sim_topology_free(&world);
}

Test(routes, targets_of_both_families_have_their_routes)
{
    struct sim_topology world = world_text_make("routes", "2001:db8::1 2001:db8:1::1 * 2001:db8::1@3\n"
                                                          "2001:db8::2 2001:DB8:1::0:1@2 2001:db8::1\n"
                                                          "10.0.0.1 224.0.0.5 10.0.0.1\n");

    cr_expect_str_eq(route_of(&world, "2001:db8::1", 1),
                     "2001:db8:1::1 - 2001:db8::1! 2001:db8::1! 2001:db8::1! 2001:db8::1!");
    cr_expect_str_eq(route_of(&world, "2001:db8::2", 1), "2001:db8:1::1 2001:db8::1 - - - -");
    cr_expect_str_eq(route_of(&world, "10.0.0.1", 1),
                     "224.0.0.5 10.0.0.1! 10.0.0.1! 10.0.0.1! 10.0.0.1! 10.0.0.1!");
    cr_expect_str_eq(route_of(&world, "2001:db8:1::1", 1), "- - - - - -");
    cr_expect_str_eq(route_of(&world, "224.0.0.5", 1), "- - - - - -");
    sim_topology_free(&world);
}

Test(routes, each_flow_keeps_to_one_of_the_alternatives)
{
    static const char *const routes[] = {
        "192.0.2.1 - 192.0.2.3 10.0.0.1! 10.0.0.1! 10.0.0.1!",
        "192.0.2.1 192.0.2.2 192.0.2.4 192.0.2.5 10.0.0.1! 10.0.0.1!",
    };
    struct sim_topology world = world_text_make("routes", ROUTES_TEXT);
    unsigned taken[2] = {0};

    for (uint64_t flow = 0; flow < FLOWS; flow++) {
        const char *route = route_of(&world, "10.0.0.1", mix64(flow));

        for (int i = 0; i < 2; i++)
            taken[i] += strcmp(route, routes[i]) == 0;
    }
    cr_expect_eq(taken[0] + taken[1], FLOWS);
    cr_expect_gt(taken[0], FLOWS * 2 / 5);
    cr_expect_gt(taken[1], FLOWS * 2 / 5);
    sim_topology_free(&world);
}

Test(routes, replies_look_as_from_where_they_come)
{
    static const struct {
        const char *target;
        uint8_t ttl, distance, reply_ttl;
        uint32_t delay_us;
    } table[] = {
        {"10.0.0.1", 1, 1, 255, 1500},
        {"10.0.0.1", 2, 2, 63, 12250},
        {"10.0.0.1", 200, 2, 63, 12250},
        {"10.0.0.2", 1, 1, 64, 0},
    };
    struct sim_topology world =
        world_text_make("routes", "10.0.0.1 192.0.2.1@1.5 10.0.0.1@12.25\n10.0.0.2 10.0.0.2\n");

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim_hop hop = world_text_hop(&world, table[i].target, 1, table[i].ttl);

        cr_expect(hop.answers);
        cr_expect_eq(hop.distance, table[i].distance);
        cr_expect_eq(hop.reply_ttl, table[i].reply_ttl);
        cr_expect_eq(hop.delay_us, table[i].delay_us, "%s", table[i].target);
        cr_expect_eq(hop.quotation, SIM_QUOTATION_SHORT);
    }
    sim_topology_free(&world);
}

/* A route of `routers` routers to 10.0.0.1, which answers. */
static const char *long_route(unsigned routers)
{
    static char text[4096];
    size_t length = (size_t)sprintf(text, "10.0.0.1");

    for (unsigned i = 0; i < routers; i++)
        length += (size_t)sprintf(text + length, " 192.0.2.%u", i + 1);
    sprintf(text + length, " 10.0.0.1");
    return text;
}

Test(routes, the_longest_route_is_as_long_as_its_replies_live)
{
    struct sim_topology world = world_text_make("routes", long_route(63));
    struct sim_hop hop = world_text_hop(&world, "10.0.0.1", 1, 64);
    struct capture capture = capture_start(STDERR_FILENO);

    cr_expect_eq(hop.kind, SIM_HOP_TARGET);
    cr_expect_eq(hop.reply_ttl, 1);
    sim_topology_free(&world);
    cr_expect_eq(world_text_resolve("routes", long_route(64), &world), -EINVAL);
    capture_end(&capture);
}

Test(routes, what_is_wrong_is_told_with_its_line)
{
    static const struct {
        const char *text, *why;
    } table[] = {
        {"", "has no route"},
        {"# nothing\n", "has no route"},
        {"10.0.0.1\n", "line 1: has a target and no hop"},
        {"10.0.0 192.0.2.1\n", "line 1: '10.0.0' is not a target"},
        {"\n224.0.0.1 192.0.2.1\n", "line 2: '224.0.0.1' is not a target"},
        {"0.0.0.0 192.0.2.1\n", "'0.0.0.0' is not a target"},
        {"10.0.0.1 192.0.2.1 ** 10.0.0.1\n", "line 1: '**' is not a hop"},
        {"10.0.0.1 0.0.0.0\n", "'0.0.0.0' is not a hop"},
        {"10.0.0.1 192.0.2.1\n10.0.0.1 192.0.2.1@\n", "line 2: '' is not an RTT"},
        {"10.0.0.1 192.0.2.1@-1\n", "'-1' is not an RTT"},
        {"10.0.0.1 192.0.2.1@1e3\n", "'1e3' is not an RTT"},
        {"10.0.0.1 192.0.2.1@60000.1\n", "'60000.1' is not an RTT: 0 to 60000 milliseconds"},
        {"10.0.0.1 *@5\n", "'*' is not a hop"},
        {"2001:db8::1 192.0.2.1\n", "line 1: '192.0.2.1' is not of the target's family"},
        {"10.0.0.1 192.0.2.1 2001:db8::1\n", "'2001:db8::1' is not of the target's family"},
        {"ff02::1 2001:db8::1\n", "'ff02::1' is not a target"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct capture capture = capture_start(STDERR_FILENO);
        struct sim_topology world;
        int result = world_text_resolve("routes", table[i].text, &world);
        const char *said = capture_end(&capture);

        cr_expect_eq(result, -EINVAL, "%s", table[i].text);
        cr_expect_not_null(strstr(said, table[i].why), "%s", said);
        cr_expect_not_null(strstr(said, "/proc/self/fd/"), "%s", said);
        cr_expect_eq(strchr(said, '\n'), said + strlen(said) - 1, "one line: %s", said);
    }
}
