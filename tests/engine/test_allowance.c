// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/allowance.h"

#include <criterion/criterion.h>
#include <pthread.h>

#include "knowledge/answered.h"
#include "table.h"

static unsigned take_all(struct allowance *allowance, bool (*take)(struct allowance *, bool),
                         bool first_known)
{
    unsigned taken = 0;

    while (take(allowance, first_known))
        taken++;
    return taken;
}

Test(allowance, rewritten)
{
    static const struct {
        uint64_t probes;
        unsigned most;
    } cases[] = {{0, 0}, {1, 1}, {1000, 1000}, {1024, 1024}, {4096, 1024}, {16384, 1024}, {1000000, 62500}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct allowance allowance = {.probes = cases[i].probes};

        cr_expect_eq(take_all(&allowance, allowance_take_rewritten, true), cases[i].most, "%d probes",
                     (int)cases[i].probes);
        cr_expect_eq(take_all(&allowance, allowance_take_further, true), 3 * cases[i].probes - cases[i].most,
                     "they are among all further ones");
    }
}

/* What was sent meanwhile counts, by every sender, and what waits to be counted. */
Test(allowance, follows_the_senders)
{
    counter_t sent[2] = {100, 20};
    const counter_t *const counters[] = {&sent[0], &sent[1]};
    struct allowance allowance = {.sent = counters, .senders = 2};

    cr_expect_eq(take_all(&allowance, allowance_take_further, false), 4 * (120 + 2 * ALLOWANCE_BATCH));
    counter_add(&sent[1], 10);
    cr_expect_eq(take_all(&allowance, allowance_take_further, false), 40);
}

static struct allowance shared = {.probes = 100000};
static _Atomic unsigned taken;

static void *take_shared(void *argument)
{
    (void)argument;
    atomic_fetch_add(&taken, take_all(&shared, allowance_take_further, true));
    return NULL;
}

Test(allowance, is_exact_between_threads)
{
    pthread_t threads[4];

    for (size_t i = 0; i < COUNT(threads); i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, take_shared, NULL), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(taken, 300000);
}
