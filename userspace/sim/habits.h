// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the parameters of include/sim_habits.h from a seed and the options. */
#pragma once

#include "sim/kind.h"

void sim_habits_make(const struct sim_behaviour *behaviour, struct sim_habits *out);
