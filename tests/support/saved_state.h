// SPDX-License-Identifier: GPL-2.0-or-later
/* A strategy's state in memory, from which another one with the same configuration can continue. */
#pragma once

#include <stddef.h>

#include "strategy/strategy.h"

struct saved_state {
    char *bytes;
    size_t size;
};

/* saved_state_take() saves and saved_state_load() loads. They return 0, -ENOMEM, or the result of
 * strategy_save() and strategy_load(). saved_state_free() may be called after either. */
int saved_state_take(struct saved_state *state, const struct strategy *strategy);
int saved_state_load(const struct saved_state *state, struct strategy *strategy);
void saved_state_free(struct saved_state *state);
