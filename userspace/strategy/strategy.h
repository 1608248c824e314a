// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chooses which probe comes next: one interface for surveys, traces and pings. There is one file per strategy. For
 * `survey --strategy` a strategy also needs a line in the table of strategy.c.
 *
 *   receivers --answers--> reply() --> strategy --> next() --> sender --> wire
 *                                         ^                      |
 *                                         +------- unsent() -----+
 *
 * A strategy belongs to the sender thread that opened it; no other thread calls it. A survey has one per sender.
 * Answers go to the strategy that owns their target (owner = target mod slices: engine/answer_rings.h), so a
 * strategy that hears answers must send only to the targets of its slice. A strategy that hears none may divide
 * the probes in any way. It needs neither atomics nor locks, unless the strategies of a survey learn together
 * (`first`). What they share consists of atomic words, and none of them waits for another.
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
    unsigned slice, slices; /* this sender's share, and the number of shares */
    bool own_targets;       /* the share must be each `slices`-th target, even if no answers are heard */
    /* The strategy of this survey that was opened first. It holds what all strategies learn together. It is
     * closed after the others, and loaded before them. NULL: this is the first one. */
    struct strategy *first;
    const void *options; /* of the strategy, as its `options` describe them; NULL where it has none */
};

struct limited_hop; /* limited_hops.h */

/* A number that shows how a strategy worked. */
struct strategy_figure {
    const char *name; /* the key in the metadata: "targets_whole" */
    const char *text; /* after the number, for users: "targets whole" */
    uint64_t count;
};

enum {
    STRATEGY_FIGURES = 8, /* the most that a strategy has */
};

struct strategy {
    const struct strategy_ops *ops;
};

enum {
    /* Higher, and a survey of millions takes more memory. Lower, and links of slow hops are not counted. */
    STRATEGY_WALK_S = 4,
};

/* Why a probe that next() returned was not sent. */
enum unsent_why {
    UNSENT_BLOCKED,   /* its address is on the blocklist: nothing will ever be sent to it */
    UNSENT_NO_WAY,    /* no way leads there: nothing will ever be sent to it */
    UNSENT_DROPPED,   /* the kernel or the device did not take it */
    UNSENT_LINK_DOWN, /* it was given back before it left: it may be chosen again */
};

/* reply() accesses memory at random, and each access depends on the one before. So each stage prefetches the
 * memory whose address the stage before has made known. */
enum prefetch_stage {
    PREFETCH_FIRST,
    PREFETCH_SECOND,
    PREFETCH_LAST,
    PREFETCH_STAGES,
};

struct strategy_ops {
    const char *name;
    const char *help;

    /* The strategy's options, `--strategy NAME,KEY=VALUE`: a table that ends with {0}, the size of the
     * structure that they fill, and its defaults. NULL, 0 and NULL where it has none. */
    const struct option_spec *options;
    size_t options_size;
    const void *defaults;

    /* usual_flows() returns the default number of flows per target. NULL: one. */
    unsigned (*usual_flows)(const void *options);

    enum flows_by flows_by; /* the default */

    /* open() returns 0 or a negative errno. NULL where a strategy is not for surveys and is opened by its own
     * function, for example path_create(). */
    int (*open)(struct strategy **out, const struct strategy_config *config);
    void (*close)(struct strategy *strategy);

    /* next() writes up to `n` probes that are due at `now_ns`. Returns their number. */
    size_t (*next)(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n);

    /* next_due() returns when next() may have a probe again; a time in the past: now. */
    uint64_t (*next_due)(const struct strategy *strategy, uint64_t now_ns);

    /* reply() takes an answer to a probe of this slice. Duplicates come, too, and are flagged. NULL where
     * answers change nothing: then they cost receivers nothing. */
    void (*reply)(struct strategy *strategy, const struct answer *answer);

    /* prefetch() prefetches the memory that reply() to this answer will access, stage by stage, some answers
     * ahead. It changes nothing, and need not be called. NULL where the memory is small. */
    void (*prefetch)(const struct strategy *strategy, const struct answer *answer, enum prefetch_stage stage);

    /*
     * unsent() takes a probe that was chosen and not sent. It is called from the sender's step, never from within
     * next(). It is called for dropped probes only where the backend knows which ones they are; other dropped
     * probes are like silence. From a survey's backend, only target address, flow and TTL of the probe are set.
     * NULL where it is not needed: then probes wait for a link that is down, and are not given back.
     */
    void (*unsent)(struct strategy *strategy, const struct probe *probe, enum unsent_why why);

    /* kept() is called when a probe that was chosen has to wait: for its turn (gentle.h), or in a backend for the
     * link or the end of a pause. let_go() is called when it leaves at `now_ns`; before that, no answer can come.
     * Probes that were kept when the state was saved come from next() again after load(). Both are NULL where
     * nothing depends on when a probe leaves. */
    void (*kept)(struct strategy *strategy, const struct probe *probe);
    void (*let_go)(struct strategy *strategy, const struct probe *probe, uint64_t now_ns);

    /* Probes of one path leave one after the other, as their answers come: neighbouring hops answer within
     * STRATEGY_WALK_S of each other, unless bounds hold probes back (gentle.h). */
    bool walks;

    /* limited() fills `out` with up to `n` responders that answer too few of their probes, the worst first.
     * Returns their number. It covers all strategies of a survey: it is called for the first one, when none is
     * called any more. NULL where the strategy does not detect them. */
    size_t (*limited)(const struct strategy *strategy, struct limited_hop *out, size_t n);

    /* figures() fills `out` with figures about the strategy's work, always with the same names. Returns their
     * number. The figures of all strategies of a survey are added up. NULL where there are none. */
    size_t (*figures)(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES]);

    /* left() returns how many probes next() will still return. NULL, or STRATEGY_LEFT_UNKNOWN, where that
     * depends on answers. */
    uint64_t (*left)(const struct strategy *strategy);

    /*
     * save() writes the state on which next() depends. load() reads it into a strategy opened with the same
     * configuration, which then continues where the other one was. `state_version` changes with the format. They
     * are called through strategy_save() and strategy_load(). NULL where there is nothing to save.
     */
    uint32_t state_version;
    int (*save)(const struct strategy *strategy, FILE *out);
    int (*load)(struct strategy *strategy, FILE *in);

    /* retry() is called after load(), and when a link that was down is up: answers to earlier probes may not be heard
     * any more, so every probe that waits for an answer must be sent again. NULL where none waits. */
    void (*retry)(struct strategy *strategy);

    /* done() returns true when nothing will be due any more. */
    bool (*done)(const struct strategy *strategy);
};

extern const struct strategy_ops strategy_exhaustive, strategy_adaptive, strategy_flashroute,
    strategy_multipath;

/* A strategy as the user chose it. */
struct strategy_choice {
    const struct strategy_ops *ops;
    void *options; /* for strategy_config; NULL where it has none */
    char *text;    /* storage of the texts among the options */
};

/* strategy_find() looks up a name, which ends at a comma where options follow. Returns NULL where there is
 * none. strategy_at() returns the strategy at a position, from 0 on; NULL after the last. */
const struct strategy_ops *strategy_find(const char *text);
const struct strategy_ops *strategy_at(size_t position);
choice_at strategy_choices;

/* strategy_left() calls left(), or returns STRATEGY_LEFT_UNKNOWN for strategies without it. */
uint64_t strategy_left(const struct strategy *strategy);

/* strategy_limited() calls limited(), or returns 0 for strategies without it. */
size_t strategy_limited(const struct strategy *strategy, struct limited_hop *out, size_t n);

/* strategy_figures() calls figures(), or returns 0 for strategies without it. strategy_usual_flows() returns
 * the default number of flows per target. */
size_t strategy_figures(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES]);
unsigned strategy_usual_flows(const struct strategy_choice *choice);

/* strategy_retry() calls retry(), if the strategy has it; strategy_kept() and strategy_let_go() likewise. */
void strategy_retry(struct strategy *strategy);
void strategy_kept(struct strategy *strategy, const struct probe *probe);
void strategy_let_go(struct strategy *strategy, const struct probe *probe, uint64_t now_ns);

/* strategy_unsent() calls unsent(), if the strategy has it. */
void strategy_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why);

/*
 * strategy_save() writes name, version and state. Returns 0, -EOPNOTSUPP where the strategy cannot save, or -EIO.
 * strategy_load() reads what strategy_save() wrote. Returns 0; -EOPNOTSUPP; -ESTALE for the state of another
 * strategy, version or configuration; or -EINVAL where the state is cut short or damaged, and then the strategy is
 * unchanged.
 */
int strategy_save(const struct strategy *strategy, FILE *out);
int strategy_load(struct strategy *strategy, FILE *in);
