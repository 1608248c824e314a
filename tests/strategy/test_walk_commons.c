// SPDX-License-Identifier: GPL-2.0-or-later
/* What several senders learn together, each a thread that knows nothing of the others. */
#include <criterion/criterion.h>
#include <pthread.h>

#include "strategy/walk_commons.h"

enum {
    SENDERS = 4,
    ROUTERS = 100000,
    PATHS = 1000000,
};

struct learner {
    struct walk_commons *commons;
    pthread_t thread;
    uint32_t nodes[ROUTERS];
    uint32_t new_nodes, new_links;
    struct value_sums sums;
    struct spending spending;
};

static void meet(struct learner *self, uint32_t router)
{
    struct hop_nodes *nodes = &self->commons->nodes;
    bool is_new;

    self->nodes[router] = hop_nodes_meet(nodes, address_of_ipv4(0x0a000000 + router), &is_new);
    self->new_nodes += is_new;
    hop_nodes_change(nodes, self->nodes[router], hop_node_ask, 0);
    self->new_links += link_marks_add(&self->commons->links, router, router + 1);
    value_learn_seek(&self->sums, 0, 10, 3, (struct prospect){0, 0});
    spending_count(&self->spending);
    walk_commons_share(self->commons, &self->sums, &self->spending); /* more often than is needed */
}

/* All in the same order, so that they meet. */
static void *learn(void *argument)
{
    struct learner *self = argument;

    for (uint32_t i = 0; i < ROUTERS; i++)
        meet(self, i);
    return NULL;
}

static struct learner learners[SENDERS];

static void let_all_learn(struct walk_commons *commons)
{
    cr_assert_eq(walk_commons_init(commons, PATHS, 1), 0);
    for (unsigned i = 0; i < SENDERS; i++) {
        learners[i] = (struct learner){.commons = commons};
        cr_assert_eq(pthread_create(&learners[i].thread, NULL, learn, &learners[i]), 0);
    }
    for (unsigned i = 0; i < SENDERS; i++)
        pthread_join(learners[i].thread, NULL);
}

Test(walk_commons, threads_find_each_thing_once, .timeout = 60)
{
    struct walk_commons commons;
    uint32_t new_nodes = 0, new_links = 0;

    let_all_learn(&commons);
    for (unsigned i = 0; i < SENDERS; i++) {
        new_nodes += learners[i].new_nodes;
        new_links += learners[i].new_links;
    }
    cr_expect_eq(new_nodes, ROUTERS);
    cr_expect_eq(new_links, ROUTERS);
    for (uint32_t i = 0; i < ROUTERS; i++) {
        for (unsigned k = 1; k < SENDERS; k++)
            cr_assert_eq(learners[k].nodes[i], learners[0].nodes[i]);
        cr_assert_eq(hop_nodes_look(&commons.nodes, learners[0].nodes[i]).asked, SENDERS);
    }
    walk_commons_free(&commons);
}

/* What they have learnt is all there once it was told, whoever was kept from it before. */
Test(walk_commons, threads_add_up, .timeout = 60)
{
    struct walk_commons commons;

    let_all_learn(&commons);
    for (unsigned i = 0; i < SENDERS; i++)
        walk_commons_share(&commons, &learners[i].sums, &learners[i].spending);
    cr_expect_eq(commons.pool.sent, SENDERS * ROUTERS);
    struct prospect expected = walk_value_seek(&commons.value, 0, 10);
    cr_expect(expected.gain > 2.99 && expected.gain < 3.01, "%f", expected.gain);
    cr_expect(expected.cost > 0.99 && expected.cost < 1.01, "%f", expected.cost);
    walk_commons_free(&commons);
}
