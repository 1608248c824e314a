// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Responders that answer too few of their probes, and how few: the first thousand or so, for the reports. Probes
 * are counted from the moment when this was noticed. Shared by all senders, like the nodes.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

enum {
    LIMITED_ROOM = 1024, /* a power of two; further ones are treated alike but not reported */
};

/* A responder's counts: probes that should have met it, and those that it answered. */
struct limited_hop {
    struct address responder;
    uint64_t asked, answered;
};

struct limited_entry {
    _Atomic uint32_t node; /* 0: free */
    _Atomic bool named;    /* its address is stored */
    _Atomic uint64_t high, low, asked, answered;
};

struct limited_hops {
    struct limited_entry entries[LIMITED_ROOM];
    _Atomic uint64_t count; /* of all that were noticed, even those without an entry */
};

/* limited_hops_notice() begins to count for a node. It must be called once per node. */
void limited_hops_notice(struct limited_hops *hops, uint32_t node);

/* limited_hops_hear() counts an answer of a noticed node, limited_hops_miss() a missing one. */
void limited_hops_hear(struct limited_hops *hops, uint32_t node, struct address responder);
void limited_hops_miss(struct limited_hops *hops, uint32_t node);

/* limited_hops_worst() fills `out` with up to `n` responders, those with the most missing answers first.
 * Returns their number. A responder that never answered after it was noticed has no address, and is left out. */
size_t limited_hops_worst(const struct limited_hops *hops, struct limited_hop *out, size_t n);

/* Both save or load everything by state_put() and state_get(). */
int limited_hops_save(const struct limited_hops *hops, FILE *out);
int limited_hops_load(struct limited_hops *hops, FILE *in);
