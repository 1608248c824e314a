// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which addresses belong to one router: what to probe in each stage, and what follows from the answers. No
 * I/O, no clock.
 *
 *   source        UDP to a high port of each address: if another address answers, one router has both
 *                 (Mercator; iffinder)
 *   estimate      by each protocol in turn, of addresses without a counter so far: is the IP ID a counter,
 *                 and how fast?
 *   round 1       all counters at once: those with the same value at the same time are pairs (id_pairs.h)
 *   round 2 …     only addresses in pairs, and so tested more strictly: id_bounds_test() leaves fewer
 *   corroborate   all pairs within each set, together: if two do not fit, the set is dropped
 *
 * A pair is proven once it has passed ID_ROUNDS_LEAST rounds, and the product of their shares is at most
 * ID_SHARES_MOST. How often that is wrong is measured in docs/aliases.md.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias/corroborate.h"
#include "alias/id_pairs.h"
#include "alias/id_search.h"
#include "alias/links.h"
#include "alias/sets.h"
#include "alias/sweeper.h"
#include "base/address_numbers.h"

/* Four rounds with a share of less than 370 of 65,536 each. If higher, fast counters that are merely close to
 * each other are reported; if lower, pairs remain undecided of which one round had few samples. */
#define ID_SHARES_MOST 1e-9

enum {
    ID_ROUNDS_LEAST = 4, /* if fewer, a burst that two counters had by chance at the same time decides */
    ID_ROUNDS_MOST = 12, /* a pair that is not proven by then is not reported */
    SOURCE_TRIES = 3,
    RESOLVER_UNANSWERED = 2, /* an address that does not answer the first two probes of a protocol gets no
                                more of that protocol */
};

/* The protocols used to read IP IDs, in the order in which they are tried: most routers answer Echo Requests,
 * and limit them least. */
enum resolver_protocol {
    RESOLVER_ICMP,
    RESOLVER_UDP,
    RESOLVER_TCP,
    RESOLVER_PROTOCOLS,
};

/* An address that may be probed. */
struct alias_address {
    uint8_t source;   /* which of the host's own addresses sends the probes */
    uint8_t protocol; /* enum resolver_protocol: the one used to read its counter */
    uint8_t kind;     /* enum id_kind */
    bool mate;        /* the mate of a given address */
    bool answered;    /* answered any probe */
    bool by_source;   /* an answer came to the probe to a high port */
    bool lost;        /* cannot be probed: blocked, or without a way */
};

struct resolver_config {
    unsigned methods;                   /* a set of enum alias_method */
    bool tried[RESOLVER_PROTOCOLS];     /* the protocols that may be used */
    uint64_t seed;                      /* for the order in which addresses are probed */
    const struct address_set *unusable; /* answers from these addresses prove nothing, for example private
                                           ones; NULL: none */
};

/* Figures of a run. */
struct resolver_figures {
    size_t asked, mates, answered;
    size_t kinds[ID_KINDS];
    size_t pairs;        /* that the first round did not exclude */
    uint64_t left_out;   /* as in struct id_pairs */
    size_t uncompared;   /* counters that the first round left out, as in struct id_search */
    size_t undecided;    /* neither proven nor broken after the last round */
    size_t contradicted; /* sets that were dropped */
    unsigned rounds;
};

struct resolver {
    struct resolver_config config;
    struct address_numbers numbers; /* given addresses and mates first, then addresses that answered for
                                       them */
    struct alias_address *addresses;
    size_t asked; /* how many of the numbers are probed; the others are not */
    struct id_series *series;
    uint32_t *order;
    size_t order_count;
    unsigned stage, protocol; /* of the current plan */
    bool concludes;           /* the current plan was probed, and its answers are being compared */
    struct id_search search;
    struct id_pairs pairs;
    struct corroboration corroboration;
    struct alias_links links;  /* proven */
    struct alias_links counts; /* found by IP ID, to be corroborated */
    struct alias_sets sets;    /* made at the end */
    struct resolver_figures figures;
    int error; /* 0, or -ENOMEM, which ends the run */
};

/* resolver_open() takes over the numbered addresses and what is known of each. Returns 0 or -ENOMEM.
 * resolver_close() may be called after either. */
int resolver_open(struct resolver *resolver, const struct resolver_config *config,
                  struct address_numbers *numbers, struct alias_address *addresses);
void resolver_close(struct resolver *resolver);

/* The operations for a sweeper; its context is the resolver. A lane is source × RESOLVER_PROTOCOLS +
 * protocol. */
extern const struct sweeper_ops resolver_ops;

/* resolver_finish() makes sets of the proven links. Returns 0 or -ENOMEM. */
int resolver_finish(struct resolver *resolver);
