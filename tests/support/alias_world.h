// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routers with several addresses that a resolver probes, in virtual time. The truth: address `n` belongs to
 * router n / interfaces. Used by the unit tests of the resolver and by bench_aliases.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias/resolver.h"

/* Where the IP IDs of an address come from. */
enum alias_habit {
    ALIAS_SHARED, /* its router's counter */
    ALIAS_OWN,    /* a counter of its own */
    ALIAS_RANDOM,
    ALIAS_CONSTANT,
    ALIAS_COPIED,
    ALIAS_SILENT,
    ALIAS_HABITS,
};

/* By how much counters go up per second, besides the answers. */
enum alias_speeds {
    ALIAS_SPEEDS_EVEN, /* 1 to 300, each as often */
    ALIAS_SPEEDS_WIDE, /* 0.1 to 1,000, each octave as often */
    ALIAS_SPEED_ONE,   /* all 100 */
    ALIAS_SPEED_NONE,  /* only our probes move them */
    ALIAS_SPEEDS,
};

struct alias_world {
    enum alias_habit habit;
    enum alias_speeds speeds;
    uint32_t count;      /* addresses */
    unsigned interfaces; /* per router */
    double loss;         /* of answers */
    bool from_first;     /* errors come from the first address of a router */
    bool mates;          /* every other address is a mate */
    uint64_t seed;
    uint64_t pace_ns; /* between two probes */
};

/* alias_world_resolve() runs the resolver until it ends; calls abort() on failure. The caller closes
 * `resolver`. */
void alias_world_resolve(const struct alias_world *world, unsigned methods, struct resolver *resolver);

/* alias_world_judge() counts the pairs of addresses in one set, and how many of these belong to one
 * router. */
void alias_world_judge(const struct alias_world *world, struct resolver *resolver, uint64_t *found,
                       uint64_t *right);
