// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/strategy.h"

#include <string.h>

static const struct strategy_ops *const strategies[] = {
    &strategy_exhaustive,
};

const struct strategy_ops *strategy_find(const char *name)
{
    for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++)
        if (strcmp(strategies[i]->name, name) == 0)
            return strategies[i];
    return NULL;
}

const char *strategy_names(void)
{
    return "exhaustive";
}
