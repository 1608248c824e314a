// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of topology: each is one file, and one line in the table of kind.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choices.h"
#include "sim_topology.h"

/* The behaviour of the world, for all kinds. */
struct sim_behaviour {
    uint64_t seed;
    uint32_t silent_permille;    /* routers that never answer */
    uint32_t answering_permille; /* targets that answer */
    bool fading;                 /* routes to silent targets become silent before their end */
    /* The effects of these: sim_synthetic_route.h and sim_habits.h. */
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
    const char *argument; /* ":FILE" for NAME:FILE; NULL if the kind takes no argument */
    const char *help;
    /* Fills in `topology`. Returns 0, or -EINVAL after one line on stderr. */
    int (*make)(const struct sim_behaviour *behaviour, const char *argument, struct sim_topology *topology);
    bool as_given; /* the argument defines who answers, so no shares apply */
    bool kernel;   /* behaves as the kernel does: no other behaviour and no delay can be set */
};

extern const struct sim_kind sim_kind_synthetic, sim_kind_routes, sim_kind_edges, sim_kind_linux;

/* sim_kind_find() splits NAME:ARGUMENT at its first colon; `argument` is NULL without a colon. Returns NULL
 * if no kind has that name. */
const struct sim_kind *sim_kind_find(const char *text, const char **argument);

choice_at sim_kind_choices;
