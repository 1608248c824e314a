// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/way_groups.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_order.h"
#include "engine/way_next_hops.h"
#include "host/fib.h"
#include "host/own_address.h"
#include "packet/frame.h"

enum {
    /* Up to this many targets of an on-link stretch get a way each, if they differ; of more targets, only
     * samples are asked. */
    ON_LINK_EACH = 16,
    /* 24 bytes each when the kernel is asked about a million destinations. */
    STRETCHES_AT_ONCE = 4096,
};

/* The first address of each family. */
static const struct address family_edges[] = {{0, ADDRESS_IPV4_PREFIX}, {0, 0}};

/* Stretches with targets: the first address of each, its first target and that target's index. */
struct batch {
    struct address begins[STRETCHES_AT_ONCE], firsts[STRETCHES_AT_ONCE];
    uint64_t indexes[STRETCHES_AT_ONCE], counts[STRETCHES_AT_ONCE];
    struct route_answer answers[STRETCHES_AT_ONCE];
    size_t count;
};

struct search {
    struct way_groups *groups;
    const struct egress_options *options;
    const struct targets *targets;
    struct fib fib;
    const struct address *edges; /* of the stretches; the kernel is asked about each */
    size_t edge_count;
    struct route_query query;
    struct address_pair own_sources; /* given source addresses that are this host's, so the kernel can
                                        answer for them */
    struct route by_hand; /* for all targets of a family whose way is given completely, except this host's
                             own addresses */
    struct address_set *own;
    struct batch batch;
};

static bool is_same_route(const struct way_group *group, const struct route_answer *answer, bool alone)
{
    if (group->no_route || answer->error || group->alone != alone)
        return group->no_route == answer->error && group->alone == alone;
    return group->route.type == answer->route.type &&
           (answer->route.type != RTN_UNICAST ||
            (group->route.interface_index == answer->route.interface_index &&
             address_equal(group->route.gateway, answer->route.gateway) &&
             address_equal(group->route.source, answer->route.source)));
}

/* Finds or adds the group for such an answer, and stores its index in `last`. Returns -E2BIG if there are too
 * many. */
static int find_group(struct way_groups *groups, enum address_family family,
                      const struct route_answer *answer, bool alone)
{
    if (groups->count && groups->list[groups->last].family == family &&
        is_same_route(&groups->list[groups->last], answer, alone))
        return 0;
    for (unsigned i = 0; i < groups->count; i++)
        if (groups->list[i].family == family && is_same_route(&groups->list[i], answer, alone)) {
            groups->last = i;
            return 0;
        }
    if (groups->count == WAY_GROUPS_MAX)
        return -E2BIG;
    groups->last = groups->count;
    groups->list[groups->count++] = (struct way_group){
        .family = family, .route = answer->route, .no_route = answer->error, .alone = alone};
    return 0;
}

/* Returns false if the group has enough samples. */
static bool add_sample(struct way_group *group, struct address sample)
{
    if (group->sample_count == WAY_SAMPLES)
        return false;
    group->samples[group->sample_count++] = sample;
    return true;
}

static int add_to_group(struct search *search, struct address begin, uint64_t index, uint64_t count,
                        const struct route_answer *answer, bool alone)
{
    int error = find_group(search->groups, address_family(begin), answer, alone);
    struct way_group *group = &search->groups->list[search->groups->last];

    if (error)
        return error;
    for (uint64_t i = 0; i < count; i++)
        if (!add_sample(group, targets_address(search->targets, index + i)))
            break;
    group->targets += count;
    return stretches_add(&search->groups->map, begin, (uint16_t)search->groups->last);
}

/* Each target is its own next hop. */
static int add_each(struct search *search, struct address begin, uint64_t index, uint64_t count,
                    const struct route_answer *answer)
{
    int error = 0;

    for (uint64_t i = 0; !error && i < count; i++) {
        struct route_answer own = *answer;

        own.route.gateway = targets_address(search->targets, index + i);
        error = add_to_group(search, i ? own.route.gateway : begin, index + i, 1, &own, true);
    }
    return error;
}

static bool may_differ(const struct search *search, const struct route_answer *answer, uint64_t count)
{
    return !answer->error && answer->route.type == RTN_UNICAST && address_is_none(answer->route.gateway) &&
           !search->options->gateway_mac.given && count && count <= ON_LINK_EACH;
}

static uint8_t own_type(const struct search *search, struct address address)
{
    for (size_t i = 0; i < search->fib.own_count; i++) {
        const struct fib_prefix *own = &search->fib.own[i];

        if (address_under(address, own->base, own->length))
            return own->type;
    }
    return RTN_LOCAL;
}

/* The kernel's routes and neighbours are not used if all is given, or on a VLAN that the kernel has no device
 * for. */
static bool is_given(const struct egress_options *options, enum address_family family)
{
    return options->interface && options->gateway_mac.given &&
           (options->vlan != FRAME_NO_VLAN || !address_is_none(address_pair_of(&options->sources, family)));
}

static bool is_multicast(struct address address)
{
    return address_under(address, address_of_ipv4(0xe0000000), 4) ||           /* RFC 5771 */
           address_under(address, (struct address){0xff00000000000000, 0}, 8); /* RFC 4291, 2.7 */
}

static void answer_one(const struct search *search, struct address target_address,
                       struct route_answer *answer)
{
    if (is_given(search->options, address_family(target_address)))
        *answer = (struct route_answer){.route = search->by_hand};
    /* Through a named interface, the kernel would send even to its own addresses. */
    if (address_set_contains(search->own, target_address))
        *answer = (struct route_answer){.route.type = own_type(search, target_address)};
    if (is_multicast(target_address))
        *answer = (struct route_answer){.route.type = RTN_MULTICAST};
    /* A given Ethernet address already determines the next hop. */
    if (search->options->gateway_mac.given)
        answer->route.gateway = ADDRESS_NONE;
}

/* All destinations of a batch are of one family. */
static int ask_routes(struct search *search)
{
    struct batch *batch = &search->batch;
    enum address_family family = address_family(batch->firsts[0]);

    if (!batch->count || is_given(search->options, family))
        return 0;
    search->query.source = address_pair_of(&search->own_sources, family);
    return routes_get(&search->query, batch->firsts, batch->answers, batch->count);
}

static int ask_batch(struct search *search)
{
    struct batch *batch = &search->batch;
    int error = ask_routes(search);

    for (size_t i = 0; !error && i < batch->count; i++) {
        struct route_answer *answer = &batch->answers[i];

        answer_one(search, batch->firsts[i], answer);
        error =
            may_differ(search, answer, batch->counts[i])
                ? add_each(search, batch->begins[i], batch->indexes[i], batch->counts[i], answer)
                : add_to_group(search, batch->begins[i], batch->indexes[i], batch->counts[i], answer, false);
        if (!error && !batch->counts[i])
            add_sample(&search->groups->list[search->groups->last], batch->firsts[i]);
    }
    batch->count = 0;
    return error;
}

static bool is_of_batch(const struct batch *batch, struct address first)
{
    return batch->count < STRETCHES_AT_ONCE &&
           (!batch->count || address_family(batch->firsts[0]) == address_family(first));
}

/* If a stretch has no target address, it may have other hosts of a target just outside it
 * (target/flow_hosts.h): returns one of them, or none. */
static struct address host_beside(const struct search *search, size_t edge)
{
    bool last = edge + 1 == search->edge_count;
    struct address begin = search->edges[edge];
    struct address end = last ? begin : address_before(search->edges[edge + 1]);

    if (targets_flows_reach(search->targets, begin))
        return begin;
    return targets_flows_reach(search->targets, end) ? end : ADDRESS_NONE;
}

/* Asks once about each stretch, from edge to edge, that contains a target. */
static int ask_all(struct search *search)
{
    struct batch *batch = &search->batch;
    uint64_t index = 0, total = targets_count(search->targets);
    int error = 0;

    for (size_t i = 0; !error && i < search->edge_count; i++) {
        bool last = i + 1 == search->edge_count;
        uint64_t behind = last ? total : targets_below(search->targets, search->edges[i + 1]);

        struct address first =
            behind > index ? targets_address(search->targets, index) : host_beside(search, i);
        if (address_is_none(first))
            continue;
        if (!is_of_batch(batch, first))
            error = ask_batch(search);
        batch->begins[batch->count] = search->edges[i];
        batch->firsts[batch->count] = first;
        batch->indexes[batch->count] = index;
        batch->counts[batch->count] = behind - index;
        batch->count++;
        index = behind;
    }
    return error ? error : ask_batch(search);
}

static struct address_set *own_addresses(const struct fib *fib)
{
    struct prefix_list list = {0};
    struct address_set *set = NULL;
    int error = 0;

    for (size_t i = 0; !error && i < fib->own_count; i++)
        error = prefix_list_add(&list, (struct prefix){fib->own[i].base, fib->own[i].length});
    if (!error)
        set = address_set_create(&list);
    prefix_list_free(&list);
    return set;
}

static int read_fib(struct search *search)
{
    int error;

    search->edges = family_edges;
    search->edge_count = sizeof(family_edges) / sizeof(family_edges[0]);
    if (search->options->single)
        return 0;
    error = fib_read(&search->fib);
    if (error)
        return error;
    search->edges = search->fib.edges;
    search->edge_count = search->fib.edge_count;
    search->own = own_addresses(&search->fib);
    return search->own ? 0 : -ENOMEM;
}

/* The kernel finds no routes for source addresses that are not its own. */
static struct address own_or_none(struct address source)
{
    return address_is_none(source) || !address_is_own(source) ? ADDRESS_NONE : source;
}

static int choose_question(struct search *search, struct error_text *error)
{
    const struct egress_options *options = search->options;
    struct link_info link = {0};
    int result = 0;

    if (options->vlan != FRAME_NO_VLAN && (!options->interface || !options->gateway_mac.given))
        return error_text_set(
            error, -EINVAL,
            "--vlan needs --interface and --gateway-mac: the kernel finds no neighbours by a VLAN tag alone");
    if (options->interface)
        result = egress_link("--interface", options->interface, &link, error);
    search->by_hand = (struct route){.interface_index = link.index, .type = RTN_UNICAST};
    search->query = (struct route_query){
        .interface_index = link.index,
        .protocol = options->protocol,
        .source_port = options->port ? LAYOUT_PORTS : 0,
        .destination_port = options->port,
    };
    search->own_sources = (struct address_pair){
        .ipv4 = own_or_none(options->sources.ipv4),
        .ipv6 = own_or_none(options->sources.ipv6),
    };
    return result;
}

int way_groups_find(struct way_groups *groups, const struct egress_options *options,
                    const struct targets *targets, struct error_text *error)
{
    struct search *search = calloc(1, sizeof(*search));
    int result;

    if (!search)
        return error_text_set(error, -ENOMEM, "out of memory for the ways to the targets");
    search->groups = groups;
    search->options = options;
    search->targets = targets;
    result = choose_question(search, error);
    if (!result) {
        result = read_fib(search);
        if (!result)
            result = ask_all(search);
        if (result)
            error_text_set(error, result, "cannot find the routes to the targets: %s", strerror(-result));
        else
            way_groups_resolve(groups, options);
    }
    fib_free(&search->fib);
    address_set_destroy(search->own);
    free(search);
    return result;
}

void way_groups_free(struct way_groups *groups)
{
    stretches_free(&groups->map);
}
