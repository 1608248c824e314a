// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of a strategy in memory, from where another one of the same configuration can go on. */
#pragma once

#include <stddef.h>

#include "strategy/strategy.h"

struct saved_state {
    char *bytes;
    size_t size;
};

/* saved_state_take() saves, saved_state_load() loads: 0, -ENOMEM, or what strategy_save() and strategy_load() say.
 * saved_state_free() is right after both. */
int saved_state_take(struct saved_state *state, const struct strategy *strategy);
int saved_state_load(const struct saved_state *state, struct strategy *strategy);
void saved_state_free(struct saved_state *state);
