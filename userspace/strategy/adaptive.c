// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One walk per path. It learns from all earlier walks where paths end and what is known already, and so needs a few
 * probes per target instead of one per TTL. docs/strategies.md explains the rule and its figures.
 *
 *   order of paths --> begin, at a guess --+                +--> ready --> next() --> waiting
 *                                          v                |                            |
 *                                    walk_go_on() ----------+     reply(), or its time is up
 *                                          ^                                             |
 *                                          +---------------------------------------------+
 */
#include "strategy/adaptive.h"

enum {
    /* How long after a lost answer a limited hop is asked again, in multiples of patience. */
    LATER = 10,
    /* If no answer was heard that arrived after a probe's time was up, a busy machine may not have read its answers yet:
     * the probe is given half as long again. With more, a survey of few, mostly silent targets takes longer. */
    STALLED = 2,
    /* Hops behind which paths go on. Higher, and where many paths do end early, or answers are forged, walks begin too far
     * away. */
    FIRST_HOPS = 3,
};

/* From now on the distance of the walk helps its neighbours, unless it ends at one of the first hops: then most likely
 * those behind had used up their errors. The neighbours would begin there, too, and all probe them in vain. The mean
 * distance includes it. */
static void note_end(struct adaptive *self, const struct walk *walk)
{
    if (walk->distance <= FIRST_HOPS && !walk->reached)
        return;
    walk_commons_note_end(self->commons, slice_paths_common(&self->paths, walk->path), walk->distance,
                          walk->reached && walk->gap > 0);
}

static void end(struct adaptive *self, struct walk *walk)
{
    self->holes.open -= walk->phase == WALK_AGAIN;
    note_end(self, walk);
    walk_table_end(&self->walks, walk);
    self->knowledge.spending.ended++;
}

static void go_on(struct adaptive *self, struct walk *walk, const struct walk_event *event)
{
    enum walk_phase phase = (enum walk_phase)walk->phase;
    bool deferred = walk->deferred;

    if (event->kind == WALK_SILENCE)
        adaptive_note_witness(self, walk);
    bool goes_on = walk_go_on(&self->knowledge, walk, event);
    self->holes.open -= phase == WALK_AGAIN && walk->phase != WALK_AGAIN;
    if (!goes_on || !spending_allows(&self->knowledge.spending)) {
        end(self, walk);
        return;
    }
    if (phase != WALK_BACKWARD && walk->phase == WALK_BACKWARD)
        note_end(self, walk);
    if (walk->deferred && !deferred) {
        adaptive_note_near(self, walk);
        walk_table_move(&self->walks, walk, WALK_LATER);
    } else {
        walk_table_move(&self->walks, walk, adaptive_place_of(self, walk));
    }
    adaptive_spend(self);
}

/* An answer to the walk's probe would have been heard before one that arrived later. */
static uint64_t given_up_at(const struct adaptive *self, const struct walk *walk)
{
    uint64_t due = walk->sent_ns + self->options.patience_ns;

    return due <= self->heard_ns ? due : due + self->options.patience_ns / STALLED;
}

static void give_up_overdue(struct adaptive *self, uint64_t now_ns)
{
    static const struct walk_event silence = {.kind = WALK_SILENCE};
    struct walk *walk;

    while ((walk = walk_table_first(&self->walks, WALK_WAITING)) && given_up_at(self, walk) <= now_ns)
        go_on(self, walk, &silence);
}

static struct probe send(struct adaptive *self, struct walk *walk, uint64_t now_ns)
{
    walk->sent_ns = now_ns;
    if (walk->place != WALK_READY)
        adaptive_note_near(self, walk);
    walk_table_move(&self->walks, walk, WALK_WAITING);
    return (struct probe){
        .target_address = slice_paths_address(&self->paths, walk->path),
        .flow = slice_paths_flow(&self->paths, walk->path),
        .ttl = walk->ttl,
    };
}

static void adaptive_retry(struct strategy *strategy)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk;

    while ((walk = walk_table_first(&self->walks, WALK_WAITING)) ||
           (walk = walk_table_first(&self->walks, WALK_LATER)))
        walk_table_move(&self->walks, walk, WALK_READY);
}

/* If time has passed since the state was saved, answers came that nobody heard. */
static void take_up(struct adaptive *self, uint64_t now_ns)
{
    self->resumed = false;
    if (now_ns < self->last_ns) /* the clock is another one */
        self->heard_ns = self->holes.next_ns = 0;
    if (now_ns < self->last_ns || now_ns - self->last_ns >= self->options.patience_ns)
        adaptive_retry(&self->base);
}

/* Walks that were put off ask again. */
static void take_up_later(struct adaptive *self, uint64_t now_ns)
{
    struct walk *walk;

    while ((walk = walk_table_first(&self->walks, WALK_LATER)) &&
           walk->sent_ns + LATER * self->options.patience_ns <= now_ns)
        walk_table_move(&self->walks, walk, WALK_READY);
}

static size_t adaptive_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct adaptive *self = (struct adaptive *)strategy;
    size_t count = 0;

    if (self->resumed)
        take_up(self, now_ns);
    self->last_ns = now_ns;
    give_up_overdue(self, now_ns);
    take_up_later(self, now_ns);
    while (count < n) {
        struct walk *walk = adaptive_choose(self, now_ns);

        if (!walk)
            break;
        out[count++] = send(self, walk, now_ns);
    }
    return count;
}

static uint64_t adaptive_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct adaptive *self = (const struct adaptive *)strategy;
    const struct walk *waiting = walk_table_first(&self->walks, WALK_WAITING);
    const struct walk *later = walk_table_first(&self->walks, WALK_LATER);
    uint64_t patience = self->options.patience_ns, due = adaptive_looks_again_at(self);

    if (adaptive_has_choice(self))
        return now_ns;
    if (waiting && given_up_at(self, waiting) < due)
        due = given_up_at(self, waiting);
    if (later && later->sent_ns + LATER * patience < due)
        due = later->sent_ns + LATER * patience;
    return due == UINT64_MAX && !walk_table_first(&self->walks, WALK_KEPT) ? now_ns : due;
}

/* Returns the walk of a path if its present probe has that TTL and it is in that list, or NULL. */
static struct walk *find_walk(const struct adaptive *self, uint64_t path, unsigned ttl, enum walk_place place)
{
    struct walk *walk = walk_table_find(&self->walks, path);

    return walk && walk->place == place && walk->ttl == ttl ? walk : NULL;
}

static void prefetch_link(const struct adaptive *self, uint64_t path, const struct answer *answer)
{
    const struct walk *walk = find_walk(self, path, answer->ttl, WALK_WAITING);

    if (walk)
        walk_prefetch(&self->knowledge, walk,
                      hop_nodes_prefetch_entry(&self->commons->nodes, answer->responder));
}

/* First the heads through which a path's walk and an interface's node are found, then the walk and the node, then the
 * link between them. */
static void adaptive_prefetch(const struct strategy *strategy, const struct answer *answer,
                              enum prefetch_stage stage)
{
    const struct adaptive *self = (const struct adaptive *)strategy;
    uint64_t path;

    if (!slice_paths_find(&self->paths, answer->target, answer->flow, &path))
        return;
    switch (stage) {
    case PREFETCH_FIRST:
        walk_table_prefetch(&self->walks, path);
        hop_nodes_prefetch(&self->commons->nodes, answer->responder);
        break;
    case PREFETCH_SECOND:
        walk_table_prefetch_walk(&self->walks, path);
        (void)hop_nodes_prefetch_entry(&self->commons->nodes, answer->responder);
        break;
    case PREFETCH_LAST:
        prefetch_link(self, path, answer);
        break;
    case PREFETCH_STAGES:
        break;
    }
}

static void adaptive_reply(struct strategy *strategy, const struct answer *answer)
{
    struct adaptive *self = (struct adaptive *)strategy;
    bool on_the_way = answer_meaning(answer) == ANSWER_ON_THE_WAY;
    const struct walk_event event = {on_the_way ? WALK_HOP : WALK_END, answer_distance(answer),
                                     answer->responder};
    struct walk *walk;
    uint64_t path;

    if (answer->arrived_ns > self->heard_ns)
        self->heard_ns = answer->arrived_ns;
    if (answer->flags & RECORD_REWRITTEN ||
        !slice_paths_find(&self->paths, answer->target, answer->flow, &path))
        return;
    walk = find_walk(self, path, answer->ttl, WALK_WAITING);
    /* A resumed survey asks again, and has recorded some of the answers already. */
    if (walk)
        go_on(self, walk, &event);
    else if (on_the_way && !(answer->flags & RECORD_DUPLICATE))
        walk_hear(&self->knowledge, answer->responder);
}

static struct walk *find_walk_of(const struct adaptive *self, const struct probe *probe,
                                 enum walk_place place)
{
    uint64_t path;

    return slice_paths_find_probe(&self->paths, probe, &path) ? find_walk(self, path, probe->ttl, place)
                                                              : NULL;
}

/* A probe that the device dropped twice is not sent a third time: the hop counts as silent. */
static void adaptive_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk = find_walk_of(self, probe, WALK_WAITING);

    if (!walk)
        return;
    switch (why) {
    case UNSENT_BLOCKED:
    case UNSENT_NO_WAY:
        end(self, walk);
        break;
    case UNSENT_DROPPED:
        if (!walk->again)
            walk_table_move(&self->walks, walk, WALK_READY);
        walk->again = true;
        break;
    case UNSENT_LINK_DOWN:
        walk_table_move(&self->walks, walk, WALK_READY);
        break;
    }
}

static void adaptive_kept(struct strategy *strategy, const struct probe *probe)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk = find_walk_of(self, probe, WALK_WAITING);

    if (walk)
        walk_table_move(&self->walks, walk, WALK_KEPT);
}

/* From now on the walk waits for an answer. */
static void adaptive_let_go(struct strategy *strategy, const struct probe *probe, uint64_t now_ns)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct walk *walk = find_walk_of(self, probe, WALK_KEPT);

    if (!walk)
        return;
    walk->sent_ns = now_ns;
    walk_table_move(&self->walks, walk, WALK_WAITING);
}

static size_t adaptive_limited(const struct strategy *strategy, struct limited_hop *out, size_t n)
{
    return limited_hops_worst(&((const struct adaptive *)strategy)->commons->limited, out, n);
}

static size_t adaptive_figures(const struct strategy *strategy, struct strategy_figure out[STRATEGY_FIGURES])
{
    const struct adaptive *self = (const struct adaptive *)strategy;

    if (!self->options.by_flow)
        return 0;
    out[0] = (struct strategy_figure){"paths_asked", "paths asked", self->position};
    out[1] = (struct strategy_figure){"paths_left_out", "left out", self->paths.count - self->position};
    out[2] = (struct strategy_figure){"last_flow_probes", "probes for the last flow that was over",
                                      self->yield.last_sent};
    out[3] = (struct strategy_figure){"last_flow_found", "discoveries by them", self->yield.last_found};
    return 4;
}

static bool adaptive_done(const struct strategy *strategy)
{
    const struct adaptive *self = (const struct adaptive *)strategy;

    return self->position == self->end && self->walks.active == 0 && self->holes.rounds == ADAPTIVE_ROUNDS;
}

const struct strategy_ops strategy_adaptive = {
    .name = "adaptive",
    .help = "backward from where paths end, as far as that pays",
    .options = adaptive_option_specs,
    .options_size = sizeof(struct adaptive_options),
    .defaults = &adaptive_defaults,
    .open = adaptive_open,
    .close = adaptive_close,
    .next = adaptive_next,
    .next_due = adaptive_next_due,
    .reply = adaptive_reply,
    .prefetch = adaptive_prefetch,
    .unsent = adaptive_unsent,
    .kept = adaptive_kept,
    .let_go = adaptive_let_go,
    .walks = true,
    .limited = adaptive_limited,
    .figures = adaptive_figures,
    .state_version = 11,
    .save = adaptive_save,
    .load = adaptive_load,
    .retry = adaptive_retry,
    .done = adaptive_done,
};
