// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/strategy.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/state.h"
#include "table.h"

/* One whose state is a number. */
struct keeper {
    struct strategy base;
    uint64_t number;
};

static int keeper_save(const struct strategy *strategy, FILE *out)
{
    return state_put(out, &((const struct keeper *)strategy)->number, 1);
}

static int keeper_load(struct strategy *strategy, FILE *in)
{
    return state_get(in, &((struct keeper *)strategy)->number, 1);
}

static const struct strategy_ops keeper_1 = {
    .name = "keeper", .state_version = 1, .save = keeper_save, .load = keeper_load};
static const struct strategy_ops keeper_12 = {
    .name = "keeper", .state_version = 12, .save = keeper_save, .load = keeper_load};
static const struct strategy_ops keepers = {
    .name = "keepers", .state_version = 1, .save = keeper_save, .load = keeper_load};
static const struct strategy_ops forgetful = {.name = "forgetful"};

static int save_and_load(const struct strategy_ops *saver_ops, struct keeper *loader)
{
    const struct keeper saver = {.base.ops = saver_ops, .number = 0x0123456789abcdef};
    char *bytes;
    size_t size;
    FILE *stream = open_memstream(&bytes, &size);

    cr_assert_eq(strategy_save(&saver.base, stream), 0);
    fclose(stream);
    stream = fmemopen(bytes, size, "r");
    int result = strategy_load(&loader->base, stream);

    fclose(stream);
    free(bytes);
    return result;
}

Test(strategy, state_is_of_one_name_and_version)
{
    static const struct {
        const struct strategy_ops *saver, *loader;
        int result;
    } cases[] = {
        {&keeper_1, &keeper_1, 0},      {&keeper_1, &keeper_12, -ESTALE}, {&keeper_12, &keeper_1, -ESTALE},
        {&keepers, &keeper_1, -ESTALE}, {&keeper_1, &keepers, -ESTALE},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct keeper loader = {.base.ops = cases[i].loader, .number = 5};

        cr_expect_eq(save_and_load(cases[i].saver, &loader), cases[i].result, "%zu", i);
        cr_expect_eq(loader.number, cases[i].result ? 5 : 0x0123456789abcdef, "%zu", i);
    }
}

Test(strategy, some_have_no_state)
{
    struct keeper keeper = {.base.ops = &forgetful};

    cr_expect_eq(strategy_save(&keeper.base, stderr), -EOPNOTSUPP);
    cr_expect_eq(strategy_load(&keeper.base, stdin), -EOPNOTSUPP);
    cr_expect_eq(strategy_left(&keeper.base), STRATEGY_LEFT_UNKNOWN);
    strategy_unsent(&keeper.base, &(struct probe){0}, UNSENT_DROPPED);
}

Test(strategy, a_full_disk)
{
    FILE *full = fopen("/dev/full", "w");
    struct keeper keeper = {.base.ops = &keeper_1};

    setbuf(full, NULL);
    cr_expect_eq(strategy_save(&keeper.base, full), -EIO);
    fclose(full);
}

Test(strategy, all_are_found_by_their_names)
{
    struct choice choice;
    size_t count = 0;

    for (; strategy_choices(count, &choice); count++) {
        const struct strategy_ops *ops = strategy_find(choice.name);

        cr_assert_not_null(ops);
        cr_expect_str_eq(ops->name, choice.name);
        cr_expect_eq(ops->options, choice.options);
        cr_expect(!ops->options == !ops->defaults && !ops->save == !ops->load, "%s", ops->name);
        cr_expect(ops->open && ops->close && ops->next && ops->next_due && ops->done, "%s", ops->name);
    }
    cr_expect_gt(count, 0);
}
