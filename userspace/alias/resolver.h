// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which addresses are one router: what is asked, stage by stage, and what is made of the answers. No I/O, no clock.
 *
 *   source        UDP to a high port of each: who answers with another address has both (Mercator; iffinder)
 *   estimate      by each protocol in turn, of those without a counter so far: is its IP ID a counter, how fast?
 *   round 1       all counters at once: those that stand at one place together are pairs (id_pairs.h)
 *   round 2 …     those in pairs alone, and so more closely: id_bounds_test() leaves ever fewer
 *   corroborate   all pairs within each set together: where two do not fit the set falls apart
 *
 * A pair is proven once it has passed ID_ROUNDS_LEAST rounds, and these have looked so closely that what they left makes
 * ID_SHARES_MOST. How often that is wrong is another question: docs/aliases.md.
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

/* Four rounds that leave less than 370 of 65,536 each. More, and fast counters that are but near each other are told; less,
 * and those are undecided that one round has hardly seen. */
#define ID_SHARES_MOST 1e-9

enum {
    ID_ROUNDS_LEAST = 4, /* fewer, and a burst that two counters had by chance at the same time decides */
    ID_ROUNDS_MOST = 12, /* what is not proven by then is not told */
    SOURCE_TRIES = 3,
    RESOLVER_UNANSWERED = 2, /* who does not answer the first two by a protocol is asked no more by it */
};

/* The protocols by which IP IDs are asked, in the order in which they are tried: Echo Requests are answered by most,
 * and limited least. */
enum resolver_protocol {
    RESOLVER_ICMP,
    RESOLVER_UDP,
    RESOLVER_TCP,
    RESOLVER_PROTOCOLS,
};

/* An address that may be asked. */
struct alias_address {
    uint8_t source;   /* which of the host's own it is asked from */
    uint8_t protocol; /* enum resolver_protocol: that by which its counter is read */
    uint8_t kind;     /* enum id_kind */
    bool mate;        /* of one that was given */
    bool answered;    /* anything */
    bool by_source;   /* somebody answered the probe to a high port */
    bool lost;        /* it cannot be asked: blocked, or the kernel has no way */
};

struct resolver_config {
    unsigned methods;                   /* a set of enum alias_method */
    bool tried[RESOLVER_PROTOCOLS];     /* the protocols that may be used */
    uint64_t seed;                      /* of the order in which addresses are asked */
    const struct address_set *unusable; /* answers from these say nothing: private ones, say; NULL: none */
};

/* How it went, in numbers. */
struct resolver_figures {
    size_t asked, mates, answered;
    size_t kinds[ID_KINDS];
    size_t pairs;        /* that the first round did not tell apart */
    uint64_t left_out;   /* as in struct id_pairs */
    size_t uncompared;   /* counters that the first round left out, as in struct id_search */
    size_t undecided;    /* neither proven nor broken after the last round */
    size_t contradicted; /* sets that fell apart */
    unsigned rounds;
};

struct resolver {
    struct resolver_config config;
    struct address_numbers numbers; /* those that were given first, then who answered for them */
    struct alias_address *addresses;
    size_t asked; /* of the numbers: others are not asked */
    struct id_series *series;
    uint32_t *order;
    size_t order_count;
    unsigned stage, protocol; /* of the plan that is under way */
    bool concludes;           /* it was asked, and its answers are being compared */
    struct id_search search;
    struct id_pairs pairs;
    struct corroboration corroboration;
    struct alias_links links;  /* proven */
    struct alias_links counts; /* by IP ID, to be corroborated */
    struct alias_sets sets;    /* at the end */
    struct resolver_figures figures;
    int error; /* 0, or -ENOMEM: then it ends */
};

/* resolver_open() takes over the numbered addresses and what is known of each; 0 or -ENOMEM. resolver_close() is right
 * after both. */
int resolver_open(struct resolver *resolver, const struct resolver_config *config,
                  struct address_numbers *numbers, struct alias_address *addresses);
void resolver_close(struct resolver *resolver);

/* What a sweeper asks of it, whose context it is. A lane is source × RESOLVER_PROTOCOLS + protocol. */
extern const struct sweeper_ops resolver_ops;

/* resolver_finish() makes sets of what was proven. 0 or -ENOMEM. */
int resolver_finish(struct resolver *resolver);
