// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parts of the adaptive strategy, for its files: adaptive_options.c opens it, adaptive_begin.c begins walks,
 * adaptive_turns.c chooses among them, adaptive.c goes on with them, adaptive_again.c probes holes again, adaptive_state.c
 * saves.
 */
#pragma once

#include "strategy/learned_walk.h"
#include "strategy/path_order.h"
#include "strategy/slice_paths.h"
#include "strategy/strategy.h"
#include "strategy/walk_table.h"

enum {
    ADAPTIVE_LOOKAHEAD = 64,
    ADAPTIVE_ROUNDS = 3, /* in which holes are probed again */
};

struct adaptive_options {
    double budget; /* 0: that of the rule */
    double epsilon, chance;
    uint64_t patience_ns;
    uint32_t gap, links, start; /* start 0: by the number of targets */
    bool by_flow;               /* flow by flow, until another one does not pay: see flow_yield */
};

/* What the earlier flows and the present flow of a sender have found, if it goes flow by flow. Another flow begins if the
 * discoveries per probe of the present one are at least `epsilon` of those of all flows. */
struct flow_yield {
    uint64_t sent, found;           /* before it began */
    uint64_t last_sent, last_found; /* by the last complete flow */
};

/* Where a sender is in probing holes again. */
struct adaptive_holes {
    unsigned rounds;  /* that are over */
    uint32_t node;    /* up to which all were looked through in this round, */
    uint64_t path;    /* and likewise paths, which come after the nodes */
    uint64_t asked;   /* in this round */
    uint64_t open;    /* walks that wait for an answer from a hole */
    uint64_t next_ns; /* when the next hole may be probed, of this round or of the next one */
};

struct adaptive {
    struct strategy base;
    struct strategy_config config;
    struct adaptive_options options;
    struct slice_paths paths;
    uint64_t start;     /* walks active at once in the beginning */
    uint64_t near_sent; /* probes to near hops, without those that wait in WALK_NEAR */
    struct path_order order;
    uint64_t position;                  /* in it, of the next path to begin with */
    uint64_t group[ADAPTIVE_LOOKAHEAD]; /* from it on, */
    size_t group_place, group_count;    /* so many */
    uint64_t end;                       /* of positions that are begun with */
    struct flow_yield yield;
    struct adaptive_holes holes;
    struct walk_commons *commons; /* that of the first strategy of the survey */
    bool owns_commons;            /* this is it */
    struct walk_knowledge knowledge;
    struct walk_table walks;
    uint64_t last_ns;  /* when next() was called last */
    uint64_t heard_ns; /* when the latest answer that it has heard arrived */
    bool resumed;      /* next() was not called since it was loaded */
};

/* Its options, and their defaults. */
extern const struct option_spec adaptive_option_specs[];
extern const struct adaptive_options adaptive_defaults;

int adaptive_open(struct strategy **out, const struct strategy_config *config);
void adaptive_close(struct strategy *strategy);

/* adaptive_may_begin() returns true if another walk may begin now. adaptive_begin() begins it and puts it into no list. */
bool adaptive_may_begin(const struct adaptive *self);
struct walk *adaptive_begin(struct adaptive *self);

/* adaptive_note_witness() notes where a walk is, before it learns of a silence, so that the silent hop can be probed again.
 * adaptive_looks_again_at() returns when another hole may be probed; UINT64_MAX: not before an answer, or never.
 * adaptive_look_again() begins a walk at the next one and puts it into no list, or returns NULL if it finds none at once. */
void adaptive_note_witness(struct adaptive *self, const struct walk *walk);
uint64_t adaptive_looks_again_at(const struct adaptive *self);
struct walk *adaptive_look_again(struct adaptive *self, uint64_t now_ns);

/* adaptive_choose() returns the walk whose probe is next: near hops within their share, then walks under way, then one that
 * begins, then one at a hole, then near hops if nothing else is left. NULL: none. adaptive_has_choice() returns true if there
 * is one for certain. */
struct walk *adaptive_choose(struct adaptive *self, uint64_t now_ns);
bool adaptive_has_choice(const struct adaptive *self);

/* adaptive_place_of() returns the list for a walk that has decided on a probe, which counts then; adaptive_note_near()
 * counts a probe that does not go through that. */
enum walk_place adaptive_place_of(struct adaptive *self, const struct walk *walk);
void adaptive_note_near(struct adaptive *self, const struct walk *walk);

/* adaptive_spend() counts a probe when it is decided on, not when it is sent, because probes that are decided on and
 * still wait must fit into the budget, too. */
static inline void adaptive_spend(struct adaptive *self)
{
    if (spending_count(&self->knowledge.spending))
        walk_commons_share(self->commons, &self->knowledge.sums, &self->knowledge.spending);
}

int adaptive_save(const struct strategy *strategy, FILE *out);
int adaptive_load(struct strategy *strategy, FILE *in);
