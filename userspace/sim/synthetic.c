// SPDX-License-Identifier: GPL-2.0-or-later
/* The synthetic kind: derives its parameters from a seed. include/sim_synthetic_route.h defines them. */
#include "sim/kind.h"

static int make_synthetic(const struct sim_behaviour *behaviour, const char *argument,
                          struct sim_topology *topology)
{
    struct sim_synthetic *s = &topology->synthetic;
    uint64_t state = mix64(behaviour->seed + MIX_GOLDEN);

    (void)argument;
    *topology = (struct sim_topology){.kind = SIM_SYNTHETIC};
    for (unsigned i = 0; i < SIM_DRAWS; i++)
        s->key[i] = mix64(state += MIX_GOLDEN); /* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) */
    s->silent_permille = behaviour->silent_permille;
    s->answering_permille = behaviour->answering_permille;
    s->fading = behaviour->fading;
    s->balanced_permille = behaviour->balanced_permille;
    s->loop_permille = behaviour->loop_permille;
    s->tunnel_permille = behaviour->tunnel_permille;
    s->alias_permille = behaviour->alias_permille;
    s->parting_permille = behaviour->parting_permille;
    s->alike_permille = behaviour->alike_permille;
    s->churn_permille = behaviour->churn_permille;
    s->churn_ns = behaviour->churn_ns;
    return 0;
}

const struct sim_kind sim_kind_synthetic = {
    .name = "synthetic", .help = "from the seed, similar to measured ones", .make = make_synthetic};
