// SPDX-License-Identifier: GPL-2.0-or-later
/* How the simulated Internet behaves where no option says it: `--realism`. What
 * that comes to is in share.c. */
#pragma once

#include "base/choices.h"

#define SIM_REALISM_INTERNET "internet"
#define SIM_REALISM_IDEAL    "ideal"

choice_at sim_realism_choices;
bool sim_realism_is_internet(const char *name);
