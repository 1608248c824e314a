// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda.h"

#include <errno.h>
#include <stdlib.h>

#include "strategy/mda_plan.h"

const struct mda_config *mda_config(const struct mda *mda)
{
    return &mda->config;
}

struct strategy *mda_strategy(struct mda *mda)
{
    return &mda->base;
}

const struct mda_graph *mda_graph(const struct mda *mda)
{
    return &mda->graph;
}

uint64_t mda_probes(const struct mda *mda)
{
    return mda->probes;
}

static bool any_vertex(const struct mda *mda,
                       bool (*is)(const struct mda *mda, const struct mda_vertex *vertex))
{
    for (unsigned ttl = mda->config.first_ttl; ttl <= mda->config.max_ttl; ttl++)
        for (uint32_t i = 0; i < mda->graph.hops[ttl].count; i++)
            if (is(mda, mda->graph.hops[ttl].vertices[i]))
                return true;
    return false;
}

/* Returns true if this address has answered as a router, too. */
static bool is_router(const struct mda *mda, struct address address)
{
    for (unsigned ttl = mda->config.first_ttl; ttl <= mda->config.max_ttl; ttl++)
        for (uint32_t i = 0; i < mda->graph.hops[ttl].count; i++) {
            const struct mda_vertex *vertex = mda->graph.hops[ttl].vertices[i];

            if (address_equal(vertex->address, address) && vertex->answers &&
                record_is_of_hop(&vertex->record))
                return true;
        }
    return false;
}

bool mda_is_target(const struct mda *mda, const struct mda_vertex *vertex)
{
    return vertex->from_target &&
           (address_equal(vertex->address, mda->config.target_address) || !is_router(mda, vertex->address));
}

static bool is_incomplete(const struct mda *mda, const struct mda_vertex *vertex)
{
    (void)mda;
    return vertex->incomplete;
}

static bool has_answered(const struct mda *mda, const struct mda_vertex *vertex)
{
    (void)mda;
    return vertex->answers > 0;
}

static bool is_in_graph(const struct mda *mda, const struct mda_vertex *vertex)
{
    (void)mda;
    return vertex->answers && mda_vertex_is_there(vertex);
}

static bool is_silent(const struct mda *mda, const struct mda_vertex *vertex)
{
    (void)mda;
    return vertex->silent && mda_vertex_is_there(vertex);
}

bool mda_reached(const struct mda *mda)
{
    return any_vertex(mda, mda_is_target);
}

bool mda_answered(const struct mda *mda)
{
    return any_vertex(mda, has_answered);
}

bool mda_silence(const struct mda *mda)
{
    return any_vertex(mda, is_silent);
}

bool mda_complete(const struct mda *mda)
{
    if (!mda->finished || mda->stopped || mda->graph.failed || mda->graph.source->incomplete)
        return false;
    return any_vertex(mda, is_in_graph) && !any_vertex(mda, is_incomplete);
}

void mda_stop(struct mda *mda)
{
    mda->stopped = true;
    mda->flight_count = 0;
}

int mda_error(const struct mda *mda)
{
    return mda->graph.failed ? -ENOMEM : 0;
}

/* Returns the share of the allowed failures for a vertex with `branching` branching vertices before it. */
static double failure_bound(const struct mda_config *config, unsigned branching)
{
    double failure = 1 - config->confidence;

    if (config->bound == MDA_BOUND_NODE)
        return failure;
    return failure / ((branching + 1.0) * (branching + 2.0));
}

static bool grow_points(struct mda *mda, unsigned count)
{
    struct stopping_points **grown = reallocarray(mda->points, count, sizeof(struct stopping_points *));

    if (!grown)
        return false;
    mda->points = grown;
    while (mda->point_count < count)
        grown[mda->point_count++] = NULL;
    return true;
}

static struct stopping_points *make_points(double bound)
{
    struct stopping_points *points = malloc(sizeof(*points));

    if (points)
        stopping_points_init(points, bound);
    return points;
}

struct stopping_points *mda_points(struct mda *mda, unsigned branching)
{
    unsigned index = mda->config.bound == MDA_BOUND_NODE ? 0 : branching;

    if (index < mda->point_count || grow_points(mda, index + 1)) {
        if (!mda->points[index])
            mda->points[index] = make_points(failure_bound(&mda->config, branching));
        if (mda->points[index])
            return mda->points[index];
    }
    mda->graph.failed = true;
    return NULL;
}

static uint64_t earliest_ns(const struct mda *mda)
{
    if (!mda->probes)
        return mda->config.start_ns;
    return mda->config.pause_ns ? mda->last_sent_ns + mda->config.pause_ns : 0;
}

/* Returns how many of `n` probes may be sent now. */
static size_t room(const struct mda *mda, uint64_t now_ns, size_t n)
{
    size_t free_flights = mda->config.window - mda->flight_count;

    if (now_ns < earliest_ns(mda))
        return 0;
    if (mda->config.pause_ns && n > 1)
        n = 1;
    return n < free_flights ? n : free_flights;
}

static bool is_over(const struct mda *mda)
{
    return mda->finished || mda->stopped || mda->graph.failed;
}

static size_t mda_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct mda *mda = (struct mda *)strategy;
    struct mda_plan plan = {.mda = mda, .now_ns = now_ns, .out = out};

    if (is_over(mda))
        return 0;
    if (!mda_expire(mda, now_ns) && !mda->eager)
        return 0;
    plan.room = room(mda, now_ns, n);
    mda_plan(&plan);
    mda->eager = plan.wanting;
    mda->finished = !plan.wanting && !mda->flight_count;
    if (mda->finished)
        mda_graph_complete_edges(&mda->graph);
    mda->probes += plan.count;
    if (plan.count)
        mda->last_sent_ns = now_ns;
    return plan.count;
}

static uint64_t mda_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct mda *mda = (const struct mda *)strategy;
    uint64_t deadline, earliest = earliest_ns(mda);

    (void)now_ns;
    if (is_over(mda))
        return UINT64_MAX;
    deadline = mda_next_deadline(mda);
    if (!mda->eager || mda->flight_count == mda->config.window)
        return deadline;
    return earliest < deadline ? earliest : deadline;
}

static void mda_reply(struct strategy *strategy, const struct answer *answer)
{
    struct mda *mda = (struct mda *)strategy;

    if (!is_over(mda) && !(answer->flags & RECORD_DUPLICATE) && mda_take_answer(mda, answer))
        mda->eager = true;
}

/* A probe that never left is not waited for. */
static void mda_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct mda *mda = (struct mda *)strategy;

    (void)why;
    if (mda_give_up(mda, probe->ttl, (uint32_t)probe->flow - mda->config.flow, probe->query))
        mda->eager = true;
}

static bool mda_done(const struct strategy *strategy)
{
    return is_over((const struct mda *)strategy);
}

static void mda_close(struct strategy *strategy)
{
    struct mda *mda = (struct mda *)strategy;

    mda_graph_free(&mda->graph);
    for (unsigned i = 0; i < mda->point_count; i++)
        free(mda->points[i]);
    free(mda->points);
    free(mda->flights);
    free(mda);
}

static const struct strategy_ops mda_ops = {
    .name = "mda",
    .help = "all ways to one target, with a confidence",
    .close = mda_close,
    .next = mda_next,
    .next_due = mda_next_due,
    .reply = mda_reply,
    .unsent = mda_unsent,
    .done = mda_done,
};

struct mda *mda_create(const struct mda_config *config)
{
    struct mda *mda = calloc(1, sizeof(*mda));

    if (!mda)
        return NULL;
    mda->base.ops = &mda_ops;
    mda->config = *config;
    mda->eager = true;
    mda->flights = calloc(config->window, sizeof(*mda->flights));
    if (mda_graph_init(&mda->graph, config->first_ttl, config->max_ttl, config->flows) || !mda->flights) {
        mda_close(&mda->base);
        return NULL;
    }
    return mda;
}
