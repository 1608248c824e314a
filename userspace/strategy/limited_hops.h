// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who was found to answer too little of what he is asked, and how little: a few hundred of them, for those who read
 * the results. Counted from the moment on at which that was noticed. Shared by all senders, as the nodes are.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

enum {
    LIMITED_ROOM = 1024, /* a power of two; those beyond it are not told, and treated alike */
};

/* What is told of one: the probes that should have met it, and those of them that it answered. */
struct limited_hop {
    struct address responder;
    uint64_t asked, answered;
};

struct limited_entry {
    _Atomic uint32_t node; /* 0: free */
    _Atomic bool named;    /* its address is there */
    _Atomic uint64_t high, low, asked, answered;
};

struct limited_hops {
    struct limited_entry entries[LIMITED_ROOM];
    _Atomic uint64_t count; /* of all that were noticed, those without an entry included */
};

/* limited_hops_notice() begins to count for a node; once for each. */
void limited_hops_notice(struct limited_hops *hops, uint32_t node);

/* limited_hops_hear() counts an answer of a node that was noticed, limited_hops_miss() a lost one. */
void limited_hops_hear(struct limited_hops *hops, uint32_t node, struct address responder);
void limited_hops_miss(struct limited_hops *hops, uint32_t node);

/* limited_hops_worst() fills `out` with up to `n` of those that fell short, by how much they owe, most first;
 * returns how many. Who never answered again has no name, and is not among them. */
size_t limited_hops_worst(const struct limited_hops *hops, struct limited_hop *out, size_t n);

/* Both are state_put() and state_get() of all of it. */
int limited_hops_save(const struct limited_hops *hops, FILE *out);
int limited_hops_load(struct limited_hops *hops, FILE *in);
