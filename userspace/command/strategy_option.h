// SPDX-License-Identifier: GPL-2.0-or-later
/* `--strategy NAME[,KEY=VALUE…]`: a strategy and its own options. */
#pragma once

#include "strategy/strategy.h"

/* command_choose_strategy() finds the strategy and parses its options; `out` keeps their texts. Returns
 * EXIT_DONE, or another exit code after one line on stderr. command_free_strategy() may be called after
 * either. */
int command_choose_strategy(const char *command, const char *text, struct strategy_choice *out);

/* command_parse_strategy() parses only the options of a given strategy: "KEY=VALUE,…", which it cuts into
 * pieces. */
int command_parse_strategy(const char *command, const struct strategy_ops *ops, char *pairs,
                           struct strategy_choice *choice);
void command_free_strategy(struct strategy_choice *choice);
