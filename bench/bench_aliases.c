// SPDX-License-Identifier: GPL-2.0-or-later
/* How many pairs of addresses are taken for one router's by their IP IDs, rightly and wrongly, and which
 * probability of an error is stated: for each way in which routers make IDs, and for counters by their rates.
 * */
#include <stdio.h>
#include <string.h>

#include "../tests/support/alias_world.h"
#include "bench.h"

enum {
    ADDRESSES = 10000,
    INTERFACES = 4,
    WORLDS = 4,
    PACE_NS = 100000, /* per second, to all addresses together */
};

struct totals {
    uint64_t found, right, links;
    double chances;
};

static void add_world(struct totals *totals, const struct alias_world *world)
{
    struct resolver resolver;
    uint64_t found, right;

    alias_world_resolve(world, ALIAS_BY_IP_ID, &resolver);
    alias_world_judge(world, &resolver, &found, &right);
    totals->found += found;
    totals->right += right;
    totals->links += resolver.links.count;
    for (size_t i = 0; i < resolver.links.count; i++)
        totals->chances += resolver.links.list[i].chance;
    resolver_close(&resolver);
}

static void report(const char *habit_name, const char *speeds_name, struct alias_world world, unsigned worlds)
{
    double pairs = (double)world.count * (world.count - 1) / 2 * worlds;
    double related =
        world.habit == ALIAS_SHARED ? (double)world.count * (world.interfaces - 1) / 2 * worlds : 0;
    struct totals totals = {0};

    for (world.seed = 1; world.seed <= worlds; world.seed++)
        add_world(&totals, &world);
    printf("%-9s %-7s %4.0f %% %8.1f %% %12.2e", habit_name, speeds_name, 100 * world.loss,
           related > 0 ? 100 * (double)totals.right / related : 0,
           (double)(totals.found - totals.right) / (pairs - related));
    printf(" %12.2e\n", totals.links ? totals.chances / (double)totals.links : 0);
}

int main(int argc, char **argv)
{
    static const char *const habits[ALIAS_HABITS] = {"shared",   "own",    "random",
                                                     "constant", "copied", "silent"};
    static const char *const speeds[ALIAS_SPEEDS] = {"1-300", "0.1-1k", "100", "0"};
    static const double losses[] = {0, 0.1};
    unsigned worlds = argc == 2 && strcmp(argv[1], "quick") == 0 ? 1 : WORLDS;

    bench_start(argc, argv);
    printf("%-9s %-7s %6s %10s %12s %12s\n", "IP IDs", "a second", "loss", "recall", "false/pair", "told");
    for (enum alias_habit habit = 0; habit < ALIAS_HABITS; habit++)
        for (enum alias_speeds speed = 0; speed < ALIAS_SPEEDS; speed++)
            for (size_t loss = 0; loss < sizeof(losses) / sizeof(losses[0]); loss++) {
                const struct alias_world world = {
                    .habit = habit,
                    .speeds = speed,
                    .count = ADDRESSES,
                    .interfaces = INTERFACES,
                    .loss = losses[loss],
                    .pace_ns = PACE_NS,
                };

                if (habit <= ALIAS_OWN || (speed == 0 && loss == 0))
                    report(habits[habit], habit <= ALIAS_OWN ? speeds[speed] : "", world, worlds);
            }
    return 0;
}
