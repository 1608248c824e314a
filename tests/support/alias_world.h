// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routers with several addresses that a resolver asks, in virtual time: whose truth is that address `n` is one of router
 * n / interfaces. Used by the unit tests of the resolver and by bench_aliases.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias/resolver.h"

/* Whose IDs an address has. */
enum alias_habit {
    ALIAS_SHARED, /* those of its router's counter */
    ALIAS_OWN,    /* of a counter of its own */
    ALIAS_RANDOM,
    ALIAS_CONSTANT,
    ALIAS_COPIED,
    ALIAS_SILENT,
    ALIAS_HABITS,
};

/* By how much counters go up a second beside what is answered. */
enum alias_speeds {
    ALIAS_SPEEDS_EVEN, /* 1 to 300, each as often */
    ALIAS_SPEEDS_WIDE, /* 0.1 to 1,000, each octave as often */
    ALIAS_SPEED_ONE,   /* all 100 */
    ALIAS_SPEED_NONE,  /* nothing but our probes moves them */
    ALIAS_SPEEDS,
};

struct alias_world {
    enum alias_habit habit;
    enum alias_speeds speeds;
    uint32_t count;      /* addresses */
    unsigned interfaces; /* of a router */
    double loss;         /* of answers */
    bool from_first;     /* errors come from the first address of a router */
    bool mates;          /* every other address is one */
    uint64_t seed;
    uint64_t pace_ns; /* from a probe to the next */
};

/* alias_world_resolve() asks all addresses to the end. Asserts success by abort(); `resolver` is the caller's to close. */
void alias_world_resolve(const struct alias_world *world, unsigned methods, struct resolver *resolver);

/* alias_world_judge() counts the pairs of addresses that are in one set, and how many of them are one router's. */
void alias_world_judge(const struct alias_world *world, struct resolver *resolver, uint64_t *found,
                       uint64_t *right);
