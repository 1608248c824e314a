// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/score_world.h"

/* The visitor. Other addresses of routers are added when all interfaces are known. */
struct listener {
    struct score *score;
    struct u64_set routers; /* those met so far, if aliases are requested */
};

static int hear_target(void *context, struct address target, bool visible)
{
    struct listener *listener = context;

    return score_add_truth(listener->score, SCORE_TARGET, (struct score_thing){.address = target}, visible);
}

static int hear_interface(void *context, const struct truth_interface *interface)
{
    struct listener *listener = context;
    int error = score_add_truth(listener->score, SCORE_INTERFACE,
                                (struct score_thing){.address = interface->address}, interface->visible);

    if (error || !listener->score->aliases || !interface->router)
        return error;
    error = u64_set_add(&listener->routers, truth_router_key(interface));
    return error < 0 ? error : 0;
}

static int hear_link(void *context, struct address from, struct address to, bool visible)
{
    struct listener *listener = context;

    return score_add_truth(listener->score, SCORE_LINK, (struct score_thing){.from = from, .address = to},
                           visible);
}

static int add_router(struct score *score, const struct address *addresses, size_t count)
{
    int error = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && !error; j++)
            error =
                score_add_router(score, (struct score_thing){.from = addresses[i], .address = addresses[j]});
    return error;
}

static int add_routers(const struct listener *listener, const struct sim_topology *topology)
{
    struct address addresses[SIM_ROUTER_ADDRESSES_MOST];
    int error = 0;

    for (size_t i = 0; !error && i < listener->routers.count; i++) {
        size_t count = truth_router_addresses(topology, listener->routers.keys[i], addresses);

        error = add_router(listener->score, addresses, count);
    }
    return error;
}

int score_add_world(struct score *score, const struct sim_truth *truth)
{
    struct listener listener = {.score = score};
    const struct truth_visitor visitor = {
        .context = &listener,
        .target = hear_target,
        .interface = hear_interface,
        .link = hear_link,
    };
    int error = sim_truth_visit(truth, &visitor);

    if (!error)
        error = add_routers(&listener, truth->topology);
    u64_set_free(&listener.routers);
    return error;
}
