// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_contexts.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "reference.h"

enum {
    ROOM = 100,
    TARGETS = 1000,
    TURNS = 20000,
};

/* Against an array that holds which targets have one. */
Test(flow_contexts, finds_whom_it_has)
{
    struct flow_contexts table;
    static bool there[TARGETS];
    uint64_t random = 7;
    unsigned active = 0;

    cr_assert_eq(flow_contexts_init(&table, ROOM), 0);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        uint64_t target = reference_random(&random) % TARGETS;
        struct flow_context *context = flow_contexts_find(&table, target);

        cr_assert_eq(context != NULL, there[target]);
        if (context) {
            cr_assert_eq(context->target, target);
            flow_contexts_end(&table, context);
            active--;
        } else {
            context = flow_contexts_add(&table, target);
            cr_assert_eq(context != NULL, active < ROOM);
            active += context != NULL;
        }
        there[target] = context && flow_contexts_find(&table, target);
        cr_assert_eq(table.active, active);
    }
    flow_contexts_free(&table);
}

Test(flow_contexts, keeps_the_order_of_each_list)
{
    struct flow_contexts table;

    cr_assert_eq(flow_contexts_init(&table, ROOM), 0);
    for (uint64_t target = 0; target < ROOM; target++)
        flow_contexts_add(&table, target);
    for (uint64_t target = 0; target < ROOM; target += 2)
        flow_contexts_move(&table, flow_contexts_find(&table, target), CONTEXT_WAITING);
    for (uint64_t target = 0; target < ROOM; target++) {
        enum context_place place = target % 2 ? CONTEXT_READY : CONTEXT_WAITING;
        struct flow_context *first = flow_contexts_first(&table, place);

        cr_assert_eq(first->target, target);
        flow_contexts_end(&table, first);
    }
    cr_expect_null(flow_contexts_first(&table, CONTEXT_READY));
    cr_expect_null(flow_contexts_first(&table, CONTEXT_WAITING));
    flow_contexts_free(&table);
}
