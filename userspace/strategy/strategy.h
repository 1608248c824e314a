// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which probe comes next: one contract for surveys, traces and pings. One file a strategy; what `survey
 * --strategy` offers is one line more, in the table of strategy.c.
 *
 *   receivers --answers--> reply() --> strategy --> next() --> sender --> wire
 *                                         ^                      |
 *                                         +------- unsent() -----+
 *
 * A strategy belongs to the sender thread that opened it and is called by no other. A survey has one per sender.
 * Answers come to the strategy that owns their target (owner = target mod slices: engine/answer_rings.h), so a
 * strategy that hears answers must send to the targets of its slice alone. One that hears none may share out the
 * probes as it likes. It needs neither atomics nor locks, unless the strategies of a survey learn together
 * (`first`): what they share is made of atomic words, and none of them waits for another.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/options.h"
#include "probe.h"
#include "strategy/answer.h"
#include "target/targets.h"

#define STRATEGY_LEFT_UNKNOWN UINT64_MAX

struct strategy_config {
    const struct targets *targets;
    unsigned min_ttl, max_ttl, flows;
    struct siphash_key key; /* of the order */
    unsigned slice, slices; /* this sender's share, and of how many */
    bool own_targets;       /* which is each `slices`-th target, also where nothing is heard of them */
    /* The strategy of this survey that was opened first: what all learn together stands there. It is closed after
     * the others, and loaded before them. NULL: this is it. */
    struct strategy *first;
    const void *options; /* of the strategy's own, as its `options` describe them; NULL where it has none */
};

struct limited_hop; /* limited_hops.h */

/* A number that tells how a strategy went. */
struct strategy_figure {
    const char *name; /* as a key of the metadata: "targets_whole" */
    const char *text; /* behind the number, for people: "targets whole" */
    uint64_t count;
};

enum {
    STRATEGY_FIGURES = 8, /* no strategy has more */
};

struct strategy {
    const struct strategy_ops *ops;
};

enum {
    /* Longer, and a survey of millions takes more memory; shorter, and links of slow hops go uncounted. */
    STRATEGY_WALK_S = 4,
};

/* Why a probe that next() has chosen was not sent. */
enum unsent_why {
    UNSENT_BLOCKED,   /* its address is on the blocklist: none to it will ever be sent */
    UNSENT_NO_WAY,    /* no way leads there: likewise */
    UNSENT_DROPPED,   /* the kernel or the device did not take it */
    UNSENT_LINK_DOWN, /* it was given back before it left: it may be chosen again */
};

/* What reply() touches lies in memory at random, one piece led to by another: each stage asks for what the one before
 * it has brought the way to. */
enum prefetch_stage {
    PREFETCH_FIRST,
    PREFETCH_SECOND,
    PREFETCH_LAST,
    PREFETCH_STAGES,
};

struct strategy_ops {
    const char *name;
    const char *help;

    /* Options of its own, `--strategy NAME,KEY=VALUE`: a table that ends with {0}, the size of the structure
     * that they fill, and its defaults. NULL, 0 and NULL where it has none. */
    const struct option_spec *options;
    size_t options_size;
    const void *defaults;

    /* usual_flows() is how many flows a target has where nobody says how many. NULL: one. */
    unsigned (*usual_flows)(const void *options);

    enum flows_by flows_by; /* where nobody says which */

    /* open(): 0 or a negative errno. NULL where a strategy is not for surveys and has a function of its own:
     * path_create(), say. */
    int (*open)(struct strategy **out, const struct strategy_config *config);
    void (*close)(struct strategy *strategy);

    /* next() writes up to `n` probes that are due at `now_ns` and returns how many. */
    size_t (*next)(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n);

    /* next_due() is when next() may have something again; a time in the past: now. */
    uint64_t (*next_due)(const struct strategy *strategy, uint64_t now_ns);

    /* reply() learns of an answer to a probe of this slice. Duplicates come too, and say so in their flags.
     * NULL where answers change nothing: then they cost receivers nothing. */
    void (*reply)(struct strategy *strategy, const struct answer *answer);

    /* prefetch() asks for the memory that reply() to this answer will touch, stage by stage, some answers ahead. It
     * changes nothing, and may be left out. NULL where that is little. */
    void (*prefetch)(const struct strategy *strategy, const struct answer *answer, enum prefetch_stage stage);

    /*
     * unsent() learns of a probe that was chosen and not sent; from the sender's step, never from within
     * next(). Of dropped ones it hears where the backend knows which they are; others are silent. From a
     * survey's backend the probe has target address, flow and TTL alone. NULL where nothing depends on it:
     * then probes wait for a link that is down, and are not given back.
     */
    void (*unsent)(struct strategy *strategy, const struct probe *probe, enum unsent_why why);

    /* kept() learns that a probe which was just chosen waits for its turn (gentle.h), let_go() that it leaves at
     * `now_ns`: until then nobody can answer it. It may come again from next() in the place of one that was
     * kept when state was saved. Both NULL where nothing depends on when a probe leaves. */
    void (*kept)(struct strategy *strategy, const struct probe *probe);
    void (*let_go)(struct strategy *strategy, const struct probe *probe, uint64_t now_ns);

    /* Probes of one path leave one after the other, as their answers come: neighbouring hops answer within
     * STRATEGY_WALK_S of each other, unless bounds keep probes back (gentle.h). */
    bool walks;

    /* limited() fills `out` with up to `n` responders who were found to answer too little of what they are asked, the
     * worst first, and returns how many; of all strategies of a survey, asked of the first, once none is called any
     * more. NULL where nobody is found out. */
    size_t (*limited)(const struct strategy *strategy, struct limited_hop *out, size_t n);

    /* figures() fills `out` with what there is to tell about how it went, the same names whenever it is asked, and
     * returns how many; those of all strategies of a survey add up. NULL where there is nothing. */
    size_t (*figures)(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES]);

    /* left() is how many probes next() has yet to give. NULL, or STRATEGY_LEFT_UNKNOWN, where that depends on
     * answers. */
    uint64_t (*left)(const struct strategy *strategy);

    /*
     * save() writes what next() depends on, load() reads it into a strategy opened with the same
     * configuration, which then goes on where the other was. `state_version` changes with their format; call
     * them through strategy_save() and strategy_load(). NULL where there is nothing to save.
     */
    uint32_t state_version;
    int (*save)(const struct strategy *strategy, FILE *out);
    int (*load)(struct strategy *strategy, FILE *in);

    /* retry(), after load() and while a link is down: whoever answers what was sent before may not be heard any
     * more, so all that waits for an answer is to be sent again. NULL where nothing waits. */
    void (*retry)(struct strategy *strategy);

    /* done(): nothing will be due any more. */
    bool (*done)(const struct strategy *strategy);
};

extern const struct strategy_ops strategy_exhaustive, strategy_adaptive, strategy_flashroute,
    strategy_multipath;

/* A strategy as it was asked for. */
struct strategy_choice {
    const struct strategy_ops *ops;
    void *options; /* for strategy_config; NULL where it has none */
    char *text;    /* what the texts among them are borrowed from */
};

/* strategy_find() looks up a name, which ends at a comma where options follow; NULL where there is none.
 * strategy_at() walks through all, from position 0 up to the first NULL. */
const struct strategy_ops *strategy_find(const char *text);
const struct strategy_ops *strategy_at(size_t position);
choice_at strategy_choices;

/* strategy_left() is left(), also of strategies without it. */
uint64_t strategy_left(const struct strategy *strategy);

/* strategy_limited() is limited(), likewise: then nobody is. */
size_t strategy_limited(const struct strategy *strategy, struct limited_hop *out, size_t n);

/* strategy_figures() is figures(), likewise. strategy_usual_flows() is how many flows a target has where nobody says
 * how many. */
size_t strategy_figures(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES]);
unsigned strategy_usual_flows(const struct strategy_choice *choice);

/* strategy_retry() is retry(), also of strategies without it. */
void strategy_retry(struct strategy *strategy);

/* strategy_unsent() is unsent(), likewise. */
void strategy_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why);

/*
 * strategy_save() writes name, version and state. 0; -EOPNOTSUPP where the strategy cannot; -EIO.
 * strategy_load() reads what it wrote. 0; -EOPNOTSUPP; -ESTALE for the state of another strategy, version or
 * configuration; -EINVAL where it is cut short or damaged: then the strategy is as it was.
 */
int strategy_save(const struct strategy *strategy, FILE *out);
int strategy_load(struct strategy *strategy, FILE *in);
