// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of topology: one file and one line in the table of kind.c each. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choices.h"
#include "sim_topology.h"

/* How the world behaves, whatever its kind. */
struct sim_behaviour {
    uint64_t seed;
    uint32_t silent_permille;    /* routers that never answer */
    uint32_t answering_permille; /* targets that answer */
    bool fading;                 /* routes to silent targets fall silent before their end */
    /* What these do: sim_synthetic_route.h and sim_habits.h. */
    uint32_t balanced_permille;
    uint32_t loop_permille;
    uint32_t tunnel_permille;
    uint32_t alias_permille;
    uint32_t parting_permille;
    uint32_t alike_permille;
    uint32_t churn_permille;
    uint64_t churn_ns;
    uint32_t long_quotation_permille;
    uint32_t middlebox_permille;
    uint32_t bogus_permille;
    uint32_t firewall_permille;
    uint32_t rate_limits; /* 0 or 1 */
    uint32_t ip_ids;      /* enum sim_ip_id */
};

struct sim_kind {
    const char *name;
    const char *argument; /* ":FILE" for NAME:FILE; NULL where the kind takes none */
    const char *help;
    /* Fills `topology`; 0, or -EINVAL after one line on stderr. */
    int (*make)(const struct sim_behaviour *behaviour, const char *argument, struct sim_topology *topology);
    bool as_given; /* who answers is told by the argument: nothing is left to draw by a share */
    bool kernel;   /* behaves as the kernel does: no other behaviour, and no delay, can be asked of it */
};

extern const struct sim_kind sim_kind_synthetic, sim_kind_routes, sim_kind_edges, sim_kind_linux;

/* sim_kind_find() splits NAME:ARGUMENT at its first colon; `argument` is NULL without one. NULL where no kind
 * has that name. */
const struct sim_kind *sim_kind_find(const char *text, const char **argument);

choice_at sim_kind_choices;
