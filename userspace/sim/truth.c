// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/truth.h"

#include "sim/question.h"
#include "sim/steps.h"

/* What the routes of all flows show about the host to which they lead. */
struct outcome {
    struct address target;
    bool reached, visible;
};

/* A visit of all targets. */
struct visit {
    const struct truth_visitor *visitor;
    struct outcome outcome; /* of the current target */
};

/* The hops of routes are reported from here. */
struct hops {
    const struct visit *visit;
    const struct sim_topology *topology;
    struct address target;
};

static struct sim_question question_of(const struct sim_truth *truth, struct address target, uint16_t flow)
{
    enum address_family family = address_family(target);

    return sim_question_of(truth->topology, layout_of_family(&truth->layouts, family),
                           address_pair_of(&truth->source, family), target, flow);
}

/* Whether the hop certainly answers some probe of the survey with a usable reply: a target answers every TTL
 * from its distance on, a router only one. */
static bool is_visible(const struct sim_truth *truth, const struct truth_route *route,
                       const struct sim_hop *hop)
{
    if (!route->probed || !hop->answers || hop->by_chance || hop->bogus || hop->rewritten ||
        hop->distance > truth->max_ttl)
        return false;
    return hop->kind == SIM_HOP_TARGET ? !route->for_the_way : hop->distance >= truth->min_ttl;
}

static void walk(const struct sim_truth *truth, struct truth_route *route)
{
    const struct sim_question question = question_of(truth, route->target, route->flow);

    route->length = 0;
    for (uint8_t ttl = 1; ttl <= PROBE_MAX_TTL; ttl++) {
        struct sim_hop *hop = &route->hops[ttl - 1];

        sim_hop(truth->topology, question.number, question.flow, 0, ttl, hop);
        *hop = sim_question_judge(&question, hop);
        route->visible[ttl - 1] = hop->kind != SIM_HOP_NOTHING && is_visible(truth, route, hop);
        if (hop->kind != SIM_HOP_NOTHING)
            route->length = ttl;
        if (hop->kind == SIM_HOP_TARGET)
            return;
    }
}

/* A target that does not answer cannot be found. */
bool truth_is_there(const struct sim_hop *hop)
{
    return hop->kind == SIM_HOP_ROUTER || (hop->kind == SIM_HOP_TARGET && hop->answers);
}

bool truth_reaches(const struct sim_topology *topology, const struct truth_route *route)
{
    const struct sim_hop *last = route->length ? &route->hops[route->length - 1] : NULL;

    return last && last->kind == SIM_HOP_TARGET && last->answers &&
           last->address == sim_target_number(topology, route->target);
}

static int tell_target(const struct visit *visit)
{
    const struct outcome *outcome = &visit->outcome;

    if (!outcome->reached || !visit->visitor->target)
        return 0;
    return visit->visitor->target(visit->visitor->context, outcome->target, outcome->visible);
}

/* Adds a route to the outcome. The outcome is reported as soon as a route leads to another host. */
static int sum_up(const struct sim_truth *truth, const struct truth_route *route, struct visit *visit)
{
    struct outcome *outcome = &visit->outcome;
    int error = 0;

    if (!address_equal(route->target, outcome->target)) {
        error = tell_target(visit);
        *outcome = (struct outcome){.target = route->target};
    }
    if (truth_reaches(truth->topology, route)) {
        outcome->reached = true;
        outcome->visible |= route->visible[route->length - 1];
    }
    return error;
}

/* A router that reports a port unreachable, without being the target, may be anywhere: that makes no link. */
static bool ends_link(const struct hops *hops, const struct sim_hop *hop)
{
    return truth_is_there(hop) &&
           (hop->kind == SIM_HOP_ROUTER || hop->address == sim_target_number(hops->topology, hops->target));
}

static struct truth_interface interface_of(const struct hops *hops, const struct sim_hop *hop, bool visible)
{
    return (struct truth_interface){.address = sim_hop_address(hops->topology, hop, hops->target),
                                    .router = hop->router,
                                    .visible = visible};
}

/* Reports `hop`, and the link to it from the hop `before` it (NULL for the first). A router that answers
 * twice in a row makes no link with itself. */
static int tell_step(const struct hops *hops, const struct sim_hop *before, bool before_visible,
                     const struct sim_hop *hop, bool visible)
{
    const struct truth_visitor *visitor = hops->visit->visitor;
    int error = 0;

    if (!truth_is_there(hop))
        return 0;
    const struct truth_interface at = interface_of(hops, hop, visible);
    if (hop->kind == SIM_HOP_ROUTER)
        error = visitor->interface(visitor->context, &at);
    if (error || !before || !ends_link(hops, before) || !ends_link(hops, hop) ||
        before->address == hop->address)
        return error;
    return visitor->link(visitor->context, sim_hop_address(hops->topology, before, hops->target), at.address,
                         before_visible && visible);
}

static int tell_hops(const struct hops *hops, const struct truth_route *route)
{
    int error = 0;

    for (unsigned i = 0; i < route->length && !error; i++)
        error = i == 0 ? tell_step(hops, NULL, false, &route->hops[0], route->visible[0])
                       : tell_step(hops, &route->hops[i - 1], route->visible[i - 1], &route->hops[i],
                                   route->visible[i]);
    return error;
}

/* The steps that load balancers may choose on the path to a target. */
struct choices {
    const struct sim_truth *truth;
    const struct hops *hops;
    const struct truth_route *route; /* of the first flow to the host, which treats all flows alike */
    struct sim_question question;    /* of that route */
};

/* Returns true if flows that cannot be predicted may come this way. */
static bool may_be_visible(const struct choices *choices, const struct sim_hop *hop)
{
    return hop->distance && is_visible(choices->truth, choices->route, hop);
}

/* A sim_step_visitor: steps that no flow of the survey took are true, but not visible. */
static int tell_choice(void *context, const struct sim_hop *from, const struct sim_hop *to)
{
    const struct choices *choices = context;
    const struct sim_hop asked = sim_question_judge(&choices->question, to);

    return tell_step(choices->hops, from, from && may_be_visible(choices, from), &asked,
                     may_be_visible(choices, &asked));
}

static int tell_choices(const struct sim_truth *truth, const struct truth_route *route,
                        const struct hops *hops)
{
    struct choices choices = {truth, hops, route, question_of(truth, route->target, route->flow)};

    return sim_steps_visit(truth->topology, choices.question.number, tell_choice, &choices);
}

static struct truth_route route_of(const struct sim_truth *truth, uint64_t target, uint16_t flow)
{
    struct address address = targets_flow_address(truth->targets, target, flow);
    bool by_host = !address_equal(targets_flow_address(truth->targets, target, 1),
                                  targets_address(truth->targets, target));

    return (struct truth_route){
        .target = address,
        .flow = flow,
        .probed = !address_set_contains(truth->blocklist, address),
        .for_the_way = by_host && flow > 0,
    };
}

static int visit_flow(const struct sim_truth *truth, struct truth_route *route, struct visit *visit)
{
    const struct hops hops = {visit, truth->topology, route->target};
    int error;

    walk(truth, route);
    error = tell_hops(&hops, route);
    if (!error)
        error = sum_up(truth, route, visit);
    if (!error && visit->visitor->route)
        error = visit->visitor->route(visit->visitor->context, truth->topology, route);
    if (!error && (route->flow == 0 || route->for_the_way))
        error = tell_choices(truth, route, &hops);
    return error;
}

static bool changes(const struct sim_truth *truth, const struct truth_route *route)
{
    return sim_changes(truth->topology, sim_target_number(truth->topology, route->target));
}

/* If a route changes, both routes are true, each in its time. */
static int visit_routes_to(const struct sim_truth *truth, uint64_t target, struct visit *visit)
{
    const struct sim_topology topology = sim_topology_later(truth->topology);
    struct sim_truth later = *truth;
    int error = 0;

    visit->outcome = (struct outcome){.target = targets_address(truth->targets, target)};
    later.topology = &topology;
    for (uint16_t flow = 0; !error && flow < truth->flows; flow++) {
        struct truth_route route = route_of(truth, target, flow);

        error = visit_flow(truth, &route, visit);
        if (!error && changes(truth, &route))
            error = visit_flow(&later, &route, visit);
    }
    return error ? error : tell_target(visit);
}

/* Returns the truth with the settings by which this target was probed. */
static struct sim_truth truth_of(const struct sim_truth *truth, uint64_t target)
{
    struct sim_truth own = *truth;

    if (truth->shards)
        own.layouts.ipv4.key = own.layouts.ipv6.key = truth->shard_keys[target % truth->shards];
    return own;
}

size_t truth_router_addresses(const struct sim_topology *topology, uint64_t key,
                              struct address out[SIM_ROUTER_ADDRESSES_MOST])
{
    uint32_t numbers[SIM_ROUTER_ADDRESSES_MOST];
    size_t count = sim_router_addresses(topology, (uint32_t)key, numbers);

    for (size_t i = 0; i < count; i++)
        out[i] = sim_number_address(topology, numbers[i], (enum address_family)(key >> 32));
    return count;
}

int sim_truth_visit(const struct sim_truth *truth, const struct truth_visitor *visitor)
{
    struct visit visit = {.visitor = visitor};
    int error = 0;

    for (uint64_t i = 0; !error && i < targets_count(truth->targets); i++) {
        const struct sim_truth own = truth_of(truth, i);

        error = visit_routes_to(&own, i, &visit);
    }
    return error;
}
