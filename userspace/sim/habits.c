// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/habits.h"

/* The seed is inverted, so that these keys differ from those that the topology draws. */
void sim_habits_make(const struct sim_behaviour *behaviour, struct sim_habits *out)
{
    uint64_t state = mix64(~behaviour->seed);

    *out = (struct sim_habits){
        .long_quotation_permille = behaviour->long_quotation_permille,
        .bogus_permille = behaviour->bogus_permille,
        .middlebox_permille = behaviour->middlebox_permille,
        .firewall_permille = behaviour->firewall_permille,
        .limited = behaviour->rate_limits,
        .ip_ids = behaviour->ip_ids,
    };
    for (unsigned i = 0; i < SIM_HABITS; i++)
        out->key[i] = mix64(state += MIX_GOLDEN);
}
