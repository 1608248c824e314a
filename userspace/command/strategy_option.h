// SPDX-License-Identifier: GPL-2.0-or-later
/* `--strategy NAME[,KEY=VALUE…]`: a strategy and the options of its own. */
#pragma once

#include "strategy/strategy.h"

/* command_choose_strategy() finds it and parses its options, of which texts stay in `out`. EXIT_DONE, or the
 * exit code after one line on stderr. command_free_strategy() is right after both. */
int command_choose_strategy(const char *command, const char *text, struct strategy_choice *out);

/* command_parse_strategy() does the latter: "KEY=VALUE,…", which it cuts into pieces, for a strategy. */
int command_parse_strategy(const char *command, const struct strategy_ops *ops, char *pairs,
                           struct strategy_choice *choice);
void command_free_strategy(struct strategy_choice *choice);
