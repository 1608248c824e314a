// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/graph.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>

#include "addresses.h"
#include "base/u64_set.h"
#include "reference.h"
#include "table.h"

#define ENOUGH (64ULL << 20)

/* A small Internet: who answers at each TTL of each path, 0 where nobody does. Every second path is one of
 * IPv6, where the same numbers are other routers. */
enum {
    PATHS = 2000,
    MIN_TTL = 3,
    MAX_TTL = 18,
    WIDTH = MAX_TTL - MIN_TTL + 1,
    HOPS = PATHS * WIDTH,
};

struct world {
    uint32_t responders[PATHS][WIDTH];
    uint32_t order[HOPS]; /* in which replies come */
    uint64_t interfaces, links, ipv6_interfaces, ipv6_links;
};

static void draw_hops(struct world *world, uint64_t *random)
{
    for (unsigned path = 0; path < PATHS; path++)
        for (unsigned i = 0; i < WIDTH; i++) {
            /* Few near routers, many far ones; some are silent, some answer twice in a row (loops). */
            uint32_t routers = i < 4 ? 1U << i : 200;
            uint32_t responder = (i << 16) + 1 + (uint32_t)(reference_random(random) % routers);

            if (reference_random(random) % 8 == 0)
                responder = 0;
            else if (i && reference_random(random) % 16 == 0)
                responder = world->responders[path][i - 1];
            world->responders[path][i] = responder;
        }
}

static void draw_order(struct world *world, uint64_t *random)
{
    for (uint32_t i = 0; i < HOPS; i++) {
        uint32_t other = (uint32_t)(reference_random(random) % (i + 1));

        world->order[i] = world->order[other];
        world->order[other] = i;
    }
}

/* The router of a number in a world of either family. */
static struct address router(enum address_family family, uint32_t number)
{
    return family == FAMILY_IPV4 ? IPV4(number) : IPV6(0x20010db800000000, number);
}

static enum address_family family_of_path(uint64_t path)
{
    return path % 2 ? FAMILY_IPV6 : FAMILY_IPV4;
}

/* The truth, by looking at all paths of a family. */
static void count_truth(const struct world *world, enum address_family family, uint64_t *interface_count,
                        uint64_t *link_count)
{
    struct u64_set interfaces = {0}, links = {0};

    for (unsigned path = 0; path < PATHS; path++)
        for (unsigned i = 0; i < WIDTH && family_of_path(path) == family; i++) {
            uint64_t from = i ? world->responders[path][i - 1] : 0, to = world->responders[path][i];

            if (to)
                u64_set_add(&interfaces, to);
            if (from && to && from != to)
                u64_set_add(&links, from << 32 | to);
        }
    *interface_count += interfaces.count;
    *link_count += links.count;
    u64_set_free(&interfaces);
    u64_set_free(&links);
}

static struct world *draw_world(uint64_t seed)
{
    struct world *world = calloc(1, sizeof(*world));

    cr_assert_not_null(world);
    draw_hops(world, &seed);
    draw_order(world, &seed);
    count_truth(world, FAMILY_IPV6, &world->ipv6_interfaces, &world->ipv6_links);
    world->interfaces = world->ipv6_interfaces;
    world->links = world->ipv6_links;
    count_truth(world, FAMILY_IPV4, &world->interfaces, &world->links);
    cr_assert_gt(world->links, 1000);
    return world;
}

static struct graph *make_bounded_graph(uint64_t paths, unsigned min_ttl, unsigned max_ttl,
                                        uint64_t link_memory, uint64_t interface_memory)
{
    const struct graph_config config = {.paths = paths,
                                        .min_ttl = min_ttl,
                                        .max_ttl = max_ttl,
                                        .link_memory = link_memory,
                                        .interface_memory = interface_memory};
    struct graph *graph = graph_create(&config);

    cr_assert_not_null(graph);
    return graph;
}

static struct graph *make_graph(uint64_t paths, unsigned min_ttl, unsigned max_ttl, uint64_t link_memory)
{
    return make_bounded_graph(paths, min_ttl, max_ttl, link_memory, ENOUGH);
}

static void add_world_hop(struct graph_handle *handle, const struct world *world, uint32_t hop)
{
    unsigned path = hop / WIDTH, i = hop % WIDTH;

    if (world->responders[path][i])
        graph_add(handle, path, MIN_TTL + i, router(family_of_path(path), world->responders[path][i]),
                  HOP_INTERFACE);
}

static void expect_whole_world(const struct graph *graph, const struct world *world)
{
    cr_expect_eq(graph_interfaces(graph), world->interfaces);
    cr_expect_eq(graph_ipv6_interfaces(graph), world->ipv6_interfaces);
    cr_expect_eq(graph_links(graph), world->links);
    cr_expect_eq(graph_ipv6_links(graph), world->ipv6_links);
    cr_expect(graph_links_complete(graph));
}

Test(graph, agrees_with_a_plain_count)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct world *world = draw_world(seed);
        struct graph *graph = make_graph(PATHS, MIN_TTL, MAX_TTL, ENOUGH);
        struct graph_handle *handle = graph_open(graph);

        for (uint32_t i = 0; i < HOPS; i++)
            add_world_hop(handle, world, world->order[i]);
        graph_settle(handle);
        expect_whole_world(graph, world);
        graph_close(handle);
        graph_destroy(graph);
        free(world);
    }
}

struct adding_thread {
    struct graph *graph;
    const struct world *world;
    pthread_barrier_t *start;
    unsigned share, shares;
    pthread_t thread;
};

static void *add_share(void *argument)
{
    struct adding_thread *self = argument;
    struct graph_handle *handle = graph_open(self->graph);

    pthread_barrier_wait(self->start);
    for (uint32_t i = self->share; i < HOPS; i += self->shares)
        add_world_hop(handle, self->world, self->world->order[i]);
    graph_close(handle);
    return NULL;
}

static void add_by_threads(struct graph *graph, const struct world *world, unsigned shares)
{
    struct adding_thread threads[4];
    pthread_barrier_t start;

    pthread_barrier_init(&start, NULL, shares);
    for (unsigned i = 0; i < shares; i++) {
        threads[i] = (struct adding_thread){graph, world, &start, i, shares, 0};
        cr_assert_eq(pthread_create(&threads[i].thread, NULL, add_share, &threads[i]), 0);
    }
    for (unsigned i = 0; i < shares; i++)
        pthread_join(threads[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

static void expect_threads_agree(const struct world *world, unsigned threads)
{
    struct graph *graph = make_graph(PATHS, MIN_TTL, MAX_TTL, ENOUGH);

    add_by_threads(graph, world, threads);
    expect_whole_world(graph, world);
    graph_destroy(graph);
}

Test(graph, threads_find_what_one_would)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct world *world = draw_world(seed);

        for (unsigned threads = 1; threads <= 4; threads *= 2)
            expect_threads_agree(world, threads);
        free(world);
    }
}

/* Neighbouring hops again and again at the same moment, one by each thread, nothing else: the race for which
 * hops are stored before neighbours are read. */
static void *add_every_second_hop(void *argument)
{
    struct adding_thread *self = argument;
    struct graph_handle *handle = graph_open(self->graph);

    pthread_barrier_wait(self->start);
    for (uint64_t path = 0; path < 100000; path++)
        graph_add(handle, path, 1 + self->share, IPV4(2 * path + 1 + self->share), HOP_INTERFACE);
    graph_close(handle);
    return NULL;
}

Test(graph, no_link_is_lost_between_two_threads)
{
    struct graph *graph = make_graph(100000, 1, 2, ENOUGH);
    struct adding_thread threads[2];
    pthread_barrier_t start;

    pthread_barrier_init(&start, NULL, 2);
    for (unsigned i = 0; i < 2; i++) {
        threads[i] = (struct adding_thread){graph, NULL, &start, i, 2, 0};
        cr_assert_eq(pthread_create(&threads[i].thread, NULL, add_every_second_hop, &threads[i]), 0);
    }
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i].thread, NULL);
    cr_expect_eq(graph_interfaces(graph), 200000);
    cr_expect_eq(graph_links(graph), 100000);
    pthread_barrier_destroy(&start);
    graph_destroy(graph);
}

/* A few replies, one after the other, and what they make in each family. Paths 0 and 1, TTL 1 to 4. */
static const struct {
    const char *what;
    struct {
        uint64_t path;
        unsigned ttl;
        uint32_t responder;
        enum hop_kind kind;
    } replies[5];
    unsigned reply_count;
    uint64_t interfaces, links;
} cases[] = {
    {"nothing", {{0}}, 0, 0, 0},
    {"one hop", {{0, 1, 10, HOP_INTERFACE}}, 1, 1, 0},
    {"consecutive", {{0, 1, 10, HOP_INTERFACE}, {0, 2, 20, HOP_INTERFACE}}, 2, 2, 1},
    {"consecutive, the farther first", {{0, 2, 20, HOP_INTERFACE}, {0, 1, 10, HOP_INTERFACE}}, 2, 2, 1},
    {"at the last TTL", {{0, 4, 20, HOP_INTERFACE}, {0, 3, 10, HOP_INTERFACE}}, 2, 2, 1},
    {"a silent hop between", {{0, 1, 10, HOP_INTERFACE}, {0, 3, 20, HOP_INTERFACE}}, 2, 2, 0},
    {"which answers at last",
     {{0, 1, 10, HOP_INTERFACE}, {0, 3, 20, HOP_INTERFACE}, {0, 2, 30, HOP_INTERFACE}},
     3,
     3,
     2},
    {"the end of one path and the start of the next",
     {{0, 4, 10, HOP_INTERFACE}, {1, 1, 20, HOP_INTERFACE}},
     2,
     2,
     0},
    {"the same router twice", {{0, 1, 10, HOP_INTERFACE}, {0, 2, 10, HOP_INTERFACE}}, 2, 1, 0},
    {"one link on two paths",
     {{0, 1, 10, HOP_INTERFACE},
      {0, 2, 20, HOP_INTERFACE},
      {1, 3, 10, HOP_INTERFACE},
      {1, 4, 20, HOP_INTERFACE}},
     4,
     2,
     1},
    {"both directions",
     {{0, 1, 10, HOP_INTERFACE},
      {0, 2, 20, HOP_INTERFACE},
      {1, 1, 20, HOP_INTERFACE},
      {1, 2, 10, HOP_INTERFACE}},
     4,
     2,
     2},
    {"a target ends a link and is no interface",
     {{0, 1, 10, HOP_INTERFACE}, {0, 2, 20, HOP_TARGET}},
     2,
     1,
     1},
    {"a target at several TTLs", {{0, 2, 20, HOP_TARGET}, {0, 3, 20, HOP_TARGET}}, 2, 0, 0},
    {"a target on one path, a router on another",
     {{0, 1, 20, HOP_TARGET}, {1, 1, 20, HOP_INTERFACE}},
     2,
     1,
     0},
    {"a repeated reply", {{0, 1, 10, HOP_INTERFACE}, {0, 1, 10, HOP_INTERFACE}}, 2, 1, 0},
    {"two routers at one TTL, behind one",
     {{0, 1, 10, HOP_INTERFACE}, {0, 2, 20, HOP_INTERFACE}, {0, 2, 21, HOP_INTERFACE}},
     3,
     3,
     2},
    {"two routers at one TTL, before one",
     {{0, 3, 30, HOP_INTERFACE}, {0, 2, 20, HOP_INTERFACE}, {0, 2, 21, HOP_INTERFACE}},
     3,
     3,
     2},
    {"the address 0 is one like others", {{0, 1, 0, HOP_INTERFACE}, {0, 2, 20, HOP_INTERFACE}}, 2, 2, 1},
};

static void expect_of_case(size_t i, enum address_family family)
{
    struct graph *graph = make_graph(2, 1, 4, ENOUGH);
    struct graph_handle *handle = graph_open(graph);
    bool ipv6 = family == FAMILY_IPV6;

    for (unsigned reply = 0; reply < cases[i].reply_count; reply++)
        graph_add(handle, cases[i].replies[reply].path, cases[i].replies[reply].ttl,
                  router(family, cases[i].replies[reply].responder), cases[i].replies[reply].kind);
    graph_settle(handle);
    cr_expect_eq(graph_interfaces(graph), cases[i].interfaces, "%s", cases[i].what);
    cr_expect_eq(graph_ipv6_interfaces(graph), ipv6 ? cases[i].interfaces : 0, "%s", cases[i].what);
    cr_expect_eq(graph_links(graph), cases[i].links, "%s", cases[i].what);
    cr_expect_eq(graph_ipv6_links(graph), ipv6 ? cases[i].links : 0, "%s", cases[i].what);
    cr_expect(graph_links_complete(graph), "%s", cases[i].what);
    graph_close(handle);
    graph_destroy(graph);
}

Test(graph, a_few_replies)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        expect_of_case(i, FAMILY_IPV4);
        expect_of_case(i, FAMILY_IPV6);
    }
}

/* 0.0.0.0 is an address like others, and so is a group's that somebody forges; so is the highest, but for
 * links. */
Test(graph, the_first_and_the_last_address)
{
    static const struct {
        uint32_t responder;
        uint64_t links;
    } edges[] = {{0, 2}, {1, 2}, {0xe0000001, 2}, {UINT32_MAX - 1, 2}, {UINT32_MAX, 0}};

    for (size_t i = 0; i < COUNT(edges); i++) {
        struct graph *graph = make_graph(1, 1, 3, ENOUGH);
        struct graph_handle *handle = graph_open(graph);

        for (unsigned ttl = 1; ttl <= 3; ttl++)
            graph_add(handle, 0, ttl, IPV4(ttl == 2 ? edges[i].responder : 7 * ttl), HOP_INTERFACE);
        graph_settle(handle);
        cr_expect_eq(graph_interfaces(graph), 3, "%zu", i);
        cr_expect_eq(graph_links(graph), edges[i].links, "%zu", i);
        cr_expect_eq(graph_ipv6_interfaces(graph) + graph_ipv6_links(graph), 0, "%zu", i);
        graph_close(handle);
        graph_destroy(graph);
    }
}

/* What a handle has added counts once it is settled, closed, or holds more than a batch. */
Test(graph, settles)
{
    struct graph *graph = make_graph(1000, 1, 2, ENOUGH);
    struct graph_handle *handle = graph_open(graph);

    for (uint32_t path = 0; path < 1000; path++)
        for (unsigned ttl = 1; ttl <= 2; ttl++)
            graph_add(handle, path, ttl, IPV4(2 * path + ttl), HOP_INTERFACE);
    cr_expect_gt(graph_links(graph), 900, "but for the last");
    graph_settle(handle);
    cr_expect_eq(graph_links(graph), 1000);
    graph_add(handle, 0, 2, IPV4(5000), HOP_INTERFACE);
    graph_close(handle);
    cr_expect_eq(graph_links(graph), 1001);
    graph_destroy(graph);
}

/* A survey of one TTL has no links to find, and finds none. */
Test(graph, one_ttl)
{
    struct graph *graph = make_graph(2, 7, 7, ENOUGH);
    struct graph_handle *handle = graph_open(graph);

    for (uint64_t path = 0; path < 2; path++)
        graph_add(handle, path, 7, IPV4(10 + (uint32_t)path), HOP_INTERFACE);
    graph_settle(handle);
    cr_expect_eq(graph_interfaces(graph), 2);
    cr_expect_eq(graph_links(graph), 0);
    graph_close(handle);
    graph_destroy(graph);
}

/* Whatever memory there is: every interface is counted, no link that is not there, and none is missing
 * without a word. */
Test(graph, link_memory)
{
    struct world *world = draw_world(1);
    bool were_complete = false;

    for (uint64_t memory = 0; memory <= 4 << 20; memory += memory / 4 + 1) {
        struct graph *graph = make_graph(PATHS, MIN_TTL, MAX_TTL, memory);
        struct graph_handle *handle = graph_open(graph);

        for (uint32_t i = 0; i < HOPS; i++)
            add_world_hop(handle, world, world->order[i]);
        graph_settle(handle);
        cr_expect_eq(graph_interfaces(graph), world->interfaces);
        cr_expect_leq(graph_links(graph), world->links);
        cr_expect_eq(graph_links(graph) == world->links, graph_links_complete(graph), "%d bytes",
                     (int)memory);
        were_complete = graph_links_complete(graph);
        graph_close(handle);
        graph_destroy(graph);
    }
    cr_expect(were_complete, "the largest memory suffices");
    free(world);
}

/* Without room for interfaces IPv4 has its links, IPv6 those whose ends have numbers, and it is told. */
Test(graph, interface_memory)
{
    struct world *world = draw_world(1);
    uint64_t ipv4_links = world->links - world->ipv6_links;

    for (uint64_t memory = 0; memory <= 1 << 20; memory = 2 * memory + 1000) {
        struct graph *graph = make_bounded_graph(PATHS, MIN_TTL, MAX_TTL, ENOUGH, memory);
        struct graph_handle *handle = graph_open(graph);

        for (uint32_t i = 0; i < HOPS; i++)
            add_world_hop(handle, world, world->order[i]);
        graph_settle(handle);
        cr_expect_leq(graph_interfaces(graph), world->interfaces);
        cr_expect_eq(graph_interfaces(graph) == world->interfaces, graph_interfaces_complete(graph));
        cr_expect_eq(graph_links(graph) - graph_ipv6_links(graph), ipv4_links, "%d bytes", (int)memory);
        cr_expect_leq(graph_ipv6_links(graph), world->ipv6_links);
        cr_expect_eq(graph_links(graph) == world->links, graph_links_complete(graph), "%d bytes",
                     (int)memory);
        cr_expect(memory > 0 || graph_ipv6_links(graph) == 0);
        graph_close(handle);
        graph_destroy(graph);
    }
    free(world);
}

Test(graph, a_little_link_memory_is_used)
{
    struct graph *graph = make_graph(1, 1, 64, 512);
    struct graph_handle *handle = graph_open(graph);

    for (unsigned ttl = 1; ttl <= 64; ttl++)
        graph_add(handle, 0, ttl, IPV4(ttl), HOP_INTERFACE);
    graph_settle(handle);
    cr_expect_gt(graph_links(graph), 0);
    cr_expect_lt(graph_links(graph), 63);
    cr_expect_not(graph_links_complete(graph));
    graph_close(handle);
    graph_destroy(graph);
}

/* A strategy that walks along paths: with memory for a tenth of them all links are counted, though nobody says that
 * these are all. Where memory suffices for every hop, and where it does not even for recent ones, all is as without. */
Test(graph, recent_answers)
{
    static const struct {
        uint64_t link_memory;
        bool complete, all, recent;
    } bounds[] = {{ENOUGH, true, true, false}, {1 << 20, false, true, true}, {20000, false, false, false}};
    struct world *world = draw_world(1);

    for (size_t i = 0; i < COUNT(bounds); i++) {
        const struct graph_config config = {.paths = 100 * PATHS,
                                            .min_ttl = MIN_TTL,
                                            .max_ttl = MAX_TTL,
                                            .link_memory = bounds[i].link_memory,
                                            .interface_memory = ENOUGH,
                                            .recent = 100};
        struct graph *graph = graph_create(&config);
        struct graph_handle *handle = graph_open(graph);

        for (uint32_t hop = HOPS; hop > 0; hop--)
            add_world_hop(handle, world, hop - 1);
        graph_settle(handle);
        cr_expect_eq(graph_interfaces(graph), world->interfaces);
        cr_expect_eq(graph_links(graph) == world->links, bounds[i].all, "case %zu", i);
        cr_expect_eq(graph_links_complete(graph), bounds[i].complete, "case %zu", i);
        cr_expect_eq(graph_links_recent(graph), bounds[i].recent, "case %zu", i);
        graph_close(handle);
        graph_destroy(graph);
    }
    free(world);
}

Test(graph, without_paths)
{
    struct graph *graph = make_graph(0, 1, 32, ENOUGH);

    cr_expect(graph_links_complete(graph));
    cr_expect_eq(graph_links(graph), 0);
    graph_destroy(graph);
    graph_destroy(NULL);
    graph_close(NULL);
}

/* Interface i answers i times; they come in an order that is neither up nor down. */
Test(graph, most_seen)
{
    static const size_t asked[] = {0, 1, 3, 10, 99, 100, 200};
    struct graph *graph = make_graph(1, 1, 1, ENOUGH);
    struct graph_handle *handle = graph_open(graph);

    for (uint32_t round = 1; round <= 100; round++)
        for (uint32_t i = 1; i <= 100; i++) {
            uint32_t address = i * 37 % 101;

            if (address >= round)
                graph_add(handle, 0, 1, IPV4(address), HOP_INTERFACE);
        }
    graph_settle(handle);
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct graph_interface found[200] = {{{0}, 0}};
        size_t count = graph_most_seen(graph, found, asked[i]);

        cr_assert_eq(count, asked[i] < 100 ? asked[i] : 100, "asked for %zu", asked[i]);
        for (size_t at = 0; at < count; at++) {
            cr_expect_eq(address_ipv4(found[at].address), 100 - at);
            cr_expect_eq(found[at].replies, 100 - at);
        }
    }
    graph_close(handle);
    graph_destroy(graph);
}

/* What a closed handle has added stays. */
Test(graph, handles_come_and_go)
{
    struct graph *graph = make_graph(100, 1, 2, ENOUGH);
    struct graph_interface found[3];
    struct graph_handle *handle;

    for (uint32_t round = 0; round < 100; round++) {
        handle = graph_open(graph);
        cr_assert_not_null(handle);
        graph_add(handle, round, 1, IPV4(1), HOP_INTERFACE);
        graph_add(handle, round, 2, IPV4(1000 + round), HOP_INTERFACE);
        graph_close(handle);
    }
    cr_expect_eq(graph_interfaces(graph), 101);
    cr_expect_eq(graph_links(graph), 100);
    cr_assert_eq(graph_most_seen(graph, found, 3), 3);
    cr_expect_eq(address_ipv4(found[0].address), 1);
    cr_expect_eq(found[0].replies, 100);
    cr_expect_eq(found[1].replies, 1);
    graph_destroy(graph);
}
