// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/linux_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/link.h"
#include "host/neighbour.h"
#include "host/netns.h"
#include "host/own_address.h"
#include "host/route.h"
#include "host/sysctl.h"
#include "sim/host_end.h"

enum {
    MAX_NODES = SIM_LINUX_MAX_ROUTERS + 1, /* the last is the target */
    MAX_WIRES = MAX_NODES,
    LOOPBACK_INDEX = 1, /* in every namespace */
    WIRE_PREFIX_LENGTH = 30,
    WIRE_PREFIX_LENGTH6 = 64,
    PATIENCE_MS = 10000, /* much longer than the kernel takes to notice a wire, or to use an address */
};

/* The index of the nearer device of a wire; the farther one has the next. */
#define WIRE_INDEX(w) (1000 + 2 * (w))

/* Wires are counted from 1. A wire connects two nodes; `near` is the one nearer to the host. */
struct wire {
    uint8_t near, far;
    unsigned near_index, far_index; /* of its devices */
};

struct sim_linux_world {
    int netns[MAX_NODES]; /* the first is owned by the caller */
    unsigned nodes;
    struct wire wires[MAX_WIRES + 1]; /* indexed by number */
    unsigned wire_count;
};

static void shape_chain(struct sim_linux_world *world, unsigned routers)
{
    world->nodes = routers + 1;
    world->wire_count = routers;
    for (unsigned w = 1; w <= routers; w++)
        world->wires[w] = (struct wire){.near = (uint8_t)(w - 1), .far = (uint8_t)w};
}

static void shape_diamond(struct sim_linux_world *world)
{
    static const uint8_t ends[][2] = {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}};

    world->nodes = 5;
    world->wire_count = sizeof(ends) / sizeof(ends[0]);
    for (unsigned w = 1; w <= world->wire_count; w++)
        world->wires[w] = (struct wire){.near = ends[w - 1][0], .far = ends[w - 1][1]};
}

struct setting {
    const char *name, *value;
};

static int set_all(const struct setting *settings, size_t count)
{
    int error = 0;

    for (size_t i = 0; i < count && !error; i++)
        error = sysctl_set(settings[i].name, settings[i].value);
    return error;
}

/* Turns the thread's current namespace into a router that answers every probe. */
static int set_up_node(void)
{
    static const struct setting ipv4[] = {
        {"net/ipv4/ip_forward", "1"},
        {"net/ipv4/icmp_ratemask", "0"},             /* otherwise only six of 200 probes are answered */
        {"net/ipv4/fib_multipath_hash_policy", "1"}, /* hash ports too */
        {"net/ipv4/conf/all/rp_filter", "0"},        /* replies may take the other side of a diamond */
        {"net/ipv4/conf/default/rp_filter", "0"},
    };
    static const struct setting ipv6[] = {
        {"net/ipv6/conf/all/forwarding", "1"},
        {"net/ipv6/icmp/ratemask", "255"}, /* a type that does not exist, so no existing type is limited */
        {"net/ipv6/fib_multipath_hash_policy", "1"},
        {"net/ipv6/conf/default/accept_dad", "0"},
    };
    int error = set_all(ipv4, sizeof(ipv4) / sizeof(ipv4[0]));

    return error ? error : allow_no_ipv6(set_all(ipv6, sizeof(ipv6) / sizeof(ipv6[0])));
}

static int make_nodes(struct sim_linux_world *world, int first_netns)
{
    for (unsigned i = 0; i < world->nodes; i++) {
        world->netns[i] = i == 0 ? first_netns : netns_create();
        if (world->netns[i] < 0)
            return world->netns[i];
        int error = netns_enter(world->netns[i]);
        if (!error)
            error = set_up_node();
        if (error)
            return error;
    }
    return 0;
}

/* Locally administered; "near" and "far" ends differ in the last byte. */
static void end_mac(unsigned wire, uint32_t address, uint8_t mac[6])
{
    const uint8_t bytes[6] = {0x02, 0x00, 0xc6, 0x13, (uint8_t)wire, (uint8_t)address};

    for (int i = 0; i < 6; i++)
        mac[i] = bytes[i];
}

static int set_up_family(unsigned index, enum address_family family, uint32_t own, uint32_t other,
                         const uint8_t other_mac[6])
{
    unsigned length = family == FAMILY_IPV4 ? WIRE_PREFIX_LENGTH : WIRE_PREFIX_LENGTH6;
    int error = address_add(index, sim_address(own, family), length, PATIENCE_MS);

    return error ? error : neighbour_add(index, sim_address(other, family), other_mac);
}

/* Gives a wire's end in the thread's namespace its addresses, and permanent neighbour entries for the other
 * end. */
static int set_up_end(const char *name, unsigned wire, uint32_t own, uint32_t other, unsigned *index)
{
    uint8_t own_mac[6], other_mac[6];
    struct link_info link;
    int error = link_by_name(name, &link);

    if (error)
        return error;
    *index = link.index;
    end_mac(wire, own, own_mac);
    end_mac(wire, other, other_mac);
    error = link_set_mac(link.index, own_mac);
    if (!error)
        error = link_set_up(link.index);
    if (!error)
        error = set_up_family(link.index, FAMILY_IPV4, own, other, other_mac);
    return error ? error : allow_no_ipv6(set_up_family(link.index, FAMILY_IPV6, own, other, other_mac));
}

static int make_wire(struct sim_linux_world *world, unsigned w)
{
    struct wire *wire = &world->wires[w];
    char near[16], far[16];
    int error = netns_enter(world->netns[wire->near]);

    snprintf(near, sizeof(near), "far%u", w); /* named after the end to which they lead */
    snprintf(far, sizeof(far), "near%u", w);
    if (!error)
        error = link_create_veth_numbered(near, WIRE_INDEX(w), far, WIRE_INDEX(w) + 1,
                                          world->netns[wire->far], 1);
    if (!error)
        error = set_up_end(near, w, sim_linux_near(w), sim_linux_far(w), &wire->near_index);
    if (!error)
        error = netns_enter(world->netns[wire->far]);
    if (!error)
        error = set_up_end(far, w, sim_linux_far(w), sim_linux_near(w), &wire->far_index);
    return error;
}

static unsigned prefix_length(enum address_family family)
{
    return family == FAMILY_IPV4 ? SIM_LINUX_PREFIX_LENGTH : SIM_LINUX_PREFIX_LENGTH6;
}

/* Fills in the next hops of a node towards the targets. */
static unsigned hops_on(const struct sim_linux_world *world, unsigned node, enum address_family family,
                        struct route_hop hops[2])
{
    unsigned count = 0;

    for (unsigned w = 1; w <= world->wire_count; w++)
        if (world->wires[w].near == node)
            hops[count++] =
                (struct route_hop){world->wires[w].near_index, sim_address(sim_linux_far(w), family)};
    return count;
}

/* The nearer end came up first; it drops all packets until the kernel has noticed that the other end is
 * up. */
static int wait_for_wires(const struct sim_linux_world *world, unsigned node)
{
    int error = 0;

    for (unsigned w = 1; w <= world->wire_count && !error; w++)
        if (world->wires[w].near == node)
            error = link_wait_running(world->wires[w].near_index, PATIENCE_MS);
    return error;
}

/* The route back to the host leads over the first of the wires to a node; for the first node, over its
 * uplink. Errors come from that wire's address, even if the probe came by another wire: in IPv6 the kernel
 * might choose otherwise. */
static int add_way_back(const struct sim_linux_world *world, unsigned node, enum address_family family)
{
    unsigned w = 1;

    if (node == 0)
        return 0;
    while (world->wires[w].far != node)
        w++;
    const struct route_hop hop = {world->wires[w].far_index, sim_address(sim_linux_near(w), family)};
    return route_add_from(sim_address(SIM_LINUX_WIRES, family), prefix_length(family), &hop,
                          sim_address(sim_linux_far(w), family));
}

/* All addresses of the prefix belong to the target. But in IPv6, Linux sends Port Unreachable only from an
 * address that one of its devices has. */
static int add_targets(enum address_family family)
{
    int error = route_add_local(sim_address(SIM_LINUX_TARGETS, family), prefix_length(family));

    for (uint32_t subnet = 0; subnet < SIM_OWN_HOSTS && !error && family == FAMILY_IPV6; subnet++)
        error = link_add_address(LOOPBACK_INDEX, sim_address6(SIM_LINUX_TARGETS | subnet << 8 | 1), 128);
    return error;
}

static int make_routes(const struct sim_linux_world *world, unsigned node, enum address_family family)
{
    struct route_hop hops[2];
    unsigned count = hops_on(world, node, family, hops);
    int error = add_way_back(world, node, family);

    if (error)
        return error;
    if (!count)
        return add_targets(family);
    return route_add(sim_address(SIM_LINUX_TARGETS, family), prefix_length(family), hops, count);
}

static int connect_node(const struct sim_linux_world *world, unsigned node)
{
    int error = netns_enter(world->netns[node]);

    if (!error)
        error = wait_for_wires(world, node);
    if (!error)
        error = make_routes(world, node, FAMILY_IPV4);
    return error ? error : allow_no_ipv6(make_routes(world, node, FAMILY_IPV6));
}

static int build(struct sim_linux_world *world, int first_netns)
{
    int error = make_nodes(world, first_netns);

    for (unsigned w = 1; w <= world->wire_count && !error; w++)
        error = make_wire(world, w);
    for (unsigned node = 0; node < world->nodes && !error; node++)
        error = connect_node(world, node);
    return error;
}

int sim_linux_world_open(struct sim_linux_world **out, const struct sim_linux *shape, int first_netns)
{
    struct sim_linux_world *world = calloc(1, sizeof(*world));
    int error;

    if (!world)
        return -ENOMEM;
    for (unsigned i = 0; i < MAX_NODES; i++)
        world->netns[i] = -1;
    if (shape->diamond)
        shape_diamond(world);
    else
        shape_chain(world, shape->routers);
    error = build(world, first_netns);
    if (error) {
        sim_linux_world_close(world);
        return error;
    }
    *out = world;
    return 0;
}

void sim_linux_world_close(struct sim_linux_world *world)
{
    if (!world)
        return;
    for (unsigned i = 1; i < world->nodes; i++)
        if (world->netns[i] >= 0)
            close(world->netns[i]);
    free(world);
}
