// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/strategy.h"

#include <string.h>

#include "base/name_list.h"

static const struct strategy_ops *const strategies[] = {
    &strategy_exhaustive,
};

enum {
    STRATEGIES = sizeof(strategies) / sizeof(strategies[0]),
};

const struct strategy_ops *strategy_find(const char *name)
{
    for (size_t i = 0; i < STRATEGIES; i++)
        if (strcmp(strategies[i]->name, name) == 0)
            return strategies[i];
    return NULL;
}

const char *strategy_names(char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < STRATEGIES; i++)
        name_list_add(out, size, strategies[i]->name);
    return out;
}
