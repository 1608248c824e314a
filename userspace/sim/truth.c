// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/truth.h"

#include <errno.h>
#include <string.h>

#include "base/address_numbers.h"
#include "base/address_text.h"
#include "base/u64_set.h"
#include "sim/question.h"
#include "sim/router_addresses.h"
#include "sim/steps.h"

/* The path of one flow to one target, as far as PROBE_MAX_TTL. */
struct route {
    struct address target;
    uint16_t flow;
    bool probed;
    bool for_the_way; /* a flow by host, after the first: who answers at its end is not looked for */
    unsigned length;  /* up to the target, or the last hop known */
    struct sim_hop hops[PROBE_MAX_TTL]; /* by TTL - 1 */
    bool visible[PROBE_MAX_TTL];
};

/* What the routes are made of, each once: all of it, and what the survey can see. Keys are made of the numbers
 * of addresses. */
struct findings {
    const struct sim_topology *topology;
    struct address target; /* of the route that is being noted */
    struct address_numbers numbers;
    struct u64_set interfaces, visible_interfaces, links, visible_links;
    struct u64_set routers; /* those that were met, below the family in which */
};

/* A line of JSON. The longest, a route of PROBE_MAX_TTL hops, takes less than 64 × 76 + 150 bytes. */
struct line {
    char text[8192];
    size_t length;
};

static void put(struct line *line, const char *text)
{
    size_t length = strlen(text);

    memcpy(line->text + line->length, text, length);
    line->length += length;
}

static void put_address(struct line *line, const char *key, struct address address)
{
    put(line, key);
    line->length += address_format(address, line->text + line->length);
    put(line, "\"");
}

static void put_visible(struct line *line, bool visible)
{
    put(line, visible ? ",\"visible\":true}" : ",\"visible\":false}");
}

static int write_line(struct line *line, FILE *out)
{
    put(line, "\n");
    if (fwrite(line->text, 1, line->length, out) == line->length)
        return 0;
    return errno ? -errno : -EIO;
}

static struct sim_question question_of(const struct sim_truth *truth, struct address target, uint16_t flow)
{
    enum address_family family = address_family(target);

    return sim_question_of(truth->topology, layout_of_family(&truth->layouts, family),
                           address_pair_of(&truth->source, family), target, flow);
}

/* Whether some probe of the survey is certain to be answered by the hop, with a reply that can be used: a
 * target answers every TTL from its distance on, a router one only. */
static bool is_visible(const struct sim_truth *truth, const struct route *route, const struct sim_hop *hop)
{
    if (!route->probed || !hop->answers || hop->by_chance || hop->bogus || hop->rewritten ||
        hop->distance > truth->max_ttl)
        return false;
    return hop->kind == SIM_HOP_TARGET ? !route->for_the_way : hop->distance >= truth->min_ttl;
}

static void walk(const struct sim_truth *truth, struct route *route)
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

/* A target that does not answer is nothing that could be found. */
static bool is_there(const struct sim_hop *hop)
{
    return hop->kind == SIM_HOP_ROUTER || (hop->kind == SIM_HOP_TARGET && hop->answers);
}

/* As a survey's record would tell (record_reaches()): a router that has the target's address is no target,
 * nor is a target that answers with another address. */
static bool reaches(const struct sim_truth *truth, const struct route *route)
{
    const struct sim_hop *last = route->length ? &route->hops[route->length - 1] : NULL;

    return last && last->kind == SIM_HOP_TARGET && last->answers &&
           last->address == sim_target_number(truth->topology, route->target);
}

static int write_route(const struct sim_truth *truth, const struct route *route, FILE *out)
{
    struct line line = {.length = 0};

    put_address(&line, "{\"kind\":\"route\",\"target\":\"", route->target);
    line.length += (size_t)snprintf(line.text + line.length, 24, ",\"flow\":%u,\"hops\":[", route->flow);
    for (unsigned i = 0; i < route->length; i++) {
        if (i)
            put(&line, ",");
        if (!is_there(&route->hops[i])) {
            put(&line, "null");
            continue;
        }
        put_address(&line, "{\"address\":\"",
                    sim_hop_address(truth->topology, &route->hops[i], route->target));
        put_visible(&line, route->visible[i]);
    }
    put(&line, reaches(truth, route) ? "],\"reaches\":true}" : "],\"reaches\":false}");
    return write_line(&line, out);
}

/* What the routes of all flows tell of the host that they lead to. */
struct outcome {
    struct address target;
    bool reached, visible;
};

static int write_target(const struct outcome *outcome, FILE *out)
{
    struct line line = {.length = 0};

    if (!outcome->reached)
        return 0;
    put_address(&line, "{\"kind\":\"target\",\"address\":\"", outcome->target);
    put_visible(&line, outcome->visible);
    return write_line(&line, out);
}

/* Adds a route to the outcome, which is written once a route leads to another host. */
static int sum_up(const struct sim_truth *truth, const struct route *route, struct outcome *outcome,
                  FILE *out)
{
    int error = 0;

    if (!address_equal(route->target, outcome->target)) {
        error = write_target(outcome, out);
        *outcome = (struct outcome){.target = route->target};
    }
    if (reaches(truth, route)) {
        outcome->reached = true;
        outcome->visible |= route->visible[route->length - 1];
    }
    return error;
}

static int note(struct u64_set *all, struct u64_set *visible, uint64_t key, bool is_visible_here)
{
    int result = u64_set_add(all, key);

    if (result >= 0 && is_visible_here)
        result = u64_set_add(visible, key);
    return result < 0 ? result : 0;
}

/* Who says, without being the target, that a port there is unreachable may stand anywhere: that makes no
 * link. */
static bool ends_link(const struct findings *findings, const struct sim_hop *hop)
{
    return is_there(hop) && (hop->kind == SIM_HOP_ROUTER ||
                             hop->address == sim_target_number(findings->topology, findings->target));
}

/* The number of the address with which a hop answers. */
static int number_of(struct findings *findings, const struct sim_hop *hop, uint32_t *number)
{
    return address_numbers_get(&findings->numbers, sim_hop_address(findings->topology, hop, findings->target),
                               number);
}

static int note_link(struct findings *findings, const struct sim_hop *before, uint32_t number, bool visible)
{
    uint32_t from;
    int error = number_of(findings, before, &from);

    return error ? error
                 : note(&findings->links, &findings->visible_links, (uint64_t)from << 32 | number, visible);
}

static int note_router(struct findings *findings, const struct sim_hop *hop)
{
    uint64_t family = address_family(findings->target);
    int added = hop->router ? u64_set_add(&findings->routers, family << 32 | hop->router) : 0;

    return added < 0 ? added : 0;
}

/* Notes `hop`, and the link to it from the hop `before` it, NULL for the first. Who answers twice in a row is
 * linked to nobody by that. */
static int note_step(struct findings *findings, const struct sim_hop *before, bool before_visible,
                     const struct sim_hop *hop, bool visible)
{
    uint32_t number;
    int error;

    if (!is_there(hop))
        return 0;
    error = number_of(findings, hop, &number);
    if (!error && hop->kind == SIM_HOP_ROUTER)
        error = note(&findings->interfaces, &findings->visible_interfaces, number, visible);
    if (!error && hop->kind == SIM_HOP_ROUTER)
        error = note_router(findings, hop);
    if (error || !before || !ends_link(findings, before) || !ends_link(findings, hop) ||
        before->address == hop->address)
        return error;
    return note_link(findings, before, number, before_visible && visible);
}

static int note_route(struct findings *findings, const struct route *route)
{
    int error = 0;

    for (unsigned i = 0; i < route->length && !error; i++)
        error = i == 0 ? note_step(findings, NULL, false, &route->hops[0], route->visible[0])
                       : note_step(findings, &route->hops[i - 1], route->visible[i - 1], &route->hops[i],
                                   route->visible[i]);
    return error;
}

/* What load balancers may choose on the way to a target. */
struct choices {
    const struct sim_truth *truth;
    struct findings *findings;
    const struct route *route;    /* of the first flow to the host: it takes all flows alike */
    struct sim_question question; /* of that */
};

/* True where flows may come this way that nobody can tell beforehand. */
static bool may_be_visible(const struct choices *choices, const struct sim_hop *hop)
{
    return hop->distance && is_visible(choices->truth, choices->route, hop);
}

/* A sim_step_visitor: what no flow of the survey came across is there, and not visible. */
static int note_choice(void *context, const struct sim_hop *from, const struct sim_hop *to)
{
    const struct choices *choices = context;
    const struct sim_hop asked = sim_question_judge(&choices->question, to);

    return note_step(choices->findings, from, from && may_be_visible(choices, from), &asked,
                     may_be_visible(choices, &asked));
}

static int note_choices(const struct sim_truth *truth, const struct route *route, struct findings *findings)
{
    struct choices choices = {truth, findings, route, question_of(truth, route->target, route->flow)};

    return sim_steps_visit(truth->topology, choices.question.number, note_choice, &choices);
}

static struct route route_of(const struct sim_truth *truth, uint64_t target, uint16_t flow)
{
    struct address address = targets_flow_address(truth->targets, target, flow);
    bool by_host = !address_equal(targets_flow_address(truth->targets, target, 1),
                                  targets_address(truth->targets, target));

    return (struct route){
        .target = address,
        .flow = flow,
        .probed = !address_set_contains(truth->blocklist, address),
        .for_the_way = by_host && flow > 0,
    };
}

static int write_flow(const struct sim_truth *truth, struct route *route, struct findings *findings,
                      struct outcome *outcome, FILE *out)
{
    int error;

    findings->target = route->target;
    walk(truth, route);
    error = note_route(findings, route);
    if (!error)
        error = truth->brief ? sum_up(truth, route, outcome, out) : write_route(truth, route, out);
    if (!error && (route->flow == 0 || route->for_the_way))
        error = note_choices(truth, route, findings);
    return error;
}

static bool changes(const struct sim_truth *truth, const struct route *route)
{
    return sim_changes(truth->topology, sim_target_number(truth->topology, route->target));
}

/* Where a route changes both are true, each in its time. */
static int write_routes_to(const struct sim_truth *truth, uint64_t target, struct findings *findings,
                           FILE *out)
{
    const struct sim_topology topology = sim_topology_later(truth->topology);
    struct outcome outcome = {.target = targets_address(truth->targets, target)};
    struct sim_truth later = *truth;
    int error = 0;

    later.topology = &topology;
    for (uint16_t flow = 0; !error && flow < truth->flows; flow++) {
        struct route route = route_of(truth, target, flow);

        error = write_flow(truth, &route, findings, &outcome, out);
        if (!error && changes(truth, &route))
            error = write_flow(&later, &route, findings, &outcome, out);
    }
    return error || !truth->brief ? error : write_target(&outcome, out);
}

static int write_interfaces(const struct findings *findings, FILE *out)
{
    int error = 0;

    for (size_t i = 0; !error && i < findings->interfaces.count; i++) {
        uint64_t key = findings->interfaces.keys[i];
        struct line line = {.length = 0};

        put_address(&line, "{\"kind\":\"interface\",\"address\":\"", findings->numbers.addresses[key]);
        put_visible(&line, u64_set_contains(&findings->visible_interfaces, key));
        error = write_line(&line, out);
    }
    return error;
}

static int write_links(const struct findings *findings, FILE *out)
{
    int error = 0;

    for (size_t i = 0; !error && i < findings->links.count; i++) {
        uint64_t key = findings->links.keys[i];
        struct line line = {.length = 0};

        put_address(&line, "{\"kind\":\"link\",\"from\":\"", findings->numbers.addresses[key >> 32]);
        put_address(&line, ",\"to\":\"", findings->numbers.addresses[(uint32_t)key]);
        put_visible(&line, u64_set_contains(&findings->visible_links, key));
        error = write_line(&line, out);
    }
    return error;
}

/* Those with several addresses, whether or not a route shows them. */
static int write_routers(const struct findings *findings, FILE *out)
{
    uint32_t numbers[SIM_ROUTER_ADDRESSES_MOST];
    int error = 0;

    for (size_t i = 0; !error && i < findings->routers.count; i++) {
        uint64_t key = findings->routers.keys[i];
        size_t count = sim_router_addresses(findings->topology, (uint32_t)key, numbers);
        struct line line = {.length = 0};

        for (size_t j = 0; j < count; j++)
            put_address(&line, j ? ",\"" : "{\"kind\":\"router\",\"addresses\":[\"",
                        sim_number_address(findings->topology, numbers[j], (enum address_family)(key >> 32)));
        put(&line, "]}");
        error = count > 1 ? write_line(&line, out) : 0;
    }
    return error;
}

static void free_findings(struct findings *findings)
{
    address_numbers_free(&findings->numbers);
    u64_set_free(&findings->interfaces);
    u64_set_free(&findings->visible_interfaces);
    u64_set_free(&findings->links);
    u64_set_free(&findings->visible_links);
    u64_set_free(&findings->routers);
}

/* As its target was probed. */
static struct sim_truth truth_of(const struct sim_truth *truth, uint64_t target)
{
    struct sim_truth own = *truth;

    if (truth->shards)
        own.layouts.ipv4.key = own.layouts.ipv6.key = truth->shard_keys[target % truth->shards];
    return own;
}

int sim_truth_write(const struct sim_truth *truth, FILE *out)
{
    struct findings findings = {.topology = truth->topology};
    int error = 0;

    for (uint64_t i = 0; !error && i < targets_count(truth->targets); i++) {
        const struct sim_truth own = truth_of(truth, i);

        error = write_routes_to(&own, i, &findings, out);
    }
    if (!error)
        error = write_interfaces(&findings, out);
    if (!error)
        error = write_links(&findings, out);
    if (!error)
        error = write_routers(&findings, out);
    if (!error && fflush(out))
        error = errno ? -errno : -EIO;
    free_findings(&findings);
    return error;
}
