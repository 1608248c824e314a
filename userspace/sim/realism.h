// SPDX-License-Identifier: GPL-2.0-or-later
/* The behaviour of the simulated Internet where no option sets it: `--realism`. share.c has the values. */
#pragma once

#include "base/choices.h"

#define SIM_REALISM_INTERNET "internet"
#define SIM_REALISM_IDEAL    "ideal"

choice_at sim_realism_choices;
bool sim_realism_is_internet(const char *name);
